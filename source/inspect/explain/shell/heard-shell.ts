import type {Shell} from '../../../engine/port.js';
import {passThrough} from '../../../engine/port/pass-through.js';

/** How much of what a command prints is kept at least, in UTF-16 code units. */
const keptOutput = 4096;

/** A shell whose output is heard on its way. */
export type HeardShell = {
	readonly shell: Shell;

	/** @returns The end of what it has printed. */
	heard(): string;
};

/** @returns The same shell, whose output is also kept, its end. */
export function hear(shell: Shell): HeardShell {
	const decoder = new TextDecoder();
	let end = '';
	const listen = async function* (): Shell['output'] {
		for await (const part of shell.output) {
			end = (end + decoder.decode(part.data, {stream: true})).slice(
				-2 * keptOutput,
			);
			yield part;
		}
	};

	return {shell: passThrough(shell, {output: listen()}), heard: () => end};
}
