import {describe, expect, test} from 'vitest';
import {readComplaints} from '../../../source/inspect/explain/words/complaints.js';

const last = (text: string) => readComplaints(text)[0];

describe('a program that could not be started', () => {
	test.each([
		['/bin/sh: /app: not found', '/app', 'missing', false],
		['/bin/sh: 1: gti: not found', 'gti', 'missing', false],
		['/bin/bash: line 1: foo: command not found', 'foo', 'missing', false],
		[
			'/bin/bash: line 1: /job.py: cannot execute: required file not found',
			'/job.py',
			'missing',
			false,
		],
		[
			'/bin/bash: line 1: /x: No such file or directory',
			'/x',
			'unclear',
			false,
		],
		['/bin/sh: ./job.sh: Permission denied', './job.sh', 'denied', false],
		['/bin/sh: 1: /app: Exec format error', '/app', 'format', false],
		['/build.sh: line 3: gcc: not found', 'gcc', 'missing', false],
		[
			"/usr/bin/env: 'python3': No such file or directory",
			'python3',
			'missing',
			true,
		],
		[
			String.raw`/usr/bin/env: 'bash\r': No such file or directory`,
			'bash\r',
			'missing',
			true,
		],
		[
			"env: can't execute 'node': No such file or directory",
			'node',
			'missing',
			true,
		],
		[
			'runc run failed: unable to start container process: exec: "/bin/bash": stat /bin/bash: no such file or directory',
			'/bin/bash',
			'missing',
			true,
		],
		[
			'runc run failed: unable to start container process: exec: "/job.sh": permission denied',
			'/job.sh',
			'denied',
			true,
		],
		['exec /app: exec format error', '/app', 'format', true],
		['exec /start.sh: no such file or directory', '/start.sh', 'missing', true],
		['make: gcc: No such file or directory', 'gcc', 'missing', true],
		[
			'The program echo a > /x couldn\'t be started: the answer was "stat echo a > /x: no such file or directory" (exit code 1).',
			'echo a > /x',
			'missing',
			true,
		],
	])('%s', (line, program, reason, isDirect) => {
		expect(last(`going on\n${line}\n`)).toEqual({
			kind: 'start',
			program,
			reason,
			isDirect,
		});
	});
});

test.each([
	[
		'bash: error while loading shared libraries: libtinfo.so.6: cannot open shared object file: No such file or directory',
		{kind: 'library', program: 'bash', library: 'libtinfo.so.6'},
	],
	[
		'Error loading shared library libssl.so.3: No such file or directory (needed by /app)',
		{kind: 'library', program: '/app', library: 'libssl.so.3'},
	],
	[
		'unable to find user dev: no matching entries in passwd file',
		{kind: 'user', name: 'dev'},
	],
	['E: Unable to locate package curl', {kind: 'package', name: 'curl'}],
	[
		"wget: bad address 'example.com'",
		{kind: 'network', host: 'example.com', isUnresolved: true},
	],
	[
		'curl: (7) Failed to connect: Network is unreachable',
		{kind: 'network', host: null, isUnresolved: false},
	],
	[
		'/app: line 1: syntax error: unexpected word (expecting ")")',
		{kind: 'script', program: '/app'},
	],
])('%s', (line, complaint) => {
	expect(last(line)).toEqual(complaint);
});

describe('a path', () => {
	test.each([
		['touch: /srv/out: Permission denied', '/srv/out', 'denied'],
		[
			"mkdir: cannot create directory '/srv/x': Permission denied",
			'/srv/x',
			'denied',
		],
		[
			"/bin/sh: can't create /home/dev/f: Permission denied",
			'/home/dev/f',
			'denied',
		],
		[
			"PermissionError: [Errno 13] Permission denied: '/data/x'",
			'/data/x',
			'denied',
		],
		[
			"cat: can't open '/etc/confg.json': No such file or directory",
			'/etc/confg.json',
			'missing',
		],
		["/bin/sh: 1: cd: can't cd to /src/ap", '/src/ap', 'missing'],
		["/bin/sh: can't create log/x: nonexistent directory", 'log/x', 'missing'],
		[
			'/bin/sh: 1: cannot create /no/x: Directory nonexistent',
			'/no/x',
			'missing',
		],
		['cannot copy to non-directory: /x.', '/x', 'not-a-folder'],
		[
			"chown: changing ownership of '/srv': Operation not permitted",
			'/srv',
			'not-owner',
		],
		['touch: /src/x: Read-only file system', '/src/x', 'read-only'],
		[
			'E: List directory /var/lib/apt/lists/partial is missing. - Acquire (13: Permission denied)',
			'/var/lib/apt/lists/partial',
			'denied',
		],
		[
			"Error: ENOENT: no such file or directory, open '/a/b.json'",
			'/a/b.json',
			'missing',
		],
	])('%s', (line, path, reason) => {
		expect(last(line)).toMatchObject({kind: 'path', reason});
		expect(last(line)).toHaveProperty(['paths', 0], path);
	});
});

test.each([
	["rm: cannot remove '/a/b': Permission denied", true],
	["rm: can't remove '/a/b': Permission denied", true],
	["mv: cannot move 'a' to '/b/a': Permission denied", true],
	["PermissionError: cannot open '/a/b': Permission denied", false],
	['touch: /a/b: Permission denied', false],
])('whether %j is about removing', (line, isRemoval) => {
	expect(last(line)).toMatchObject({kind: 'path', isRemoval});
});

test('the last line comes first, and colours do not count', () => {
	expect(
		readComplaints(
			'/bin/sh: a: not found\n\u001B[91m/bin/sh: b: not found\u001B[0m\nbye\n',
		).map(complaint => complaint.kind === 'start' && complaint.program),
	).toEqual(['b', 'a']);
});
