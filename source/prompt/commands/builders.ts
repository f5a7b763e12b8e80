import {builderSheet} from '../../debugger/memory/builder-sheet.js';
import {sanitise} from '../../text/sanitise.js';
import {type Outcome, type PromptContext, programOf} from '../command.js';

/** `builders`: what each of the two builders builds and runs for the target, side by side, and how long it took last. */
export function printBuilders(
	_words: readonly string[],
	{store, write}: PromptContext,
): Outcome {
	programOf(store);
	const {rows} = builderSheet(store.state, store.times.kept);
	const table = [
		['', 'BuildKit', 'legacy', ''],
		...rows.map(({line, text, why, cells}) => [
			line === null
				? sanitise(text)
				: `  ${String(line).padStart(4)}  ${sanitise(text)}`,
			cells.BuildKit.text,
			cells.legacy.text,
			sanitise(why),
		]),
	];
	const width = Math.min(
		56,
		Math.max(...table.map(([first]) => first!.length)),
	);
	for (const [first, buildkit, legacy, why] of table) {
		write(
			`${`${first!.padEnd(width)}  ${buildkit!.padEnd(10)}${legacy!.padEnd(10)}${why!}`.trimEnd()}\n`,
		);
	}

	return 'done';
}
