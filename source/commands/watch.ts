import {realpath} from 'node:fs/promises';
import path from 'node:path';
import type {DebuggerState} from '../debugger/machine/state.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import {contextFilter} from '../engine/context/context-listing.js';
import type {Filter, FilterVerdict} from '../engine/context/filter.js';
import type {BuildRequest} from '../engine/port.js';
import {UsageError, toError} from '../errors.js';

export type BuildWatcher = {
	/** Settles when every change from then on is seen. */
	readonly ready: Promise<void>;
	close(): Promise<void>;
};

/**
How long nothing has to change before the build is loaded again, in milliseconds: longer than chokidar says nothing of a
file that it has just told of (50 ms, `_throttle` in its index.js), so that what was written meanwhile is loaded too.
*/
const quiet = 60;

/**
Loads the build of a session again whenever its Dockerfile, or a file of its context, changes: soon when the build
stands still, else as soon as it does. `.git` and what `.dockerignore` leaves out don't count.

@param request - What the session builds.
@returns Whoever made it has to close it.
*/
export async function watchBuild(
	store: DebuggerStore,
	request: Pick<BuildRequest, 'context' | 'dockerfile'>,
): Promise<BuildWatcher> {
	const {watch} = await import('chokidar');
	const filter = await contextFilter(request);
	let isStale = false;
	const reload = (): void => {
		if (isStale && standsStill(store.state)) {
			isStale = false;
			store.reload();
		}
	};

	const context = await placeOf(request.context);
	const otherFiles = [
		request.dockerfile,
		await placeOf(request.dockerfile),
		`${request.dockerfile}.dockerignore`,
		path.join(context, '.dockerignore'),
	];
	const watcher = watch([context, ...otherFiles], {
		ignoreInitial: true,
		// A builder gets a link as it is, whatever it leads to.
		followSymlinks: false,
		ignored: file =>
			!otherFiles.includes(file) &&
			isLeftOut(path.relative(context, file), filter),
	});
	let fault: UsageError | null = null;
	const tellFault = (): void => {
		if (fault && store.state.program && standsStill(store.state)) {
			const error = fault;
			fault = null;
			store.dispatch({type: 'reload-failed', error});
		}
	};

	watcher.on('error', error => {
		fault = new UsageError(
			`Not every change of the build's files is seen (${toError(error).message}): reload by yourself, or leave more out in .dockerignore.`,
			{cause: error},
		);
		tellFault();
	});
	let timer: NodeJS.Timeout | undefined;
	watcher.on('all', () => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			isStale = true;
			reload();
		}, quiet);
	});
	// Whoever else hears of the event hears of it first.
	const stop = store.onEvent(() => {
		queueMicrotask(() => {
			tellFault();
			reload();
		});
	});
	return {
		ready: new Promise(resolve => {
			watcher.once('ready', resolve);
		}),
		async close() {
			stop();
			clearTimeout(timer);
			await watcher.close();
		},
	};
}

/** Where a link leads to; what isn't there may still come. */
async function placeOf(file: string): Promise<string> {
	return realpath(file).catch(() => file);
}

function standsStill({phase}: DebuggerState): boolean {
	return ['paused', 'failed', 'finished', 'broken'].includes(phase.kind);
}

/** A directory that is left out is still watched when something in it isn't. */
function isLeftOut(file: string, filter: Filter): boolean {
	const names = file.split(path.sep);
	if (names[0] === '.git') {
		return true;
	}

	if (file === '' || names[0] === '..') {
		return false;
	}

	let verdict: FilterVerdict | undefined;
	for (const index of names.keys()) {
		verdict = filter.judge(names.slice(0, index + 1).join('/'), verdict);
	}

	return !verdict!.isIncluded && !verdict!.isEntered;
}
