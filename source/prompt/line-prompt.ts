import {createInterface} from 'node:readline';
import type {Readable, Writable} from 'node:stream';
import {MstageError} from '../errors.js';
import {sanitise} from '../text/sanitise.js';
import {type PromptContext, findCommand, settled} from './commands.js';
import {splitWords} from './words.js';

export type LinePromptOptions = PromptContext & {
	readonly input: Readable;

	/** The terminal that shows the prompt, or `null` on a pipe. */
	readonly output: Writable | null;
};

const promptText = '(mstage) ';

/**
The debugger as a line prompt: reads commands, one per line, until the session ends. At the end of the input the build
continues to its end.

@returns When the session is over, finished or given up.
*/
export async function runLinePrompt(options: LinePromptOptions): Promise<void> {
	const {store, input, output} = options;
	await settled(store);

	const lines = createInterface({
		input,
		...(output && {output, prompt: promptText, terminal: true}),
	});
	try {
		if (store.state.phase.kind !== 'broken' && store.state.phase.kind !== 'finished') {
			lines.on('SIGINT', () => {
				store.dispatch({type: 'interrupt'});
			});
			if (output) {
				lines.prompt();
			}

			for await (const line of lines) {
				if (!(await runLine(line, options))) {
					return;
				}

				if (output) {
					lines.prompt();
				}
			}
		}
	} finally {
		lines.close();
	}

	await continueToEnd(options);
}

/** @returns Whether the session goes on. */
async function runLine(line: string, options: LinePromptOptions): Promise<boolean> {
	try {
		const [word, ...words] = splitWords(line);
		return word === undefined || word.startsWith('#') ? true : await findCommand(word).run(words, options);
	} catch (error) {
		if (!(error instanceof MstageError)) {
			throw error;
		}

		options.write(`${sanitise(error.message)}\n`);
		return true;
	}
}

async function continueToEnd({store}: PromptContext): Promise<void> {
	while (store.state.phase.kind === 'paused') {
		store.dispatch({type: 'continue'});
		// eslint-disable-next-line no-await-in-loop -- each pause is followed by the next
		await settled(store);
	}
}
