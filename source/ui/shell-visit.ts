import type {DebuggerStore} from '../debugger/store.js';
import type {Point, Shell} from '../engine/port.js';
import {toError} from '../errors.js';
import {sanitise} from '../text/sanitise.js';
import {attachTerminal} from './lend.js';
import {type Lender, lendTerminal} from './lending.js';
import {whereIs} from './shell-point.js';
import type {ViewStore} from './view-store.js';

/** What has to make room while a shell has the terminal. */
export type Host = Lender & {
	readonly store: DebuggerStore;
	readonly views: ViewStore;
};

/**
Opens a shell and lends it the terminal until it ends; afterwards the screen is back as it was, and says how the shell
ended. Never fails: what goes wrong is said on the screen.
*/
export async function visitShell(point: Point, host: Host): Promise<void> {
	const {store, views, keyboard, over} = host;
	const where = whereIs(point, store.state);
	views.dispatch({type: 'busy', text: `opening a shell ${where}`});
	try {
		const shell = await openOrGiveUp(point, host);
		const text = shell
			? `The shell ${where} exited with code ${await runShell(shell, where, host)}.`
			: 'No shell was opened.';
		views.dispatch({type: 'message', message: {kind: 'note', text}});
	} catch (error) {
		views.dispatch({
			type: 'message',
			message: {kind: 'problem', text: toError(error).message},
		});
	} finally {
		views.dispatch({type: 'busy', text: null});
		keyboard.drop();
		if (!over.aborted) {
			keyboard.listen();
		}
	}
}

/** What is typed in the meantime is for the shell; Ctrl-C gives up waiting for it. */
async function openOrGiveUp(
	point: Point,
	{store, terminal, keyboard, over}: Host,
): Promise<Shell | null> {
	const opening = store.openShell(point, {terminal: terminal.size});
	let giveUp!: () => void;
	const givenUp = new Promise<null>(resolve => {
		giveUp = () => {
			resolve(null);
		};
	});
	keyboard.hold(giveUp);
	over.addEventListener('abort', giveUp);
	try {
		const shell = await Promise.race([opening, givenUp]);
		if (!shell) {
			void closeLate(opening, store);
		}

		return shell;
	} finally {
		over.removeEventListener('abort', giveUp);
	}
}

async function closeLate(
	opening: Promise<Shell>,
	store: DebuggerStore,
): Promise<void> {
	const shell = await opening.catch(() => null);
	if (shell) {
		await store.closeShell(shell);
	}
}

async function runShell(
	shell: Shell,
	where: string,
	host: Host,
): Promise<number> {
	const {store, terminal, over} = host;
	return lendTerminal(host, async () => {
		terminal.stdout.write(
			`mstage: a shell ${sanitise(where)}. What it changes is thrown away; exit or Ctrl-D returns.\r\n`,
		);
		try {
			return await attachTerminal(shell, terminal, over);
		} finally {
			void store.closeShell(shell);
		}
	});
}
