import type {EngineDescription, Shell, StepProcess} from '../engine/port.js';
import {UsageError} from '../errors.js';
import {explainProcess} from '../inspect/explain/explain.js';
import {processAt} from '../inspect/explain/process-at.js';
import {describeCause} from '../report/failure/cause.js';
import type {OpenPoint} from './at-points.js';
import type {PointFlags} from './with-engine.js';
import {buildArguments} from './build-flags.js';

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

	const output = listen();
	const heard: Shell = {
		command: shell.command,
		isOfToolbox: shell.isOfToolbox,
		output,
		exited: shell.exited,
		write: async data => shell.write(data),
		endInput() {
			shell.endInput();
		},
		resize(size) {
			shell.resize(size);
		},
		signal(name) {
			shell.signal(name);
		},
		close: async () => shell.close(),
	};
	return {shell: heard, heard: () => end};
}

/**
@param command - What was to be started at the point.
@param told - What came of it: the end of its output, or the engine's words.
@returns Why it couldn't be started, as the files tell it, in a few sentences; `null` when they tell nothing.
@throws {EngineError} The engine was lost.
*/
export async function whyNotStarted(
	{snapshot, place}: OpenPoint,
	command: readonly string[],
	{
		told,
		exitCode,
		flags,
		engine,
		signal,
	}: {
		readonly told: string;
		readonly exitCode: number | null;
		readonly flags: PointFlags;
		readonly engine: EngineDescription;
		readonly signal: AbortSignal;
	},
): Promise<string | null> {
	const process: StepProcess = place
		? processAt(place.build, place.point, {
				words: command,
				options: {
					buildArguments: buildArguments(flags.buildArg),
					target: flags.target,
					buildPlatform: engine.platform,
					targetPlatform: flags.platform,
				},
			})
		: {
				arguments: command,
				environment: {},
				user: '',
				directory: '/',
				network: 'default',
			};
	try {
		const explanation = await explainProcess(snapshot, process, {
			output: told,
			exitCode,
			platform: engine.platform,
			signal,
		});
		const words = explanation?.causes.map(cause => describeCause(cause)) ?? [];
		return words.length === 0
			? null
			: words
					.flatMap(({message, advice}) => [message, advice ?? []])
					.flat()
					.join(' ');
	} catch (error) {
		// A state that can't be read tells nothing more than the engine does.
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}
