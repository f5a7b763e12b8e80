import {expect, test} from 'vitest';
import yargs from 'yargs';
import {allCommands} from '../../source/commands/flags/all.js';

/** What yargs says of a command line; nothing is run. */
function complaintAbout(...words: readonly string[]): string | undefined {
	let complaint: string | undefined;
	const parser = yargs([...words])
		.exitProcess(false)
		.fail((message, error) => {
			complaint = message ?? error.message;
		});
	for (const addCommand of allCommands) {
		addCommand(parser);
	}

	parser.parseSync();
	return complaint;
}

test.each([
	'host',
	'docker-context',
	'engine',
	'file',
	'target',
	'platform',
	'network',
	'shm-size',
	'toolbox',
	'builder',
	'tag',
	'build-arg',
	'iidfile',
	'commands',
	'pause',
	'break',
])('mstage debug --%s without its value is wrong', name => {
	expect(complaintAbout('debug', `--${name}`)).toBe(
		`Not enough arguments following: ${name}`,
	);
});
