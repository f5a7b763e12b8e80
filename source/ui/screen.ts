import type {ReadStream, WriteStream} from 'node:tty';
import type {SessionEvent} from '../debugger/session/news.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import {Comparisons} from '../inspect/compare.js';
import {Listings} from '../inspect/listings.js';
import type {ActionContext} from './action-context.js';
import {press} from './actions.js';
import {paste} from './actions/typing.js';
import {Display} from './display.js';
import {visitEditor} from './editor-visit.js';
import {DiffController} from './files/diff-controller.js';
import {FileColours} from './files/file-colours.js';
import {FilesController} from './files/files-controller.js';
import {LeftController} from './files/left-controller.js';
import {WhereController} from './files/where-controller.js';
import {Origins} from './files/origins.js';
import {Keyboard} from './keyboard.js';
import {isHopeless, showFaultyLine, viewActionsFor} from './news.js';
import {dockerfileError} from './place.js';
import {themeFor} from './present/theme.js';
import {visitShell} from './shell-visit.js';
import {Terminal} from './terminal.js';
import {initialView} from './view-state.js';
import {ViewStore} from './view-store.js';

/**
Why the screen is gone: `q`; Ctrl-C when nothing was there to cancel; the session can't begin; the caller's signal, or
the terminal itself is gone.
*/
export type ExitReason = 'quit' | 'interrupted' | 'broken' | 'aborted';

export type ScreenOptions = {
	/** A terminal. */
	readonly stdin: ReadStream;

	/** The same terminal. */
	readonly stdout: WriteStream;

	/** The Dockerfile's path, for the editor. */
	readonly dockerfile: string;

	/**
	`TERM`, `LC_ALL`, `LC_CTYPE`, `LANG` and `NO_COLOR` decide how the screen is drawn, `VISUAL`, `EDITOR` and `PATH` what the
	Dockerfile is edited with.
	*/
	readonly env: Readonly<Record<string, string | undefined>>;

	/** Takes the screen down: what a handler of SIGTERM and SIGHUP wants. */
	readonly signal?: AbortSignal;
};

/**
The debugger's screen: draws the session, takes keys, and lends the terminal to shells, until the user quits or the
session can't go on. Closing the store is left to the caller.

@returns Why the screen is gone. The terminal is as it was found, also when this throws.
@throws {Error} A component threw: a defect of mstage.
*/
export async function runScreen(
	store: DebuggerStore,
	options: ScreenOptions,
): Promise<ExitReason> {
	const {stdin, stdout, dockerfile, env, signal} = options;
	const terminal = new Terminal(stdin, stdout);
	const views = new ViewStore(
		initialView(terminal.size, {
			earlier: store.earlierListings.times,
			times: store.times.kept,
		}),
	);
	const theme = themeFor(env);
	const over = new AbortController();
	let visit = Promise.resolve();
	let leave!: (reason: ExitReason) => void;
	let fail!: (error: Error) => void;
	const ended = new Promise<ExitReason>((resolve, reject) => {
		leave = resolve;
		fail = reject;
	});

	const display = new Display({store, views, theme, terminal, onError: fail});
	const host = {
		store,
		views,
		terminal,
		env,
		over: over.signal,
		hide: display.hide,
		show: display.show,
	};
	const listings = new Listings(store);
	const context: ActionContext = {
		store,
		views,
		theme,
		files: new FilesController(store, views, listings),
		diff: new DiffController(
			store,
			views,
			new Comparisons(listings),
			theme.signs.to,
		),
		left: new LeftController(store, views),
		where: new WhereController(store, views),
		leave,
		lend(point, options) {
			visit = visitShell(point, {...host, keyboard}, options);
		},
		edit(line) {
			visit = editAndReload(line);
		},
		redraw: display.redraw,
	};
	const keyboard = new Keyboard(
		stdin,
		key => {
			press(key, context);
		},
		pasted => {
			paste(pasted, context);
		},
	);
	const editAndReload = async (line: number): Promise<void> => {
		if (await visitEditor(dockerfile, line, {...host, keyboard})) {
			store.dispatch({type: 'reload'});
		}
	};

	const stops = [
		new Origins(store, views).start(),
		new FileColours(store, views, theme).start(),
	];
	const stopWatching = watch(store, {views, dockerfile, leave, signal, stdin});
	try {
		display.show();
		keyboard.listen();
		return await ended;
	} finally {
		over.abort();
		await visit;
		context.files.cancel();
		context.diff.cancel();
		context.left.cancel();
		context.where.cancel();
		keyboard.stop();
		display.hide();
		terminal.restore();
		for (const stop of stops) {
			stop();
		}

		stopWatching();
	}
}

type Watched = {
	readonly views: ViewStore;
	readonly dockerfile: string;
	readonly signal: AbortSignal | undefined;
	readonly stdin: ReadStream;
	leave(reason: ExitReason): void;
};

/** Ends the screen with the terminal, the caller's signal or a session that can't begin, and shows what happens. */
function watch(
	store: DebuggerStore,
	{views, dockerfile, leave, signal, stdin}: Watched,
): () => void {
	const onAbort = () => {
		leave('aborted');
	};

	// A terminal that is gone fails to be read, and later to be given back; there is nobody left to be told.
	stdin.on('error', onAbort).on('end', onAbort);
	signal?.addEventListener('abort', onAbort);
	if (signal?.aborted) {
		onAbort();
	}

	const follow = (event: SessionEvent): void => {
		const {state} = store;
		if (isHopeless(state)) {
			leave('broken');
		}

		for (const action of viewActionsFor(event, state)) {
			views.dispatch(action);
		}

		const error = dockerfileError(state);
		if (error && (event.type === 'broken' || event.type === 'reload-failed')) {
			void showFaultyLine(error, dockerfile, views);
		}
	};

	const {phase} = store.state;
	if (phase.kind === 'broken') {
		follow({type: 'broken', error: phase.error});
	}

	const stopListening = store.onEvent(follow);
	return () => {
		stdin.off('error', onAbort).off('end', onAbort);
		signal?.removeEventListener('abort', onAbort);
		stopListening();
	};
}
