import type {Retrace} from '../../debugger/machine/explanation.js';

/** @returns What came of running a failed command again, as sentences; not sanitised. */
export function describeRetrace(retrace: Retrace): readonly string[] {
	if (retrace.kind === 'refused') {
		return [retrace.reason];
	}

	const {last, failedBefore, pipeline, exitCode, output} = retrace;
	const where = last === null ? '' : placeOf(last);
	const parts = (last?.text ?? '').split('|').map(part => part.trim());
	const failed = pipeline.findLastIndex(code => code !== 0);
	const isPipeline = pipeline.length > 1 && parts.length === pipeline.length;
	const what =
		exitCode === 0
			? 'Run again in a container of its own, the command succeeded this time.'
			: last === null
				? `Run again in a container of its own, the command ended with code ${exitCode} before anything of it was run.`
				: `Run again in a container of its own, the command ended in ${where}: ${oneLine(last.text)} (exit code ${exitCode}).`;
	return [
		what,
		...(isPipeline && failed !== -1
			? [
					`Of that pipeline it was ${parts[failed]!} that ended with code ${pipeline[failed]!}.`,
				]
			: []),
		...(failedBefore.length > 0 && exitCode !== 0
			? [
					`Before it, these ended with another code than 0 and the command went on: ${failedBefore.map(command => `${oneLine(command.text)} (${command.exitCode})`).join('; ')}.`,
				]
			: []),
		...output.map(line => `│ ${line}`),
	];
}

function placeOf({line}: {readonly line: number | null}): string {
	return line === null ? 'this part' : `line ${line} of it`;
}

function oneLine(text: string): string {
	return text.split('\n').join(' ');
}
