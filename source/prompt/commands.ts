import {UsageError} from '../errors.js';
import {wrap} from '../text/cells.js';
import {nearMiss} from '../text/near-miss.js';
import type {PromptCommand} from './command.js';
import {breakpointCommands} from './commands/breakpoints.js';
import {buildCommands} from './commands/build.js';
import {lookCommands} from './commands/look.js';
import {fileCommands} from './commands/files.js';
import {shellCommands} from './commands/shell.js';
import {travelCommands} from './commands/travel.js';

const sessionCommands: readonly PromptCommand[] = [
	{
		name: 'help',
		preparesBuild: true,
		key: '?',
		usage: 'help',
		description: 'list these commands',
		completions: () => [],
		run(_words, {write, terminal}) {
			const column = Math.max(...promptCommands.map(({usage}) => usage.length));
			const indent = column + 7;
			const room = (terminal?.columns ?? Infinity) - indent;
			for (const {usage, key, description} of promptCommands) {
				const lines = wrap(description, Math.max(room, 20), Infinity, '');
				write(
					`  ${usage.padEnd(column)} ${(key ?? '').padEnd(3)} ${lines.join(`\n${' '.repeat(indent)}`)}\n`,
				);
			}

			return 'done';
		},
	},
	{
		name: 'quit',
		preparesBuild: true,
		key: 'q',
		usage: 'quit',
		description: 'end the session',
		completions: () => [],
		run: () => 'quit',
	},
];

/** The commands of the line prompt: the names of the screen's keys. */
export const promptCommands: readonly PromptCommand[] = [
	...buildCommands,
	...breakpointCommands,
	...lookCommands,
	...travelCommands,
	...shellCommands,
	...fileCommands,
	...sessionCommands,
];

/**
@param word - A command's name or key.
@throws {UsageError} There is no such command.
*/
export function findCommand(word: string): PromptCommand {
	const command = promptCommands.find(
		({name, key}) => name === word || key === word,
	);
	if (!command) {
		const meant = nearMiss(
			word,
			promptCommands.map(({name}) => name),
		);
		throw new UsageError(
			meant === undefined
				? `There is no command '${word}': help lists them.`
				: `There is no command '${word}': did you mean ${meant}? help lists all.`,
		);
	}

	return command;
}
