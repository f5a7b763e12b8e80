import {create} from '@bufbuild/protobuf';
import {describe, expect, test} from 'vitest';
import type {Vertex} from '../../../../source/engine/buildkit/program/definition.js';
import {
	explainFailure,
	missingEntitlement,
	missingPath,
} from '../../../../source/engine/buildkit/run/failure-words.js';
import {
	type Op,
	OpSchema,
} from '../../../../source/engine/buildkit/proto/generated/ops_pb.js';

function vertexOf(op: Op): Vertex {
	return {digest: 'sha256:0', op, inputs: [], name: '', lines: []};
}

const run = (...args: string[]): Vertex =>
	vertexOf(create(OpSchema, {op: {case: 'exec', value: {meta: {args}}}}));
const source = (identifier: string): Vertex =>
	vertexOf(create(OpSchema, {op: {case: 'source', value: {identifier}}}));
const file = vertexOf(create(OpSchema, {op: {case: 'file', value: {}}}));

describe('a command', () => {
	const explain = (exitCode: number, output = '', message = '') =>
		explainFailure({
			exitCode,
			output,
			message,
			vertex: run('/bin/sh', '-c', 'x'),
		});

	test.each([
		[1, '', 'The command ended with exit code 1.'],
		[137, '', 'The command was killed (exit code 137).'],
		[139, '', 'The command was ended by the signal SIGSEGV (exit code 139).'],
		[
			127,
			'/bin/sh: foo: not found\n',
			'The program foo couldn\'t be started: the answer was "not found" (exit code 127).',
		],
		[
			127,
			'/bin/sh: bar: not found\ngoing on\n/bin/sh: foo: not found\n',
			'The program foo couldn\'t be started: the answer was "not found" (exit code 127).',
		],
		[
			127,
			'/bin/sh: 1: foo: not found\n',
			'The program foo couldn\'t be started: the answer was "not found" (exit code 127).',
		],
		[
			127,
			'/bin/bash: line 1: foo: command not found\n',
			'The program foo couldn\'t be started: the answer was "command not found" (exit code 127).',
		],
		[
			127,
			'env: ‘foo’: No such file or directory\n',
			'The program foo couldn\'t be started: the answer was "No such file or directory" (exit code 127).',
		],
		[127, '', "A program couldn't be started (exit code 127)."],
		[
			126,
			'/bin/sh: ./x: Permission denied\n',
			'The program ./x couldn\'t be started: the answer was "Permission denied" (exit code 126).',
		],
		[
			1,
			'runc run failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory',
			'The program /nope couldn\'t be started: the answer was "stat /nope: no such file or directory" (exit code 1).',
		],
	])('with code %i that printed %j', (exitCode, output, message) => {
		expect(explain(exitCode, output)).toMatchObject({kind: 'command', message});
	});

	test('that ran out of memory, or out of disk', () => {
		expect(
			explain(1, '', 'x: cannot allocate memory: exit code: 1').message,
		).toBe('A process of the command ran out of memory (exit code 1).');
		expect(
			explainFailure({
				exitCode: null,
				output: '',
				message: 'failed to copy: write /x: no space left on device',
				vertex: undefined,
			}),
		).toMatchObject({
			kind: 'disk',
			message: "There is no space left on the engine's disk.",
		});
		// A command may have written anywhere.
		expect(explain(1, 'dd: /x: No space left on device').kind).toBe('command');
	});

	test('in the form of an array has its program’s name', () => {
		expect(
			explainFailure({
				exitCode: 126,
				output: '',
				message: '',
				vertex: run('/app', 'x'),
			}).message,
		).toBe("The program /app couldn't be started (exit code 126).");
	});
});

describe('what the engine gets itself', () => {
	const explain = (identifier: string, message: string) =>
		explainFailure({
			exitCode: null,
			output: '',
			message,
			vertex: source(identifier),
		});

	test.each([
		['not found', 'There is no image nosuch:1 in the registry docker.io.'],
		[
			'pull access denied, repository does not exist or may require authorization',
			"The registry docker.io doesn't give the image nosuch:1: it isn't there, or this user may not have it.",
		],
		[
			'failed to do request: dial tcp: lookup x: no such host',
			"The image nosuch:1 can't be had from the registry docker.io: no such host.",
		],
	])('an image: %s', (message, sentence) => {
		expect(
			explain('docker-image://docker.io/library/nosuch:1', message),
		).toMatchObject({kind: 'image', message: sentence});
	});

	test('a download, and a repository', () => {
		expect(
			explain(
				'https://example.org/x',
				'failed to load cache key: Get "https://example.org/x": dial tcp 1.2.3.4:443: connect: connection refused',
			),
		).toMatchObject({
			kind: 'network',
			message: "https://example.org/x can't be fetched: connection refused.",
		});
	});

	test.each(['secret token: not found', 'secret token not found: not found'])(
		'a secret: %s',
		message => {
			expect(
				explainFailure({
					exitCode: null,
					output: '',
					message,
					vertex: run('x'),
				}),
			).toEqual({
				kind: 'secret',
				message: 'There is no secret token.',
				advice: 'Give it with --secret id=token,src=FILE.',
			});
		},
	);
});

test.each([
	[
		'failed to compute cache key: failed to calculate checksum of ref a::b: "/dist/app": not found',
		'dist/app',
	],
	['failed to compute cache key: "/dist/app" not found: not found', 'dist/app'],
	[
		'lstat /var/lib/docker/tmp/buildkit-mount123/dist: no such file or directory',
		'dist',
	],
	[
		'lstat /var/lib/docker/overlay2/abc/merged/a b: no such file or directory',
		'a b',
	],
	[
		String.raw`failed to calculate checksum of ref a::b: "/app/\u200ba\"b.txt": not found`,
		'app/\u200Ba"b.txt',
	],
	['lstat /x: not a directory', null],
])('the path that is missing in %j', (message, path) => {
	expect(missingPath(message)).toBe(path);
});

test.each(['network.host', 'security.insecure'] as const)(
	'what needs %s names the flag that allows it',
	name => {
		const message = `failed to load LLB: ${name} is not allowed`;
		expect(missingEntitlement(message)).toBe(name);
		expect(missingEntitlement(`${message} here`)).toBeNull();
		expect(
			explainFailure({message, exitCode: null, vertex: undefined, output: ''}),
		).toEqual({
			kind: 'other',
			message: `This build isn't allowed ${name}.`,
			advice: `Start mstage again with --allow ${name}.`,
		});
	},
);

test('anything else is told as the engine says it, without its own paths', () => {
	expect(
		explainFailure({
			exitCode: null,
			output: '',
			message:
				'lstat /var/lib/docker/overlay2/abc/merged/file/x: not a directory',
			vertex: file,
		}),
	).toEqual({
		kind: 'other',
		message: 'lstat /file/x: not a directory.',
		advice: null,
	});
});
