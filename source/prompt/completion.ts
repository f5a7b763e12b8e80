import type {DebuggerStore} from '../debugger/session/store.js';
import {promptCommands} from './commands.js';
import {pointsOf} from './completion-points.js';

/**
What Tab offers: the commands for the first word, then what the command says that its words can be, else points.

@param line - What is typed so far.
@returns The whole words that the last one could become, and that last word, as `node:readline` wants them.
*/
export function complete(
	line: string,
	store: DebuggerStore,
): [matches: string[], word: string] {
	const word = /[^ \t]*$/v.exec(line)![0];
	const before = line.slice(0, line.length - word.length).trim();
	const candidates =
		before === ''
			? promptCommands.map(({name}) => name)
			: candidatesAfter(before, store);
	return [
		candidates
			.filter(candidate => candidate.startsWith(word))
			.map(candidate => `${candidate} `),
		word,
	];
}

function candidatesAfter(
	before: string,
	store: DebuggerStore,
): readonly string[] {
	const words = before.split(/[ \t]+/v);
	const command = promptCommands.find(
		({name, key}) => name === words[0] || key === words[0],
	);
	return command === undefined || words.includes('--')
		? []
		: (command.completions?.(store) ?? pointsOf(store));
}
