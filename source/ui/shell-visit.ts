import type {DebuggerStore} from '../debugger/session/store.js';
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

export type VisitOptions = {
	/** Whether a new one is wanted though there is one to come back to. */
	readonly fresh?: boolean;
};

/**
Opens a shell, or the point's last one again, and lends it the terminal until it ends; afterwards the screen is back as it was, and says how the shell
ended. Never fails: what goes wrong is said on the screen.
*/
export async function visitShell(
	point: Point,
	host: Host,
	{fresh = false}: VisitOptions = {},
): Promise<void> {
	const {store, views, keyboard, over} = host;
	const isBack = !fresh && store.hasShell(point);
	const where = whereIs(point, store.state);
	views.dispatch({type: 'busy', text: `opening a shell ${where}`});
	try {
		const shell = await openOrGiveUp(point, fresh, host);
		const text = shell
			? endOf(
					where,
					await runShell(shell, bannerOf(where, isBack, shell), host),
				)
			: 'No shell was opened.';
		views.dispatch({type: 'message', message: {kind: 'note', text}});
	} catch (error) {
		// With the engine the session broke off, and the screen says why.
		const isTold = store.state.phase.kind === 'broken';
		views.dispatch({
			type: 'message',
			message: isTold ? null : {kind: 'problem', text: toError(error).message},
		});
	} finally {
		views.dispatch({type: 'busy', text: null});
		keyboard.drop();
		if (!over.aborted) {
			keyboard.listen();
		}
	}
}

function endOf(where: string, code: number | null): string {
	return code === null
		? `The shell ${where} was left; what ran in it was ended.`
		: `The shell ${where} exited with code ${code}.`;
}

/** What is typed in the meantime is for the shell; Ctrl-C gives up waiting for it. */
async function openOrGiveUp(
	point: Point,
	fresh: boolean,
	{store, terminal, keyboard, over}: Host,
): Promise<Shell | null> {
	const opening = store.openShell(point, {
		terminal: terminal.size,
		fresh,
	});
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

/** What a banner says of a shell that isn't the filesystem's own. */
export const ofToolbox =
	'There is no shell in it: this one, and its tools, are of the toolbox.';

function bannerOf(
	where: string,
	isBack: boolean,
	{isOfToolbox}: Shell,
): string {
	return isBack
		? `mstage: back in the shell ${where}, with its changes until mstage ends; exit or Ctrl-D returns, Ctrl-P Ctrl-Q always.`
		: `mstage: a shell ${where}. What it changes is thrown away; exit or Ctrl-D returns, Ctrl-P Ctrl-Q always.${isOfToolbox ? ` ${ofToolbox}` : ''}`;
}

async function runShell(
	shell: Shell,
	banner: string,
	host: Host,
): Promise<number | null> {
	const {store, terminal, over} = host;
	return lendTerminal(host, async () => {
		terminal.stdout.write(`${sanitise(banner)}\r\n`);
		try {
			return await attachTerminal(shell, terminal, over);
		} finally {
			void store.closeShell(shell);
		}
	});
}
