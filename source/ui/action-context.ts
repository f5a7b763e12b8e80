import type {DebuggerStore} from '../debugger/session/store.js';
import type {Point} from '../engine/port.js';
import type {DiffController} from './files/diff-controller.js';
import type {FilesController} from './files/files-controller.js';
import type {LeftController} from './files/left-controller.js';
import type {WhereController} from './files/where-controller.js';
import type {Scene} from './present/scene.js';
import type {Theme} from './present/theme.js';
import type {VisitOptions} from './shell-visit.js';
import type {ViewStore} from './view-store.js';

/** How the user ended the session. */
export type Leaving = 'quit' | 'interrupted';

/** What the keys act on. */
export type ActionContext = {
	readonly store: DebuggerStore;
	readonly views: ViewStore;
	readonly theme: Theme;
	readonly files: FilesController;
	readonly diff: DiffController;
	readonly left: LeftController;
	readonly where: WhereController;
	leave(how: Leaving): void;
	lend(point: Point, options?: VisitOptions): void;

	/** Opens the Dockerfile in the user's editor at a line, counted from 1, and loads the build again. */
	edit(line: number): void;
	redraw(): void;
};

/** @returns What a frame would be drawn from now. */
export function sceneOf({store, views, theme}: ActionContext): Scene {
	return {
		session: {...store.getView(), state: store.state},
		view: views.getView(),
		theme,
		now: Date.now(),
		logOf: step => store.log(step),
	};
}
