import path from 'node:path';
import type {DebuggerState} from '../debugger/state.js';
import type {DebuggerStore} from '../debugger/store.js';
import {readExclusions} from '../engine/context/context-listing.js';
import {Filter, type FilterVerdict} from '../engine/context/filter.js';
import type {BuildRequest} from '../engine/port.js';

export type BuildWatcher = {
	/** Settles when every change from then on is seen. */
	readonly ready: Promise<void>;
	close(): Promise<void>;
};

/**
Loads the build of a session again whenever its Dockerfile, or a file of its context, changes: at once when the build
stands still, else as soon as it does. `.git` and what `.dockerignore` leaves out don't count.

@param request - What the session builds.
@returns Whoever made it has to close it.
*/
export async function watchBuild(
	store: DebuggerStore,
	request: Pick<BuildRequest, 'context' | 'dockerfile'>,
): Promise<BuildWatcher> {
	const {watch} = await import('chokidar');
	const filter = new Filter({
		includePatterns: [],
		excludePatterns: await readExclusions(request),
	});
	let isStale = false;
	const reload = (): void => {
		if (isStale && standsStill(store.state)) {
			isStale = false;
			store.reload();
		}
	};

	const ignoreFiles = [
		`${request.dockerfile}.dockerignore`,
		path.join(request.context, '.dockerignore'),
	];
	const watcher = watch([request.context, request.dockerfile, ...ignoreFiles], {
		ignoreInitial: true,
		ignored: file =>
			file !== request.dockerfile &&
			!ignoreFiles.includes(file) &&
			isLeftOut(path.relative(request.context, file), filter),
	});
	watcher.on('all', () => {
		isStale = true;
		reload();
	});
	// Whoever else hears of the event hears of it first.
	const stop = store.onEvent(() => {
		queueMicrotask(reload);
	});
	return {
		ready: new Promise(resolve => {
			watcher.once('ready', resolve);
		}),
		async close() {
			stop();
			await watcher.close();
		},
	};
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
