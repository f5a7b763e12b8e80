import {writeFile} from 'node:fs/promises';
import process from 'node:process';
import type {PausePolicy} from '../debugger/pause-policy.js';
import {DebuggerStore} from '../debugger/store.js';
import type {EngineChoice} from '../engine/candidates.js';
import {openEngine} from '../engine/open-engine.js';
import {UsageError, toError} from '../errors.js';
import {openProjectCache} from '../project-cache/project-cache.js';
import {type BuildFlags, buildRequest} from './build-flags.js';
import {runOnScreen} from './on-screen.js';
import {runPlain} from './plain.js';
import {untilSignal} from './signals.js';
import {watchBuild} from './watch.js';

export type DebugOptions = BuildFlags &
	EngineChoice & {
		readonly pause: PausePolicy;
		readonly break: readonly string[];
		readonly watch: boolean;
		readonly plain: boolean;
		readonly iidfile?: string;
		readonly commands?: string;
		readonly json: boolean;
	};

/** The screen shows sizes whenever they come, in milliseconds; what comes at once doesn't flicker. */
const screenPatience = 200;

/**
`mstage debug`: a debug session on the screen, or at the line prompt where there is no terminal.

@returns The exit code.
@throws {MstageError} The session could not begin, or could not go on.
*/
export async function debug(options: DebugOptions): Promise<number> {
	const request = await buildRequest(options);
	const [engine, cache] = await Promise.all([
		openEngine(options),
		openProjectCache(request.identity, {
			builder: options.builder === 'legacy' ? 'legacy' : 'BuildKit',
		}),
	]);
	const onScreen =
		process.stdin.isTTY &&
		process.stdout.isTTY &&
		!options.plain &&
		options.commands === undefined &&
		!options.json;
	const store = new DebuggerStore({
		engine,
		request,
		policy: options.pause,
		breakpoints: options.break,
		cache,
		...(onScreen && {sizePatience: screenPatience}),
	});
	const watcher = options.watch ? await watchBuild(store, request) : null;
	try {
		return await untilSignal(
			async signal =>
				onScreen
					? runOnScreen(store, request.dockerfile, signal)
					: runPlain(store, {
							...options,
							dockerfile: request.dockerfile,
							signal,
						}),
			() => process.stdin.isTTY && interrupt(store),
		);
	} finally {
		try {
			await writeImageId(options.iidfile, store);
		} finally {
			await watcher?.close();
			await store.close();
			await engine.close();
		}
	}
}

/** As docker build does: only what is finished has one. */
async function writeImageId(
	file: string | undefined,
	{state: {phase}}: DebuggerStore,
): Promise<void> {
	if (file === undefined || phase.kind !== 'finished' || !phase.result.image) {
		return;
	}

	try {
		await writeFile(file, phase.result.image);
	} catch (error) {
		throw new UsageError(
			`${file} can't be written (${toError(error).message}): name another file with --iidfile. The image is ${phase.result.image}.`,
			{cause: error},
		);
	}
}

/** Ctrl-C while something runs cancels it and pauses; a second one ends the session. */
function interrupt(store: DebuggerStore): boolean {
	const {phase} = store.state;
	const cancels = phase.kind === 'running' && !phase.canceling;
	store.dispatch({type: 'interrupt'});
	return cancels;
}
