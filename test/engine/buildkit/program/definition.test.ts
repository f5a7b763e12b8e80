import {create} from '@bufbuild/protobuf';
import {expect, test} from 'vitest';
import {
	startsWhenItRuns,
	type Vertex,
} from '../../../../source/engine/buildkit/program/definition.js';
import {
	type Op,
	OpSchema,
} from '../../../../source/engine/buildkit/proto/generated/ops_pb.js';

function vertexOf(op: Op): Vertex {
	return {digest: 'sha256:0', op, inputs: [], name: '', lines: []};
}

/** A RUN whose root is writable, with another mount. */
function runWith(mount: {
	readonly dest: string;
	readonly input: bigint;
	readonly output?: bigint;
	readonly readonly?: boolean;
}): Vertex {
	return vertexOf(
		create(OpSchema, {
			op: {
				case: 'exec',
				value: {mounts: [{dest: '/', input: 0n, output: 0n}, mount]},
			},
		}),
	);
}

test.each([
	['a RUN with a cache or a secret', true, {dest: '/c', input: -1n}],
	[
		'a RUN with something bound, read-only',
		false,
		{dest: '/m', input: 1n, output: -1n, readonly: true},
	],
	[
		'a RUN with something bound, writable',
		false,
		{dest: '/m', input: 1n, output: -1n},
	],
])('%s starts only when it runs: %s', (_, expected, mount) => {
	expect(startsWhenItRuns(runWith(mount))).toBe(expected);
});

test('a COPY starts before its source was looked at', () => {
	const copy = create(OpSchema, {op: {case: 'file', value: {actions: []}}});
	expect(startsWhenItRuns(vertexOf(copy))).toBe(false);
	expect(startsWhenItRuns(undefined)).toBe(false);
});
