import {Buffer} from 'node:buffer';
import {create, toBinary} from '@bufbuild/protobuf';
import {type ConnectError} from '@connectrpc/connect';
import {findTrailerError} from '@connectrpc/connect/protocol-grpc';
import {describe, expect, test} from 'vitest';
import {readFailure} from '../../../../source/engine/buildkit/run/error-details.js';
import {StatusSchema} from '../../../../source/engine/buildkit/proto/generated/status_pb.js';

/** The error that the transport makes of the trailers of a failed call. */
function errorOf(
	message: string,
	details: Readonly<Record<string, unknown>> = {},
): ConnectError {
	const bytes = toBinary(
		StatusSchema,
		create(StatusSchema, {
			code: 2,
			message,
			details: Object.entries(details).map(([typeUrl, value]) => ({
				typeUrl,
				value: new TextEncoder().encode(JSON.stringify(value)),
			})),
		}),
	);
	return findTrailerError(
		new Headers({
			'grpc-status': '2',
			'grpc-message': encodeURIComponent(message),
			'grpc-status-details-bin': Buffer.from(bytes).toString('base64'),
		}),
	)!;
}

const vertex = `sha256:${'e'.repeat(64)}`;
const failedRun = {
	'stack.Stack+json': {frames: [{Name: 'main', File: 'main.go', Line: 1}]},
	'errdefs.Solve+json': {
		inputIDs: ['engine::input', ''],
		mountIDs: ['engine::root', ''],
		op: {
			inputs: [{digest: `sha256:${'1'.repeat(64)}`}],
			exec: {
				meta: {args: ['/bin/sh', '-c', 'exit 7'], env: ['A=1'], cwd: '/w'},
				mounts: [
					{dest: '/'},
					{
						input: '-1',
						dest: '/t',
						output: '-1',
						mountType: 'TMPFS',
						TmpfsOpt: {},
					},
				],
			},
			platform: {Architecture: 'amd64', OS: 'linux'},
			fieldOfTomorrow: {x: 1},
		},
		description: {'llb.customname': '[2/2] RUN exit 7'},
	},
	'errdefs.Source+json': {
		info: {filename: 'Dockerfile', data: 'RlJPTSBidXN5Ym94Cg=='},
		ranges: [{start: {line: 2}, end: {line: 3}}],
	},
	'errdefs.Vertex+json': {digest: vertex},
	'gatewayapi.ExitMessage+json': {Code: 7},
};

describe('a failed RUN', () => {
	test('has its exit code, operation, place and state', () => {
		const message =
			'process "/bin/sh -c exit 7" did not complete successfully: exit code: 7';
		const failure = readFailure(errorOf(message, failedRun));
		expect(failure).toMatchObject({message, vertex, exitCode: 7, line: 2});
		expect(failure.state).toMatchObject({
			mounts: ['engine::root', ''],
			inputs: ['engine::input', ''],
			op: {
				op: {
					case: 'exec',
					value: {
						meta: {args: ['/bin/sh', '-c', 'exit 7'], env: ['A=1'], cwd: '/w'},
						mounts: [
							{dest: '/', input: 0n},
							{dest: '/t', input: -1n, mountType: 4},
						],
					},
				},
			},
		});
	});

	test('says its exit code in words only on engine 20.10', () => {
		expect(
			readFailure(
				errorOf('executor failed running [/bin/sh -c exit 7]: exit code: 7'),
			),
		).toEqual({
			message: 'executor failed running [/bin/sh -c exit 7]: exit code: 7',
			vertex: null,
			exitCode: 7,
			state: null,
			op: null,
			ran: true,
			line: null,
			column: null,
		});
	});

	test.each([
		['process "x" did not complete successfully: exit code: 255', 255],
		['process "x" did not complete: unable to find user nobody', null],
	])('with an unknown exit code has what %j says', (message, exitCode) => {
		expect(
			readFailure(
				errorOf(message, {'gatewayapi.ExitMessage+json': {Code: 255}}),
			).exitCode,
		).toBe(exitCode);
	});
});

describe('other failures', () => {
	test('of a COPY have what it read from', () => {
		const {state, exitCode} = readFailure(
			errorOf('"/missing": not found', {
				'errdefs.Solve+json': {
					inputIDs: ['engine::context'],
					op: {file: {actions: [{copy: {src: '/missing', dest: '/x'}}]}},
				},
			}),
		);
		expect(exitCode).toBeNull();
		expect(state).toMatchObject({
			mounts: [],
			inputs: ['engine::context'],
			op: {op: {case: 'file'}},
		});
	});

	test('without an operation have no state', () => {
		const failure = readFailure(errorOf('x', {'errdefs.Solve+json': {}}));
		expect(failure.state).toBeNull();
	});

	test('ignore details that aren’t JSON', () => {
		expect(readFailure(errorOf('x', {'google.rpc.Other': {a: 1}}))).toEqual({
			message: 'x',
			vertex: null,
			exitCode: null,
			state: null,
			op: null,
			ran: false,
			line: null,
			column: null,
		});
	});

	test('may be any error', () => {
		expect(readFailure(new TypeError('defect'))).toMatchObject({
			message: 'defect',
			exitCode: null,
		});
		expect(readFailure('gone')).toMatchObject({message: 'gone'});
	});
});

describe('a Dockerfile that the frontend refuses', () => {
	test('has the line in the details', () => {
		expect(
			readFailure(
				errorOf('unknown instruction: RUM', {
					'errdefs.Source+json': {
						ranges: [{start: {line: 4, character: 2}}],
					},
				}),
			),
		).toMatchObject({
			message: 'unknown instruction: RUM',
			line: 4,
			column: 3,
		});
	});

	test.each([
		[
			'failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 5: Unknown flag: link',
			'Unknown flag: link',
			5,
		],
		[
			'dockerfile parse error on line 12: unknown flag: x',
			'unknown flag: x',
			12,
		],
		[
			'failed to solve with frontend dockerfile.v0: failed to solve with frontend gateway.v0: no such host',
			'no such host',
			null,
		],
		[
			'failed to read dockerfile: open x',
			'failed to read dockerfile: open x',
			null,
		],
		['two\nlines', 'two\nlines', null],
	])('has the line, and why, in words: %s', (text, message, line) => {
		expect(readFailure(errorOf(text))).toMatchObject({message, line});
	});
});
