import type {ReadStream, WriteStream} from 'node:tty';
import type {DebuggerStore} from '../debugger/store.js';
import type {ActionContext} from './action-context.js';
import {press} from './actions.js';
import {Display} from './display.js';
import {Keyboard} from './keyboard.js';
import {themeFor} from './present/theme.js';
import {visitShell} from './shell-visit.js';
import {Terminal} from './terminal.js';
import {initialView} from './view-state.js';
import {ViewStore} from './view-store.js';

/**
Why the screen is gone: `q`; Ctrl-C when nothing was there to cancel; the session can't go on; the caller's signal, or
the terminal itself is gone.
*/
export type ExitReason = 'quit' | 'interrupted' | 'broken' | 'aborted';

export type ScreenOptions = {
	/** A terminal. */
	readonly stdin: ReadStream;

	/** The same terminal. */
	readonly stdout: WriteStream;

	/** `TERM`, `LC_ALL`, `LC_CTYPE`, `LANG` and `NO_COLOR` decide how the screen is drawn. */
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
	const {stdin, stdout, env, signal} = options;
	const terminal = new Terminal(stdin, stdout);
	const views = new ViewStore(initialView(terminal.size));
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
	const context: ActionContext = {
		store,
		views,
		theme,
		leave,
		lend(point, options) {
			visit = visitShell(
				point,
				{
					store,
					views,
					terminal,
					keyboard,
					over: over.signal,
					hide: display.hide,
					show: display.show,
				},
				options,
			);
		},
		redraw: display.redraw,
	};
	const keyboard = new Keyboard(stdin, key => {
		press(key, context);
	});
	const stopWatching = watch(store, {views, leave, signal, stdin});
	try {
		display.show();
		keyboard.listen();
		return await ended;
	} finally {
		over.abort();
		await visit;
		keyboard.stop();
		display.hide();
		terminal.restore();
		stopWatching();
	}
}

type Watched = {
	readonly views: ViewStore;
	readonly signal: AbortSignal | undefined;
	readonly stdin: ReadStream;
	leave(reason: ExitReason): void;
};

/** Ends the screen with the session, the terminal or the caller's signal, and shows how the build ended. */
function watch(
	store: DebuggerStore,
	{views, leave, signal, stdin}: Watched,
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

	if (store.state.phase.kind === 'broken') {
		leave('broken');
	}

	const stopListening = store.onEvent(({type}) => {
		switch (type) {
			case 'broken': {
				leave('broken');

				break;
			}

			case 'failed':
			case 'finished': {
				views.dispatch({type: 'ended'});

				break;
			}

			case 'canceled': {
				views.dispatch({type: 'message', message: null});

				break;
			}
			// No default
		}
	});
	return () => {
		stdin.off('error', onAbort).off('end', onAbort);
		signal?.removeEventListener('abort', onAbort);
		stopListening();
	};
}
