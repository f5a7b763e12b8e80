import {setImmediate as nextTurn} from 'node:timers/promises';
import {stopsAtEntry} from '../debugger/machine/stops.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import {EngineError, MstageError, toError} from '../errors.js';
import {sanitise} from '../text/sanitise.js';
import {untilAborted} from '../until-aborted.js';
import {type Outcome, type PromptContext, settled} from './command.js';
import {findCommand} from './commands.js';
import type {Script} from './script.js';
import {type Terminal, linesOfTerminal} from './typed-lines.js';
import type {CommandUnderWay} from './under-way.js';
import {splitWords} from './words.js';

export type LinePromptOptions = Omit<
	PromptContext,
	'selection' | 'cancelable'
> & {
	/** What commands come from: a terminal, or a script on a pipe or in a file. */
	readonly commands:
		| ({readonly kind: 'terminal'} & Terminal)
		| {
				readonly kind: 'script';
				readonly script: Script;

				/** Of a file: its name. The first of its commands that fails ends the session. */
				readonly file: string | null;
		  };

	/** Told of each command before it runs; by default nobody is. */
	readonly begin?: (command: string) => void;

	/** Tells what is wrong with a command, in a sentence that isn't sanitised. */
	readonly refuse: (message: string) => void;
};

/**
The debugger as a line prompt: reads commands, one per line, until the session ends. At the end of a script the build
continues to its end; what of a script comes after the end of the build is run there.

@returns When the session is over, finished (on a terminal once the user quits) or given up: whether each command of a
script could be carried out, and of a file's, whether all of them succeeded.
*/
export async function runLinePrompt(
	options: LinePromptOptions,
): Promise<boolean> {
	const {store, signal, commands} = options;
	const begun = async () => settled(store, signal);
	await (commands.kind === 'terminal'
		? commands.underWay.betweenLines(begun)
		: begun());
	if (isOver(options)) {
		return true;
	}

	return commands.kind === 'script'
		? runScript(options, commands)
		: runTerminal(options, commands);
}

async function runScript(
	options: LinePromptOptions,
	{script, file}: Extract<LinePromptOptions['commands'], {kind: 'script'}>,
): Promise<boolean> {
	const context: PromptContext = {
		...options,
		selection: {step: null},
		cancelable: async work => work(context),
	};
	const broken = brokenOff(options);
	let succeeded = true;
	try {
		while (!isOver(options)) {
			// eslint-disable-next-line no-await-in-loop -- one command after the other
			const line = await Promise.race([script.next(), broken]);
			if (line === null) {
				break;
			}

			// eslint-disable-next-line no-await-in-loop
			const outcome = await runLine(line.text, context, {
				...options,
				refuse(message) {
					options.refuse(
						file === null ? message : `${file}:${line.number}: ${message}`,
					);
				},
			});
			const place = `${file ?? 'standard input'}:${line.number}`;
			if (outcome === 'quit') {
				return tellUnread(options, place, script.waiting) && succeeded;
			}

			succeeded &&= outcome !== 'refused';
			if (file !== null && outcome !== 'done') {
				tellUnread(options, place, script.waiting);
				return false;
			}
		}

		await continueToEnd(options);
		return succeeded;
	} finally {
		script.close();
	}
}

/** Nothing of a script is waited for any more once the engine is lost. */
async function brokenOff({store}: LinePromptOptions): Promise<null> {
	return new Promise(resolve => {
		const stop = store.onEvent(({type}) => {
			if (type === 'broken') {
				stop();
				resolve(null);
			}
		});
	});
}

/** @returns Whether every command was read. */
function tellUnread(
	{refuse}: LinePromptOptions,
	place: string,
	count: number,
): boolean {
	if (count > 0) {
		refuse(
			`${place}: that ends the session; ${count === 1 ? 'the command after it was' : `${count} commands after it were`} not run.`,
		);
	}

	return count === 0;
}

async function runTerminal(
	options: LinePromptOptions,
	terminal: Terminal,
): Promise<boolean> {
	const {store} = options;
	tellEnd(options);
	let {phase} = store.state;
	const tellNewEnd = (): void => {
		if (store.state.phase !== phase) {
			({phase} = store.state);
			tellEnd(options);
		}
	};

	const stopListening = store.onEvent(({type}) => {
		// What a command is told, it tells by itself.
		if (type === 'broken' && terminal.room.isThere) {
			tellNewEnd();
		}
	});
	const context: PromptContext = {
		...options,
		selection: {step: null},
		cancelable: async work => runUnderWay(terminal.underWay, context, work),
	};
	try {
		for await (const line of linesOfTerminal(options, terminal)) {
			const outcome = await runLine(line, context, options);
			if (outcome === 'quit' || isOver(options)) {
				return true;
			}

			tellNewEnd();
		}
	} finally {
		terminal.underWay.end();
		stopListening();
	}

	await continueToEnd(options);
	return true;
}

/** A mistake is told: it is refused. */
async function runLine(
	line: string,
	context: PromptContext,
	{begin, refuse, commands}: LinePromptOptions,
): Promise<Outcome | 'refused'> {
	try {
		const [word, ...words] = splitWords(line);
		if (word === undefined || word.startsWith('#')) {
			return 'done';
		}

		begin?.(line.trim());
		const command = findCommand(word);
		if (!command.preparesBuild) {
			await startBuild(context);
		}

		const run = async (within: PromptContext) =>
			command.run(
				command.takesPaths ? splitWords(line, 'kept').slice(1) : words,
				within,
			);
		const runToEnd = async () =>
			untilAborted<Outcome>(
				command.looks ? lookAt(context, run) : run(context),
				context.signal,
				() => 'quit',
			);
		return await (commands.kind === 'terminal'
			? commands.underWay.betweenLines(runToEnd)
			: runToEnd());
	} catch (error_) {
		const error = toError(error_);
		if (!(error instanceof MstageError)) {
			throw error;
		}

		if (error instanceof EngineError) {
			await tellLoss(error, context.store);
		}

		if (context.store.state.phase.kind !== 'broken') {
			refuse(error.message);
		}

		return 'refused';
	}
}

async function lookAt(
	{cancelable}: PromptContext,
	look: (within: PromptContext) => Promise<Outcome>,
): Promise<Outcome> {
	return (await cancelable(look)) ?? 'done';
}

/** What is given up tells nothing any more, whatever it still finds. */
async function runUnderWay<T>(
	underWay: CommandUnderWay,
	context: PromptContext,
	work: (within: PromptContext) => Promise<T>,
): Promise<T | null> {
	const result = await underWay.run(async signal =>
		work({
			...context,
			signal: AbortSignal.any([context.signal, signal]),
			write(text) {
				if (!signal.aborted) {
					context.write(text);
				}
			},
		}),
	);
	if (result === null) {
		// The terminal has shown the key.
		context.write('\nCanceled.\n');
	}

	return result;
}

/** The session breaks off with the engine, unless its build is finished; then that is told instead of what was refused. */
async function tellLoss(
	error: EngineError,
	store: DebuggerStore,
): Promise<void> {
	// The build may tell it by itself.
	await nextTurn();
	const {phase} = store.state;
	if (phase.kind === 'paused' || phase.kind === 'failed') {
		store.dispatch({type: 'broken', error});
	}
}

/** A build that waits only for what a script sets up begins with the first command that does something else. */
async function startBuild({store, signal}: PromptContext): Promise<void> {
	const {state} = store;
	if (
		state.phase.kind === 'paused' &&
		state.phase.reason === 'entry' &&
		!stopsAtEntry(state)
	) {
		store.dispatch({type: 'continue'});
		await settled(store, signal);
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

/**
On a terminal somebody can look into what is done, or mend what broke; so can a script that goes on, but of a pipe on which
nothing ever came nothing is waited for.
*/
function isOver({store, signal, commands}: LinePromptOptions): boolean {
	const {kind} = store.state.phase;
	return (
		signal.aborted ||
		(commands.kind === 'script' &&
			(kind === 'broken' || (kind === 'finished' && !commands.script.mayGoOn)))
	);
}

function tellEnd({store, write}: LinePromptOptions): void {
	const {phase} = store.state;
	if (phase.kind === 'broken') {
		write(
			`${sanitise(phase.error.message)}\nreload tries again, quit ends the session\n`,
		);
	} else if (phase.kind === 'finished') {
		write('every point stays open until quit; reload builds again\n');
	}
}
