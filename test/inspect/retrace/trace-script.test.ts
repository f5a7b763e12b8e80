import {spawnSync} from 'node:child_process';
import {describe, expect, test} from 'vitest';
import {
	readTrace,
	tracingOf,
} from '../../../source/inspect/retrace/trace-script.js';

function trace(words: readonly string[], environment = {}) {
	const tracing = tracingOf(words, environment, 'mark-1')!;
	const [shell, ...rest] = tracing.command;
	const {stdout, stderr, status} = spawnSync(shell!, rest, {encoding: 'utf8'});
	return readTrace(tracing, stdout + stderr, status!);
}

describe.each([
	['sh', ['/bin/sh', '-c']],
	['bash', ['/bin/bash', '-c']],
])('%s', (_name, shell) => {
	test('tells which of several commands failed', () => {
		expect(trace([...shell, 'echo a && false && echo b'])).toMatchObject({
			kind: 'traced',
			last: {text: 'false'},
			exitCode: 1,
		});
		expect(trace([...shell, 'set -e\necho a\n(exit 7)\necho b'])).toMatchObject(
			{kind: 'traced', exitCode: 7},
		);
	});

	test('keeps the command and its variables as they are', () => {
		expect(
			trace([...shell, 'test "$V" = "it\'s" && exit 4'], {V: "it's"}),
		).toMatchObject({last: {text: 'exit 4'}, exitCode: 4});
	});

	test('tells of one that succeeds this time', () => {
		expect(trace([...shell, 'true'])).toMatchObject({exitCode: 0});
	});
});

test('bash tells the line, what failed before, and the part of a pipeline', () => {
	expect(
		trace([
			'/bin/bash',
			'-o',
			'pipefail',
			'-c',
			'false\necho go\ncat /does/not/exist | cat',
		]),
	).toMatchObject({
		last: {text: 'cat /does/not/exist | cat', line: 3},
		failedBefore: [{text: 'false', line: 1, exitCode: 1}],
		pipeline: [1, 0],
		exitCode: 1,
	});
});

test('what no shell reads has no parts', () => {
	expect(tracingOf(['/app', 'x'], {}, 'm')).toBeNull();
	expect(tracingOf(['/usr/bin/python3', '-c', 'x'], {}, 'm')).toBeNull();
});
