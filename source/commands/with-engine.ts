import {hideInFailure} from '../debugger/session/hide-in-failure.js';
import {Redactor} from '../debugger/session/redactor.js';
import type {EngineChoice} from '../engine/candidates.js';
import {openEngine} from '../engine/open-engine.js';
import type {Build, Engine, Failure} from '../engine/port.js';
import {explainFailure} from '../inspect/explain/explain.js';
import {explainedFailure} from '../report/failure/explained.js';
import type {BuildFlags} from './build-flags.js';
import {untilSignal} from './signals.js';

/** The flags of every command that takes points. */
export type PointFlags = BuildFlags & EngineChoice;

/**
Finds the engine and does something with it, until a signal ends it.

@param work - Returns the exit code.
@returns That exit code, or the one of a signal.
@throws {EngineError} There is no engine, or it was lost.
*/
export async function withEngine(
	choice: EngineChoice,
	work: (engine: Engine, signal: AbortSignal) => Promise<number>,
): Promise<number> {
	const engine = await openEngine(choice);
	try {
		return await untilSignal(async signal => work(engine, signal));
	} finally {
		await engine.close();
	}
}

/** Why steps of a build weren't reached. */
export type Stopped = {
	/** Without the values of secrets. */
	readonly failure: Failure;

	/** The end of what the step that failed printed, without the values of secrets. */
	readonly output: string;
};

/** How much of the output of a step that fails is kept at least, in UTF-16 code units. */
const keptOutput = 16_384;

/**
Runs steps of a build, without telling of them.

@param steps - Their ids.
@returns What failed first, or `null` when all of them are done.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function runSteps(
	build: Build,
	steps: readonly number[],
	signal: AbortSignal,
): Promise<Stopped | null> {
	const outputs = new Map<number, string>();
	const decoders = new Map<number, TextDecoder>();
	for await (const event of build.run(steps, signal)) {
		if (event.type === 'log') {
			const {step, data} = event;
			const decoder = decoders.get(step) ?? new TextDecoder();
			decoders.set(step, decoder);
			const output =
				(outputs.get(step) ?? '') + decoder.decode(data, {stream: true});
			outputs.set(step, output.slice(-2 * keptOutput));
		}

		if (event.type === 'failed') {
			const redactor = new Redactor(() => build.secretValues());
			const hide = (text: string): string => redactor.hide(text);
			return {
				failure: hideInFailure(event.failure, hide),
				output: hide(outputs.get(event.failure.step ?? -1) ?? ''),
			};
		}
	}

	signal.throwIfAborted();
	return null;
}

/**
@param platform - The engine's.
@returns Why the build stopped, as the files tell it, in a few sentences.
@throws {EngineError} The engine was lost.
*/
export async function whyStopped(
	build: Build,
	{failure, output}: Stopped,
	{platform, signal}: {readonly platform: string; readonly signal: AbortSignal},
): Promise<string> {
	const explanation = await explainFailure(
		build,
		{failure, output, platform},
		signal,
	);
	if (!explanation) {
		return failure.message;
	}

	const {reasons, advice} = explainedFailure(failure, explanation);
	return [...reasons, ...advice].join(' ');
}
