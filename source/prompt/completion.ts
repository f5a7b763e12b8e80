import type {DebuggerStore} from '../debugger/session/store.js';
import {completePath} from '../inspect/complete.js';
import type {PromptCommand} from './command.js';
import {promptCommands} from './commands.js';
import {pointsOf} from './completion-points.js';
import {splitWords} from './words.js';

/** What Tab offers, as `node:readline` wants it: whole words that the last one could become, and that last word. */
export type Offer = [matches: string[], word: string];

/**
What Tab offers: the commands for the first word, then what the command says that its words can be, else points, and the
paths behind them.

@param line - What is typed so far.
*/
export async function complete(
	line: string,
	store: DebuggerStore,
): Promise<Offer> {
	const typed = lastWord.exec(line)![0];
	const before = line.slice(0, line.length - typed.length).trim();
	if (before === '') {
		return offer(
			promptCommands.map(({name}) => name),
			typed,
		);
	}

	const words = before.split(/[ \t]+/v);
	const command = promptCommands.find(
		({name, key}) => name === words[0] || key === words[0],
	);
	if (command === undefined || words.includes('--')) {
		return [[], typed];
	}

	// Behind a point and a path comes a path of this machine.
	const isPath = command.takesPaths === true && words.length === 1;
	const paths = isPath ? await pathsFor(typed, store) : [];
	return paths.length > 0
		? [[...paths], typed]
		: offer(wordsFor(command, store), typed);
}

/** A word whose quotes may still be open. */
const lastWord =
	/(?:\\.|\\$|'[^']*(?:'|$)|"(?:\\.|[^"\\])*(?:"|\\?$)|[^ \t\\'"])*$/sv;

const begunEscape =
	/(?:\\(?:x[\dA-Fa-f]?|[0-3][0-7]?|u[\dA-Fa-f]{0,3}|u\{[\dA-Fa-f]*)?)?$/v;

function offer(candidates: readonly string[], typed: string): Offer {
	return [
		candidates
			.filter(candidate => candidate.startsWith(typed))
			.map(candidate => `${candidate} `),
		typed,
	];
}

function wordsFor(
	{completions}: PromptCommand,
	store: DebuggerStore,
): readonly string[] {
	return completions?.(store) ?? pointsOf(store);
}

async function pathsFor(
	typed: string,
	store: DebuggerStore,
): Promise<readonly string[]> {
	const {program} = store.state;
	const quote = /^['"]/v.exec(typed)?.[0] ?? '';
	// An escape that is only begun is no escape yet, and what is typed within quotes that begin later is left to the user.
	const begun = quote === '' ? begunEscape.exec(typed)![0] : '';
	const whole = typed.slice(0, typed.length - begun.length);
	const [start, ...others] = wordsOf(`${whole}${quote}`);
	const text = start === undefined ? undefined : start + begun;
	if (!program || text === undefined || others.length > 0) {
		return [];
	}

	const completions = await completePath(text, {
		program,
		open: async point => store.snapshot(point),
	});
	return completions.map(completion => {
		const word = quoted(completion.text, quote);
		return completion.isOpen ? word : `${word}${quote} `;
	});
}

function wordsOf(typed: string): readonly string[] {
	try {
		return splitWords(typed, 'kept');
	} catch {
		return [];
	}
}

/** A path that can be shown has no line break; its escapes are kept in a word of the prompt. */
function quoted(text: string, quote: string): string {
	switch (quote) {
		case "'": {
			return quote + text.replaceAll("'", String.raw`'\''`);
		}

		case '"': {
			return quote + text.replaceAll(/["$`]/gv, String.raw`\$&`);
		}

		default: {
			return text.replaceAll(/[ \t'"]/gv, String.raw`\$&`);
		}
	}
}
