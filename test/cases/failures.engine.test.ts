import {chmod, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {casesForTests, type Case} from './case.js';

const open = casesForTests();

async function debug(
	it: Case,
	{
		builder = 'buildkit',
		file = 'Dockerfile',
		input = '',
		flags = [],
	}: {
		readonly builder?: string;
		readonly file?: string;
		readonly input?: string;
		readonly flags?: readonly string[];
	},
): Promise<string> {
	const {stdout} = await it.mstage(
		[
			'debug',
			'--plain',
			'--pause',
			'error',
			'--builder',
			builder,
			'-f',
			file,
			...flags,
			'.',
		],
		{input},
	);
	return stdout;
}

const both = ['buildkit', 'legacy'] as const;

describe.each(both)('with %s', builder => {
	test('a program whose loader is missing is not called missing, by any command', async () => {
		await using it = await open('missing-loader');
		const target = ['--target', 'check', '--builder', builder];
		const told = await debug(it, {
			builder,
			flags: ['--target', 'check'],
			input: 'shell failed -- /app\n',
		});
		const words =
			"/app is there, but the loader that it asks for isn't: /lib64/ld-linux-x86-64.so.2";
		expect(told).toContain(`  ${words}`);
		expect(told).toMatch(
			/^(?:\/app can't be started here: )?\/app is there, but the loader/mv,
		);
		expect(told).not.toMatch(/[Ii]nstall|wasn't found/v);
		const ls = await it.mstage(['ls', ...target, 'check:/']);
		expect(ls.stderr).toContain('/app is there, but the loader');
		const shell = await it.mstage([
			'shell',
			'--builder',
			builder,
			'--target',
			'final',
			'final',
			'--',
			'/app',
		]);
		expect(shell.stderr).toContain('/app is there, but the loader');
		expect(shell.code).not.toBe(0);
	});

	test.each([
		[
			'Dockerfile',
			String.raw`/start.sh is there, but its #! line ends as on Windows, with a carriage return, so it names /bin/sh\r`,
		],
		['Dockerfile.exec', String.raw`it names /bin/sh\r, which doesn't exist`],
		[
			'Dockerfile.format',
			"/noshebang is there, but it has no #! line and isn't an ELF program",
		],
	])('crlf-script/%s', async (file, words) => {
		await using it = await open('crlf-script');
		expect(await debug(it, {builder, file})).toContain(words);
	});

	test('a mode without x, and a folder of root', async () => {
		await using it = await open('no-permission');
		const told = await debug(it, {builder});
		expect(told).toMatch(
			/\/srv\/job\.sh is there, but \S+(?: user)? ?\(?1000:\d+\)? may not execute it: it has owner 0:0, mode 0644/v,
		);
		await chmod(path.join(it.folder, 'job.sh'), 0o755);
		expect(await debug(it, {builder})).toMatch(
			/✖ failed in tool:5 .*\(?1000:\d+\)? may not do that at \/srv\/out: the folder \/srv has owner 0:0, mode 0755/sv,
		);
	});

	test('a kill is told with what the engine says of memory, and no more', async () => {
		await using it = await open('oom-137');
		const told = await debug(it, {builder});
		expect(told).toContain('The command was killed.');
		expect(told).toContain(
			builder === 'legacy'
				? 'The engine saw no memory run out in its container'
				: "The engine doesn't say by whom: when memory ran out, the kernel's log",
		);
		expect(told).not.toMatch(/more memory|need less/v);
	});

	test('a shell that is missing is told with those that are there', async () => {
		await using it = await open('shell-missing');
		const told = await debug(it, {builder});
		expect(told).toContain(
			"The shell of the instruction isn't there: /bin/bash.",
		);
		expect(told).toContain('/bin/sh');
	});

	test('retrace tells which of several commands failed', async () => {
		await using it = await open('pipefail');
		const told = await debug(it, {builder, input: 'retrace\n'});
		expect(told).toContain(
			'cat /does/not/exist | tee /list2.txt (exit code 1)',
		);
		expect(told).toContain(
			'Of that pipeline it was cat /does/not/exist that ended with code 1.',
		);
	});
});

const kinds = [
	['badbang', "/job.py is there, but what its #! line names isn't: python3."],
	['crenv', String.raw`so it names bash\r, which doesn't exist`],
	[
		'archexec',
		'/app is there, but it is made for arm64, and this engine runs linux/amd64.',
	],
	['lib', 'libtinfo.so.6 is at /opt/l/libtinfo.so.6'],
	[
		'nofold',
		"can't get to /a/b/c/app: the folder /a/b has owner 0:0, mode 0700",
	],
	['notthere', 'There is no program gti in PATH'],
	['notthere2', 'mytool is there as /opt/tool/bin/mytool, but not in PATH'],
	['rel', './run.sh is there as /run.sh, but not in /w.'],
	['catno', 'Did you mean /etc/app/config.json?'],
	['user', "USER names the user nobodyhere, which /etc/passwd doesn't have."],
	['made', String.raw`/made.sh is there, but its #! line ends as on Windows`],
	['execform', 'so no shell reads it: ls gets && as it is written.'],
	['quotes', `so it isn't a JSON array: did you mean ["ls", "/"]?`],
	[
		'cdended',
		'/src/app/list.txt is there: cd app in Dockerfile.cdended:3 ended with that RUN',
	],
	['sourced', '. /venv/activate in Dockerfile.sourced:3 ended with that RUN'],
	[
		'cachelost',
		'There is no /store/f: /store was a cache mount of the RUN in Dockerfile.cachelost:2',
	],
	[
		'tmpfslost',
		'There is no /out/f: /out was a tmpfs mount of the RUN in Dockerfile.tmpfslost:2',
	],
	['remove', 'the folder /data has owner 0:0, mode 0755'],
	['sticky', 'from /tmp, which has the sticky bit'],
	['nbsp', 'There is a no-break space (U+00A0) in'],
	['intofile', '/x is there, but it is not a folder.'],
	['nofolder', 'There is no /w/out.txt, as there is no /w/log'],
	['brokenlib', "isn't anywhere in this filesystem: libpcre2-8.so.0."],
	['shellname', "The shell of the instruction isn't there: powershell."],
] as const;

/** Another builder finds the same things by the same code; a few are enough to see that it gets to them. */
const legacyKinds: ReadonlySet<string> = new Set([
	'archexec',
	'execform',
	'intofile',
	'lib',
	'rel',
	'remove',
	'shellname',
	'user',
]);

test.each(
	kinds.flatMap(([name, words]) =>
		both
			.filter(builder => builder === 'buildkit' || legacyKinds.has(name))
			.map(builder => [name, builder, words] as const),
	),
)('failed-run/%s with %s', async (name, builder, words) => {
	await using it = await open('failed-run');
	const told = await debug(it, {builder, file: `Dockerfile.${name}`});
	expect(told).toContain(words);
	if (!['badbang', 'brokenlib', 'notthere'].includes(name)) {
		expect(told).not.toContain('Install');
	}
});

test('the legacy builder makes WORKDIR as root', async () => {
	await using it = await open('workdir-owner');
	expect(await debug(it, {builder: 'legacy'})).toMatch(
		/dev \(1000:1000\) may not do that at \/home\/dev\/a\/b\/here: the folder \/home\/dev\/a\/b has owner 0:0/v,
	);
	expect(await debug(it, {})).toContain('✔ finished');
});

test('a cache mount of root is told with what gives it to the user', async () => {
	await using it = await open('cache-mount-owner');
	const told = await debug(it, {});
	expect(told).toContain(
		'dev (1000:1000) may not write to /home/dev/.cache/pkg/f: the cache mount at /home/dev/.cache/pkg has owner 0:0, mode 0755',
	);
	expect(told).toContain('uid=1000');
});

test('no network, and no package lists', async () => {
	await using network = await open('network-none');
	const told = await debug(network, {
		input: 'shell failed -- cat /proc/net/route\n',
	});
	expect(told).toContain('--network=none');
	expect(told).toMatch(/^Iface.*$(?!\n\w+\t0)/mv);
	const ofBuild = await debug(network, {
		file: 'Dockerfile.dns',
		flags: ['--network', 'none'],
	});
	expect(ofBuild).toContain(
		"The build has no network (--network none), so no-such-host.invalid can't be reached.",
	);
	await using apt = await open('failed-run');
	expect(await debug(apt, {file: 'Dockerfile.apt'})).toContain(
		'There are no package lists in /var/lib/apt/lists',
	);
});

test.each(both)(
	'a name that can not be resolved is told with the servers that were asked (network-none, %s)',
	async builder => {
		await using it = await open('network-none');
		const told = await debug(it, {builder, file: 'Dockerfile.dns'});
		expect(told).toMatch(
			/no-such-host\.invalid.*\. The instruction has a network \(that of the engine's containers\); its \/etc\/resolv\.conf names \S+\.$/mv,
		);
	},
);

test('a PATH without the programs, and each RUN with a shell of its own (shell-missing)', async () => {
	await using it = await open('shell-missing');
	const file = 'Dockerfile.path';
	// Busybox's shell finds its own programs without a PATH.
	await writeFile(
		path.join(it.folder, file),
		'FROM debian:bookworm-slim\nENV PATH=/opt/tool/bin\nRUN ls /\n',
	);
	expect(await debug(it, {file})).toContain(
		'ls is there as /usr/bin/ls, but not in PATH (/opt/tool/bin).',
	);
	const state = await debug(it, {file: 'Dockerfile.state'});
	expect(state).toMatch(/✔ 0:1 .*│ \/\n✖ failed in 0:2 .*code 1$/msv);
	expect(state).toContain(
		'MODE was exported by the RUN in line 2, and ended with its shell',
	);
});

test('the JSON of a failure names its causes', async () => {
	await using it = await open('crlf-script');
	const told = await debug(it, {flags: ['--json'], input: 'retrace\n'});
	const lines = told
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as Record<string, unknown>);
	const failed = lines.find(({phase}) => phase === 'failed');
	expect(failed).toMatchObject({
		explanation: {
			seenIn: 'failed state',
			causes: [
				{
					kind: 'missing-interpreter',
					script: '/start.sh',
					interpreter: '/bin/sh',
					hasCarriageReturn: true,
				},
			],
		},
	});
	expect(lines.find(({event}) => event === 'retraced')).toMatchObject({
		retrace: {kind: 'traced', exitCode: 127},
	});
});

test('a heredoc is retraced by line', async () => {
	await using it = await open('failed-run');
	const told = await debug(it, {
		file: 'Dockerfile.heredoc',
		input: 'retrace\n',
	});
	expect(told).toMatch(
		/the command ended in [^\n]*: ls \/nowhere \(exit code 1\)/v,
	);
});

test('of two failures each state can be opened, whichever is looked at', async () => {
	await using it = await open('failed-run');
	const looks = [
		'shell failed:back:1 -- ls /b',
		'shell failed:front:1 -- ls /f',
	];
	const told = await debug(it, {
		file: 'Dockerfile.two',
		input: [
			...looks,
			'failures 2',
			...looks,
			'shell failed:2:1 -- ls /',
			'',
		].join('\n'),
	});
	expect(told).toContain('1 more failed');
	expect(told.match(/^\/b$/gmv)).toHaveLength(2);
	expect(told.match(/^\/f$/gmv)).toHaveLength(2);
	expect(told).toContain('only ');
});

test('rerun onward makes the lists of a cached RUN anew, with which another failed (stale-apt)', async () => {
	await using it = await open('stale-apt');
	// Stands in for apt-get, which takes long and needs its servers.
	await writeFile(
		path.join(it.folder, 'Dockerfile'),
		`FROM busybox AS pk
RUN cat /proc/sys/kernel/random/uuid > /lists
RUN echo "E: Unable to locate package tree-nope" && exit 100
`,
	);
	const look = 'shell failed -- cat /lists';
	const told = await debug(it, {
		input: ['continue', look, 'rerun pk:1 onward', look, 'quit', ''].join('\n'),
	});
	expect(told).toContain('exited with code 100');
	const lists = told.match(/^[\da-f]{8}-[\da-f\-]+$/gmv);
	expect(new Set(lists).size).toBe(2);
});
