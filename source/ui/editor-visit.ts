import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {UsageError, toError} from '../errors.js';
import {modesAfterProgram} from '../terminal/borrowed-modes.js';
import {hold} from '../terminal/holders.js';
import {type EditorCommand, editorCommand} from './editor.js';
import type {TerminalStreams} from './lend.js';
import {type Lender, lendTerminal} from './lending.js';
import type {Message} from './view-state.js';
import type {ViewStore} from './view-store.js';

/** What has to make room while an editor has the terminal. */
export type EditorHost = Lender & {
	readonly views: ViewStore;
	readonly env: Readonly<Record<string, string | undefined>>;
};

/** With what a shell exits when a command isn't there, or can't be run (POSIX, "Exit Status for Commands"). */
const notRunCodes = new Set([126, 127]);

/**
Opens a file in the user's editor and lends it the terminal until it ends. Never fails: what goes wrong is said on the
screen.

@param line - Where it opens, counted from 1.
@returns Whether the editor ended well, so that the file may have changed.
*/
export async function visitEditor(
	file: string,
	line: number,
	host: EditorHost,
): Promise<boolean> {
	const {env, views, terminal, keyboard, over} = host;
	try {
		const command = editorFor(env, file, line);
		await lendTerminal(host, async () => runEditor(command, terminal, over));
		return true;
	} catch (error) {
		const message: Message = {kind: 'problem', text: toError(error).message};
		views.dispatch({type: 'message', message});
		return false;
	} finally {
		keyboard.drop();
		if (!over.aborted) {
			keyboard.listen();
		}
	}
}

/**
@returns The command that opens the file at the line, which is counted from 1.
@throws {UsageError} There is no editor.
*/
export function editorFor(
	env: EditorHost['env'],
	file: string,
	line: number,
): EditorCommand {
	const command = editorCommand(env, file, line);
	if (!command) {
		throw new UsageError(
			`There is no editor: set EDITOR, or edit ${file} elsewhere and reload (r).`,
		);
	}

	return command;
}

/**
Lets an editor have the terminal until it ends.

@param streams - The terminal, which is as it was afterwards.
@param over - Ends the editor.
@throws {UsageError} It didn't end well, so that the file is not to be read again.
*/
export async function runEditor(
	command: EditorCommand,
	streams: TerminalStreams,
	over: AbortSignal,
): Promise<void> {
	let code: number | null;
	try {
		code = await runChild(command, streams, over);
	} catch (error) {
		throw new UsageError(
			`The editor could not be run: ${toError(error).message}`,
			{cause: error},
		);
	}

	if (code !== 0) {
		throw new UsageError(whyNotEdited(command, code));
	}
}

/** How long an editor that is told to end may take to leave the terminal as it found it, in milliseconds. */
const editorGrace = 1000;

/** A child that has the terminal to itself: its lines are edited by the terminal, and its signals don't reach us. */
async function runChild(
	[program, ...words]: EditorCommand,
	{stdin, stdout}: TerminalStreams,
	over: AbortSignal,
): Promise<number | null> {
	const wasRaw = stdin.isRaw;
	stdin.setRawMode(false);
	const listeners = process.listeners('SIGINT');
	process.removeAllListeners('SIGINT').on('SIGINT', ignore);
	const letGo = hold({release: ignore, retake: ignore, isProgram: true});
	let timer: NodeJS.Timeout | undefined;
	try {
		const child = spawn(program, words, {stdio: 'inherit'});
		const stop = (): void => {
			child.kill('SIGTERM');
			timer = setTimeout(() => {
				child.kill('SIGKILL');
			}, editorGrace);
		};

		over.addEventListener('abort', stop);
		if (over.aborted) {
			stop();
		}

		try {
			const [code] = (await once(child, 'close')) as [number | null];
			return code;
		} finally {
			over.removeEventListener('abort', stop);
		}
	} finally {
		clearTimeout(timer);
		letGo();
		process.off('SIGINT', ignore);
		for (const listener of listeners) {
			process.on('SIGINT', listener);
		}

		stdout.write(modesAfterProgram);
		// Only a change of it is a change of the terminal, whose settings may be the editor's.
		stdin.setRawMode(!wasRaw);
		stdin.setRawMode(wasRaw);
	}
}

/** Ctrl-C, or being stopped, in a line-edited program comes to everything in the foreground; it is meant for the program. */
function ignore(): void {
	// The program that has the terminal deals with it.
}

function whyNotEdited(command: EditorCommand, code: number | null): string {
	if (code === null) {
		return 'The editor was killed: nothing was reloaded; r reloads.';
	}

	return notRunCodes.has(code)
		? `The editor '${command[3]}' can't be run: set VISUAL or EDITOR to one that can.`
		: `The editor exited with code ${code}: nothing was reloaded; r reloads.`;
}
