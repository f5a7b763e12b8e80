import {writeFile} from 'node:fs/promises';
import process from 'node:process';
import {runningRetrace} from '../debugger/machine/look-into-failure.js';
import {findSizes} from '../inspect/left/sizes.js';
import {explainFailure} from '../inspect/explain/explain.js';
import {retraceStep} from '../inspect/retrace/retrace.js';
import {isReloading, outcomeOf} from '../debugger/machine/outcome.js';
import type {PausePolicy} from '../debugger/machine/pause-policy.js';
import {DebuggerStore} from '../debugger/session/store.js';
import type {EngineChoice} from '../engine/candidates.js';
import {openEngine} from '../engine/open-engine.js';
import type {Engine} from '../engine/port.js';
import {UsageError, toError} from '../errors.js';
import {CommandUnderWay} from '../prompt/under-way.js';
import {openProjectCache} from '../project-cache/project-cache.js';
import {type BuildFlags, buildRequest} from './build-flags.js';
import {farewell} from './farewell.js';
import {withPassedOn} from './passed-on.js';
import {runOnScreen} from './on-screen.js';
import {openScript, runPlain} from './plain.js';
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
	let opened: DebuggerStore | undefined;
	const underWay = new CommandUnderWay();
	return untilSignal(
		async signal =>
			runSession(options, {
				signal,
				underWay,
				onOpen(store) {
					opened = store;
				},
			}),
		() =>
			process.stdin.isTTY &&
			opened !== undefined &&
			(interrupt(opened) || underWay.giveUp()),
	);
}

/** Also what comes before the session, such as fetching a Git repository, leaves nothing behind when a signal ends it. */
async function runSession(
	options: DebugOptions,
	{
		signal,
		underWay,
		onOpen,
	}: {
		readonly signal: AbortSignal;
		readonly underWay: CommandUnderWay;
		readonly onOpen: (store: DebuggerStore) => void;
	},
): Promise<number> {
	const asked = await buildRequest(options, signal);
	signal.throwIfAborted();
	const [engine, cache] = await Promise.all([
		openEngine(options),
		openProjectCache(asked.identity, {
			builder: options.builder === 'legacy' ? 'legacy' : 'BuildKit',
		}),
	]);
	const request = await withPassedOn(asked, engine.description);
	const onScreen =
		process.stdin.isTTY &&
		process.stdout.isTTY &&
		!options.plain &&
		options.commands === undefined &&
		!options.json;
	const atTerminal =
		onScreen ||
		// Of a pipe it is undefined.
		(Boolean(process.stdin.isTTY && process.stdout.isTTY) &&
			options.commands === undefined &&
			!options.json);
	const script = atTerminal ? null : await openScript(options.commands, signal);
	const store = new DebuggerStore({
		findSizes,
		explainFailure,
		retraceStep,
		waits: () => script?.hasCommands ?? false,
		// What stops here was set by somebody who looked on.
		keepsBreakpoints: atTerminal && options.pause !== 'never',
		engine,
		request,
		policy: options.pause,
		breakpoints: options.break,
		cache,
		...(onScreen && {
			sizePatience: screenPatience,
			explanationPatience: screenPatience,
		}),
	});
	onOpen(store);
	const watcher = options.watch ? await watchBuild(store, request) : null;
	try {
		signal.throwIfAborted();
		return onScreen
			? await runOnScreen(store, request.dockerfile, signal)
			: await runPlain(store, {
					...options,
					script,
					dockerfile: request.dockerfile,
					underWay,
					signal,
				});
	} finally {
		try {
			await writeImageId(options.iidfile, store);
		} finally {
			await farewell(closeAll(watcher, store, engine));
		}
	}
}

async function closeAll(
	watcher: {close(): Promise<void>} | null,
	store: DebuggerStore,
	engine: Engine,
): Promise<void> {
	await watcher?.close();
	await store.close();
	await engine.close();
}

/** As docker build does: only what is finished has one. */
async function writeImageId(
	file: string | undefined,
	{state}: DebuggerStore,
): Promise<void> {
	const outcome = outcomeOf(state);
	if (
		file === undefined ||
		outcome.kind !== 'finished' ||
		!outcome.result.image
	) {
		return;
	}

	try {
		await writeFile(file, outcome.result.image);
	} catch (error) {
		throw new UsageError(
			`${file} can't be written (${toError(error).message}): name another file with --iidfile. The image is ${outcome.result.image}.`,
			{cause: error},
		);
	}
}

/** Ctrl-C while something runs cancels it and pauses; a second one ends the session. */
function interrupt(store: DebuggerStore): boolean {
	const {phase} = store.state;
	const retrace = runningRetrace(store.state);
	const cancels =
		(phase.kind === 'running' && !phase.canceling) ||
		isReloading(store.state) ||
		(retrace !== null && !retrace[1].isStopping);
	store.dispatch({type: 'interrupt'});
	return cancels;
}
