import {spawnSync} from 'node:child_process';
import {describe, expect, test} from 'vitest';
import {readDefinition} from '../../../../source/engine/buildkit/program/definition.js';
import {
	commandOf,
	historyDefinition,
} from '../../../../source/engine/buildkit/shell/history.js';

/** The files of a history, by path; `null` for a folder. */
function filesOf(command: string | null) {
	const {vertices} = readDefinition(historyDefinition(command, 'linux/amd64'));
	const decoder = new TextDecoder();
	return Object.fromEntries(
		[...vertices.values()].flatMap(({op: {op}}) =>
			op.case === 'file'
				? op.value.actions.map(({action}) =>
						action.case === 'mkfile'
							? [action.value.path, decoder.decode(action.value.data)]
							: [(action.value as {path: string}).path, null],
					)
				: [],
		),
	);
}

describe('the command of a RUN', () => {
	test('is what its shell reads', () => {
		expect(commandOf(['/bin/sh', '-c', 'make && ls'])).toEqual({
			text: 'make && ls',
			shell: ['/bin/sh', '-c'],
		});
		expect(commandOf(['/bin/bash', '-o', 'pipefail', '-ec', 'make'])).toEqual({
			text: 'make',
			shell: ['/bin/bash', '-o', 'pipefail', '-ec'],
		});
	});

	test('without a shell is quoted so that a shell reads the same words', () => {
		const words = ['echo', "it's", 'two words', '', '$HOME', 'a=b'];
		const {text, shell} = commandOf(['printf', String.raw`%s\n`, ...words]);
		expect(shell).toBeNull();
		const {stdout} = spawnSync('/bin/sh', ['-c', text], {encoding: 'utf8'});
		expect(stdout).toBe(`${words.join('\n')}\n`);
	});
});

describe('the history of a shell', () => {
	test('offers the command, and nothing where there is none', () => {
		expect(filesOf(' make \n')).toEqual({
			'/history': null,
			'/history/history': 'make\n',
		});
		expect(filesOf(null)['/history/history']).toBe('');
	});

	test('offers a command of several lines as a file', () => {
		expect(filesOf('set -e\nmake')).toEqual({
			'/history': null,
			'/history/history': '. /.mstage/history/command\n',
			'/history/command': 'set -e\nmake\n',
		});
	});
});
