import {posix} from 'node:path';
import type {
	Retrace,
	TracedCommand,
} from '../../debugger/machine/explanation.js';

/** How a shell is made to tell what it runs. */
export type Tracing = {
	/** What is started in place of the command. */
	readonly command: readonly string[];

	/** Begins each line of the trace. */
	readonly marker: string;

	/** The command itself, as the shell reads it. */
	readonly text: string;
	readonly isBash: boolean;
};

/** Shells that read commands as `sh` does. */
const posixShells = new Set(['sh', 'ash', 'dash', 'ksh', 'zsh', 'busybox']);

/** The line that the trace itself stands on, as bash counts; it says that of what its last trap runs too. */
const traceLine = '1';

/** How many commands that failed without ending all are told, and lines of output, at most. */
const failedLimit = 3;
const outputLimit = 10;

/**
@param words - What a RUN starts.
@param environment - Of its process.
@param marker - What nobody can guess.
@returns How its shell is made to tell what it runs, or `null` where no shell that is known reads its command.
*/
export function tracingOf(
	words: readonly string[],
	environment: Readonly<Record<string, string>>,
	marker: string,
): Tracing | null {
	const [shell = ''] = words;
	const text = words.at(-1) ?? '';
	const name = posix.basename(shell);
	const isBash = name === 'bash';
	const isRead =
		words.length > 2 &&
		/^-\w*c$/v.test(words.at(-2)!) &&
		(isBash || posixShells.has(name));
	if (!isRead) {
		return null;
	}

	const exports = Object.entries(environment)
		.filter(([variable]) => /^[A-Za-z_]\w*$/v.test(variable))
		.map(([variable, value]) => `export ${variable}=${quoted(value)}; `)
		.join('');
	const begin = isBash ? bashTrace(marker) : shellTrace(marker);
	return {
		command: [...words.slice(0, -1), `${exports}${begin}\n${text}`],
		marker,
		text,
		isBash,
	};
}

/** In bash a trap before each command tells it as it is written, the code of the one before, and in the end those of a pipeline. */
function bashTrace(marker: string): string {
	return [
		'exec 9>&2',
		'set -T',
		String.raw`trap '__mstage="\$? \${PIPESTATUS[*]}"; trap - DEBUG; printf "\n%s end %s\n" MARKER "$__mstage" >&9' EXIT`,
		String.raw`trap 'printf "\n%s run %s %s %q\n" MARKER "$?" "$LINENO" "$BASH_COMMAND" >&9' DEBUG`,
	]
		.join('; ')
		.replaceAll(String.raw`\$`, '$')
		.replaceAll('MARKER', marker);
}

/** Other shells print what they run, expanded, before they run it (POSIX, `set -x`). */
function shellTrace(marker: string): string {
	return [
		'exec 9>&2',
		String.raw`trap '__mstage=$?; set +x __mstage; printf "\n%s end %s\n" MARKER "$__mstage" >&9' EXIT`,
		String.raw`PS4='MARKER run 0 \${LINENO:-0} '`,
		'set -x',
	]
		.join('; ')
		.replaceAll(String.raw`\$`, '$')
		.replaceAll('MARKER', marker);
}

/**
@param output - All that was printed, both streams in their order.
@param exitCode - Of the process.
@returns What the trace in it tells.
*/
export function readTrace(
	{marker, text, isBash}: Omit<Tracing, 'command'>,
	output: string,
	exitCode: number,
): Retrace {
	const commands: Array<TracedCommand & {before: number}> = [];
	let printed: string[] = [];
	let codes: readonly number[] = [];
	let ended: number | null = null;
	for (const line of output.split('\n')) {
		const at = line.indexOf(`${marker} `);
		if (at === -1) {
			printed.push(line);
			continue;
		}

		const event = line.slice(at + marker.length + 1);
		const {before, number, command} =
			/^run (?<before>\d+) (?<number>\d+) (?<command>.*)$/v.exec(event)
				?.groups ?? {};
		const {end} = /^end (?<end>[\d ]+)$/v.exec(event)?.groups ?? {};
		if (end !== undefined) {
			[ended = null, ...codes] = end.split(' ').map(Number);
		} else if (
			command !== undefined &&
			!(isBash && number === traceLine) &&
			!command.includes('__mstage')
		) {
			commands.push({
				text: plain(command),
				// The trace itself is the first line.
				line: Number(number) > 1 ? Number(number) - 1 : null,
				before: Number(before),
			});
			printed = [];
		}
	}

	const last = commands.at(-1);
	const failedBefore = commands.flatMap((command, index) => {
		const code = commands[index + 1]?.before ?? 0;
		return code === 0 ? [] : [{...withoutCode(command), exitCode: code}];
	});
	return {
		kind: 'traced',
		last: last ? ofPipeline(withoutCode(last), text) : null,
		failedBefore: failedBefore.slice(-failedLimit),
		pipeline: codes.length > 1 ? codes : [],
		exitCode: ended ?? exitCode,
		output: printed
			.map(line => line.trimEnd())
			.filter(line => line !== '')
			.slice(-outputLimit),
	};
}

function withoutCode({text, line}: TracedCommand): TracedCommand {
	return {text, line};
}

/** Of a pipeline all parts run at once: it is told as a whole, as it is written. */
function ofPipeline(command: TracedCommand, text: string): TracedCommand {
	const [program = ''] = command.text.split(' ');
	const part = text
		.replaceAll('\\\n', ' ')
		.split(/&&|\|\||;|\n/v)
		.map(piece => piece.trim())
		.findLast(
			piece =>
				piece.includes('|') &&
				piece.split('|').some(member => member.trim().startsWith(program)),
		);
	return part === undefined ? command : {...command, text: part};
}

/** As bash's `printf %q` writes it: with backslashes, or as `$'…'`. */
function plain(text: string): string {
	const inner = /^\$'(?<inner>.*)'$/v.exec(text)?.groups!['inner'];
	return inner === undefined
		? text.replaceAll(/\\(?<character>.)/gv, '$<character>')
		: inner.replaceAll(/\\(?<character>.)/gv, (_, character: string) =>
				character === 'n' ? '\n' : character === 't' ? '\t' : character,
			);
}

function quoted(value: string): string {
	return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
