import {findSizes} from '../../source/inspect/left/sizes.js';
import type {Point} from '../../source/engine/port.js';
import {Comparisons} from '../../source/inspect/compare.js';
import {Listings} from '../../source/inspect/listings.js';
import {DebuggerStore} from '../../source/debugger/session/store.js';
import type {PausePolicy} from '../../source/debugger/machine/pause-policy.js';
import {
	type ActionContext,
	type Leaving,
} from '../../source/ui/action-context.js';
import {DiffController} from '../../source/ui/files/diff-controller.js';
import {FilesController} from '../../source/ui/files/files-controller.js';
import {LeftController} from '../../source/ui/files/left-controller.js';
import {WhereController} from '../../source/ui/files/where-controller.js';
import {press} from '../../source/ui/actions.js';
import {themeFor} from '../../source/ui/present/theme.js';
import {initialView} from '../../source/ui/view-state.js';
import {ViewStore} from '../../source/ui/view-store.js';
import {type StepScript, fakeEngine} from './fake-engine.js';
import {programOf} from './program.js';
import {dockerfile as usual} from './scene.js';

export type SessionOptions = {
	readonly dockerfile?: string;
	readonly target?: string;
	readonly policy?: PausePolicy;
	readonly steps?: Readonly<Record<string, StepScript>>;
	readonly columns?: number;
	readonly rows?: number;

	/** Default: true. */
	readonly isLoaded?: boolean;
};

/** A session on a scripted engine whose keys are pressed without a terminal. */
export type Session = {
	readonly store: DebuggerStore;
	readonly views: ViewStore;
	readonly left: Leaving[];
	readonly lent: Point[];

	/** The lines that the editor was opened at. */
	readonly edited: number[];
	readonly redrawn: () => number;

	/** Presses one key after the other. */
	type(...keys: readonly string[]): void;

	/** @returns When the build stands still. */
	settled(): Promise<void>;
};

/** @returns A session on a scripted engine. */
export async function startSession(
	options: SessionOptions = {},
): Promise<Session> {
	const {
		dockerfile = usual,
		policy = 'stage',
		columns = 100,
		rows = 24,
	} = options;
	const store = new DebuggerStore({
		findSizes,
		engine: fakeEngine({
			program: programOf(dockerfile, options.target),
			...(options.steps && {steps: options.steps}),
		}),
		request: {
			context: '/',
			dockerfile: '/Dockerfile',
			dockerfileName: 'Dockerfile',
			buildArguments: {},
			secrets: [],
			noCache: false,
			tags: [],
		},
		policy,
		breakpoints: [],
	});
	const views = new ViewStore(initialView({rows, columns}));
	const left: Leaving[] = [];
	const lent: Point[] = [];
	const edited: number[] = [];
	let redraws = 0;
	const listings = new Listings(store);
	const context: ActionContext = {
		store,
		views,
		theme: themeFor({LANG: 'C.UTF-8', TERM: 'xterm'}),
		files: new FilesController(store, views, listings),
		diff: new DiffController(store, views, new Comparisons(listings), '→'),
		left: new LeftController(store, views),
		where: new WhereController(store, views),
		leave(how) {
			left.push(how);
		},
		lend(point) {
			lent.push(point);
		},
		edit(line) {
			edited.push(line);
		},
		redraw() {
			redraws++;
		},
	};
	if (options.isLoaded ?? true) {
		await store.start();
	}

	return {
		store,
		views,
		left,
		lent,
		edited,
		redrawn: () => redraws,
		type(...keys) {
			for (const key of keys) {
				press(key, context);
			}
		},
		async settled() {
			await new Promise<void>(resolve => {
				const check = () => {
					const {kind} = store.state.phase;
					if (kind !== 'running' && kind !== 'finishing') {
						stop();
						resolve();
					}
				};

				const stop = store.onEvent(check);
				check();
			});
		},
	};
}
