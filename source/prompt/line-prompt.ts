import {createInterface} from 'node:readline';
import type {Readable, Writable} from 'node:stream';
import type {DebuggerStore} from '../debugger/session/store.js';
import {MstageError} from '../errors.js';
import {sanitise} from '../text/sanitise.js';
import {type Outcome, type PromptContext, settled} from './command.js';
import {findCommand} from './commands.js';
import {type Offer, complete} from './completion.js';
import {splitWords} from './words.js';

export type LinePromptOptions = Omit<PromptContext, 'selection'> & {
	readonly input: Readable;

	/** The terminal that shows the prompt, or `null` on a pipe. */
	readonly output: Writable | null;

	/** Whether the first command that fails ends the session, as a script wants it. */
	readonly strict: boolean;

	/** The lines of earlier sessions, newest first; those of this one are added. */
	readonly history: string[];
};

const promptText = '(mstage) ';

/**
The debugger as a line prompt: reads commands, one per line, until the session ends. At the end of the input the build
continues to its end.

@returns When the session is over, finished (on a terminal once the user quits) or given up: whether no command failed
that had to succeed.
*/
export async function runLinePrompt(
	options: LinePromptOptions,
): Promise<boolean> {
	const {store, output, signal, strict} = options;
	await settled(store, signal);
	if (isOver(options)) {
		return true;
	}

	tellEnd(options);
	let {phase} = store.state;
	const context: PromptContext = {...options, selection: {step: null}};
	const lines =
		output === null ? linesOfPipe(options) : linesOfTerminal(options, output);
	for await (const line of lines) {
		const outcome = await runLine(line, context);
		if (outcome === 'quit' || isOver(options)) {
			return true;
		}

		if (strict && outcome === 'failed') {
			return false;
		}

		if (store.state.phase !== phase) {
			({phase} = store.state);
			tellEnd(options);
		}
	}

	await continueToEnd(options);
	return true;
}

async function* linesOfPipe({
	input,
	signal,
}: LinePromptOptions): AsyncGenerator<string> {
	const lines = createInterface({input, signal});
	try {
		yield* lines;
	} finally {
		lines.close();
	}
}

/** Each line has an interface of its own, so that nothing reads the terminal while a command, or a shell, has it. */
async function* linesOfTerminal(
	options: LinePromptOptions,
	output: Writable,
): AsyncGenerator<string> {
	for (;;) {
		// eslint-disable-next-line no-await-in-loop -- one line after the other
		const lines = await readLines(options, output);
		if (lines.length === 0) {
			return;
		}

		yield* lines;
	}
}

/**
@returns The line, and those that were pasted with it; none at the end of the input. Ctrl-C clears what was typed.
*/
async function readLines(
	{input, signal, store, history}: LinePromptOptions,
	output: Writable,
): Promise<readonly string[]> {
	const read: string[] = [];
	const lines = createInterface({
		input,
		output,
		prompt: promptText,
		terminal: true,
		history: [...history],
		completer(line: string, tell: (error: Error | null, offer: Offer) => void) {
			void offerFor(line, store, tell);
		},
		signal,
	});
	lines.on('SIGINT', () => {
		lines.write(null, {ctrl: true, name: 'e'});
		lines.write(null, {ctrl: true, name: 'u'});
	});
	lines.prompt();
	return new Promise(resolve => {
		lines.on('line', line => {
			history.unshift(line);
			if (read.push(line) === 1) {
				setImmediate(() => {
					lines.close();
				});
			}
		});
		lines.once('close', () => {
			resolve(read);
		});
	});
}

async function offerFor(
	line: string,
	store: DebuggerStore,
	tell: (error: Error | null, offer: Offer) => void,
): Promise<void> {
	try {
		tell(null, await complete(line, store));
	} catch {
		// The engine is lost, and the session says so.
		tell(null, [[], line]);
	}
}

/** A mistake is told, and has failed. */
async function runLine(line: string, context: PromptContext): Promise<Outcome> {
	try {
		const [word, ...words] = splitWords(line);
		if (word === undefined || word.startsWith('#')) {
			return 'done';
		}

		const command = findCommand(word);
		return await command.run(
			command.takesPaths ? splitWords(line, 'kept').slice(1) : words,
			context,
		);
	} catch (error) {
		if (!(error instanceof MstageError)) {
			throw error;
		}

		context.write(`${sanitise(error.message)}\n`);
		return 'failed';
	}
}

async function continueToEnd(options: LinePromptOptions): Promise<void> {
	const {store, signal} = options;
	while (store.state.phase.kind === 'paused' && !isOver(options)) {
		store.dispatch({type: 'continue'});
		// eslint-disable-next-line no-await-in-loop -- each pause is followed by the next
		await settled(store, signal);
	}
}

/** On a terminal somebody can look into what is done, or mend what broke; on a pipe nobody can. */
function isOver({store, signal, output}: LinePromptOptions): boolean {
	const {kind} = store.state.phase;
	return (
		signal.aborted ||
		(output === null && (kind === 'finished' || kind === 'broken'))
	);
}

function tellEnd({store, output, write}: LinePromptOptions): void {
	const {phase} = store.state;
	if (output === null) {
		return;
	}

	if (phase.kind === 'broken') {
		write(
			`${sanitise(phase.error.message)}\nreload tries again, quit ends the session\n`,
		);
	} else if (phase.kind === 'finished') {
		write('every point stays open until quit; reload builds again\n');
	}
}
