import {constants} from 'node:os';
import type {FailureWords} from './failure-words.js';

/** What the end of a process is told from. */
export type ExitFacts = {
	readonly exitCode: number;

	/** The end of what it printed, and what the engine said of it. */
	readonly output: string;

	/** Whether the engine says that its memory ran out; `null` of an engine that says nothing of it. */
	readonly isOutOfMemory: boolean | null;

	/** What was started; empty where that is unknown. */
	readonly command: readonly string[];
};

/** @returns What happened to the process of a RUN, as far as its end tells; no file is looked at. */
export function explainExit({
	exitCode,
	output,
	isOutOfMemory,
	command: words,
}: ExitFacts): FailureWords {
	const code = `exit code ${exitCode}`;
	if (isOutOfMemory) {
		// Another code is the shell's or a parent's, who may have gone on for a while.
		return command(
			`${exitCode === 137 ? 'The command' : 'A process of the command'} ran out of memory (${code}).`,
			'Give the engine more memory, or let the command need less.',
		);
	}

	const refused = refusalOf(output);
	const isOfRunc = /^runc run failed: .*exec: "/mv.test(output);
	if (isOfRunc || exitCode === 126 || exitCode === 127) {
		const [first, flag] = words;
		const named = refused?.name ?? (flag === '-c' ? undefined : first);
		const what = named === undefined ? 'A program' : `The program ${named}`;
		const answer = refused ? `: the answer was "${refused.answer}"` : '';
		return command(`${what} couldn't be started${answer} (${code}).`);
	}

	const signal = signalOf(exitCode);
	if (signal === 'SIGKILL') {
		return command(
			`The command was killed (${code}).`,
			isOutOfMemory === null
				? "The engine doesn't say by whom: when memory ran out, the kernel's log on its machine (dmesg) names the process."
				: "The engine saw no memory run out in its container: something else killed it, as kill -9 does; the kernel's log on its machine (dmesg) tells whether that was the kernel.",
		);
	}

	return command(
		signal === undefined
			? `The command ended with ${code}.`
			: `The command was ended by the signal ${signal} (${code}).`,
	);
}

function command(message: string, advice: string | null = null): FailureWords {
	return {kind: 'command', message, advice};
}

/** What shells, env and runc print before they exit with 126 or 127. */
const refusals = [
	/exec: "(?<name>[^"]+)": (?<answer>executable file not found in \$PATH|[^\n]*no such file or directory|permission denied|exec format error)/gv,
	/^[^\n]*?sh: (?:line )?(?:\d+: )?(?<name>[^\n:]+): (?<answer>(?:command )?not found|permission denied|no such file or directory|exec format error)/gimv,
	/^(?:\S*\/)?env: (?:can't execute )?\W?(?<name>[^\n:’'"]+)\W?: (?<answer>[^\n]+)/gimv,
];

/** What was printed last is what ended it. */
function refusalOf(
	output: string,
): {readonly name: string; readonly answer: string} | undefined {
	const groups = refusals
		.flatMap(refusal => [...output.matchAll(refusal)])
		.toSorted((one, other) => one.index - other.index)
		.at(-1)?.groups;
	return groups && {name: groups['name']!, answer: groups['answer']!};
}

function signalOf(exitCode: number): string | undefined {
	return Object.entries(constants.signals).find(
		([, number]) => number === exitCode - 128,
	)?.[0];
}
