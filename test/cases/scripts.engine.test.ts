import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {casesForTests} from './case.js';

const open = casesForTests();

test.each(['never', 'error', 'stage'])(
	'what comes after the end of the build is run, and what is wrong with it is an error (--pause %s)',
	async policy => {
		await using it = await open('script-after-end');
		const {stdout, stderr, code} = await it.mstage(
			['debug', '--plain', '--pause', policy],
			{
				input:
					policy === 'stage'
						? 'continue\ncontinue\nls final:/hi\nnonsense\n'
						: 'continue\nls final:/hi\nnonsense\n',
			},
		);
		expect(stdout).toMatch(/^-rw-r--r-- .* hi$/mv);
		expect(stdout).toContain("There is no command 'nonsense'");
		expect(stderr).toBe('');
		expect(code).toBe(1);
	},
);

test('commands behind quit are told, and an error', async () => {
	await using it = await open('script-after-end');
	const {stdout, code} = await it.mstage(
		['debug', '--plain', '--pause', 'stage'],
		{input: 'where\n# done\nquit\nls /\nwhere\n'},
	);
	expect(stdout).toContain(
		'standard input:3: that ends the session; 2 commands after it were not run.',
	);
	expect(code).toBe(1);
});

test('a file of commands is told by name and line, and each line of --json is JSON', async () => {
	await using it = await open('script-after-end');
	await writeFile(
		path.join(it.folder, 'commands.txt'),
		'# first\nbreak x:1\nwhere\ncontinue\nshell x -- cat /hi\nls final:/nothing\nwhere\n',
	);
	const plain = await it.mstage([
		'debug',
		'--pause',
		'never',
		'--commands',
		'commands.txt',
	]);
	expect(plain.stdout).toMatch(/^⏸ before x:1 .*at a breakpoint/mv);
	expect(plain.stdout).toMatch(/^hi$/mv);
	expect(plain.stdout).toMatch(/^commands\.txt:6: There is no \/nothing/mv);
	expect(plain.stdout).toContain('the command after it was not run');
	expect(plain.stderr).toBe('');
	expect(plain.code).toBe(1);

	const json = await it.mstage(['debug', '--json', '--pause', 'never'], {
		input: 'help\nls final:/\nshell x -- cat /hi\ncat final:/hi\nwhy /hi\nno\n',
	});
	const events = json.stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as Record<string, string>);
	for (const {event, time} of events) {
		expect(event).toBeTypeOf('string');
		expect(new Date(time!).toISOString()).toBe(time);
	}

	const told = events.filter(({event}) => event === 'output');
	expect(new Set(told.map(({command}) => command))).toEqual(
		new Set([
			'help',
			'ls final:/',
			'shell x -- cat /hi',
			'cat final:/hi',
			'why /hi',
		]),
	);
	expect(events.at(-1)).toMatchObject({event: 'error', command: 'no'});
	expect(json.code).toBe(1);
});

test('breakpoints of an earlier session stop no script', async () => {
	await using it = await open('script-after-end');
	const {stdout, code} = await it.mstage(['debug', '--pause', 'never'], {
		input: 'break x:1\ncontinue\n',
	});
	expect(stdout).toContain('at a breakpoint');
	expect(code).toBe(0);
	const again = await it.mstage(['debug', '--pause', 'never']);
	expect(again.stdout).not.toContain('at a breakpoint');
	expect(again.code).toBe(0);
});

test('a command that has to build first tells a failure as debug does', async () => {
	await using it = await open('script-after-end');
	await writeFile(
		path.join(it.folder, 'Dockerfile'),
		'FROM busybox AS b\nRUN for i in $(seq 20); do echo "line $i"; done; exit 7\nFROM scratch\nCOPY --from=b /etc /etc\n',
	);
	const {stdout, stderr, code} = await it.mstage(['ls', 'final:/']);
	expect(stdout).toBe('');
	expect(stderr).toContain('  │ line 20\n✖ failed in b:1  RUN for i in');
	expect(stderr).toContain('Dockerfile:2\n  exited with code 7\n');
	expect(stderr).toContain('mstage: The build failed before that point');
	expect(code).toBe(1);
});
