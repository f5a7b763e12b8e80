import {describe, expect, test} from 'vitest';
import {
	findStage,
	findTarget,
	type GraphOptions,
	neededStages,
	readStageGraph,
	type StageGraph,
} from '../../source/dockerfile/stage-graph.js';

const read = (
	lines: readonly string[],
	options: Partial<GraphOptions> = {},
): StageGraph =>
	readStageGraph(lines.join('\n'), {filename: 'Dockerfile', ...options});

const bases = (graph: StageGraph): unknown[] =>
	graph.stages.map(({base}) => base);

test('stages, their bases, and what they read from', () => {
	const graph = read([
		'ARG GO=1.24',
		'FROM golang:$GO AS Builder',
		'WORKDIR /src',
		'RUN go build \\',
		'  # the output',
		'  -o /app',
		'FROM scratch',
		'COPY --from=BUILDER /app /app',
		'FROM builder AS tests',
		'RUN --mount=from=busybox,target=/tools go test',
	]);

	expect(graph).toEqual({
		filename: 'Dockerfile',
		source: expect.stringContaining('ARG GO=1.24\nFROM') as string,
		directives: {syntax: null, escape: '\\'},
		globalArguments: [{name: 'GO', value: '1.24', line: 1}],
		faults: [],
		stages: [
			{
				index: 0,
				name: 'builder',
				platform: null,
				base: {kind: 'image', reference: 'golang:1.24'},
				lines: [2, 6],
				isReplaced: false,
				triggers: [],
				dependencies: [
					{
						kind: 'image',
						reference: 'golang:1.24',
						via: 'FROM',
						line: 2,
						instruction: 0,
					},
				],
				instructions: [
					{
						keyword: 'FROM',
						lines: [2, 2],
						text: 'FROM golang:$GO AS Builder',
						source: 'FROM golang:$GO AS Builder',
					},
					{
						keyword: 'WORKDIR',
						lines: [3, 3],
						text: 'WORKDIR /src',
						source: 'WORKDIR /src',
					},
					{
						keyword: 'RUN',
						lines: [4, 6],
						text: 'RUN go build   -o /app',
						source: 'RUN go build \\\n  # the output\n  -o /app',
					},
				],
			},
			expect.objectContaining({
				index: 1,
				name: null,
				base: {kind: 'scratch'},
				dependencies: [
					{
						kind: 'stage',
						stage: 0,
						via: 'COPY --from',
						line: 8,
						instruction: 1,
					},
				],
			}),
			expect.objectContaining({
				index: 2,
				base: {kind: 'stage', stage: 0},
				dependencies: [
					{kind: 'stage', stage: 0, via: 'FROM', line: 9, instruction: 0},
					{
						kind: 'image',
						reference: 'busybox',
						via: 'RUN --mount',
						line: 10,
						instruction: 1,
					},
				],
			}),
		],
	});
});

test('the triggers of a base stand in the child, at the lines of their ONBUILD', () => {
	const graph = read([
		'FROM busybox AS parent',
		'ONBUILD RUN <<EOF',
		'true',
		'EOF',
		'onbuild copy --from=debian:bookworm-slim /etc/hosts /',
		'FROM parent',
	]);

	expect(graph.stages[0]!.triggers).toEqual([]);
	expect(graph.stages[0]!.dependencies).toHaveLength(1);
	expect(graph.stages[1]!.triggers).toEqual([
		{
			keyword: 'RUN',
			lines: [2, 4],
			text: 'ONBUILD RUN <<EOF',
			source: 'ONBUILD RUN <<EOF\ntrue\nEOF',
			from: {kind: 'stage', stage: 0},
		},
		expect.objectContaining({
			keyword: 'COPY',
			lines: [5, 5],
			text: 'ONBUILD COPY --from=debian:bookworm-slim /etc/hosts /',
		}),
	]);
	expect(graph.stages[1]!.dependencies.at(-1)).toEqual({
		kind: 'image',
		reference: 'debian:bookworm-slim',
		via: 'COPY --from',
		line: 5,
		instruction: 2,
		isTrigger: true,
	});
});

test('a child that its own trigger makes read from itself depends on nothing more', () => {
	const graph = read([
		'FROM busybox AS parent',
		'ONBUILD COPY --from=child /a /b',
		'FROM parent AS child',
	]);

	expect(findTarget(graph, undefined)).toBe(1);
	expect(graph.stages[1]!.dependencies).toHaveLength(1);
});

describe('directives', () => {
	test.each([
		['# syntax=docker/dockerfile:1', 'docker/dockerfile:1', '\\'],
		[
			'#SYNTAX = docker/dockerfile:1-labs more',
			'docker/dockerfile:1-labs',
			'\\',
		],
		['# escape=`\n# syntax=example.com/frontend', 'example.com/frontend', '`'],
		['\uFEFF# escape=`', null, '`'],
		['# a comment\n# escape=`', null, '\\'],
		['\n# escape=`', null, '\\'],
	])('%j', (head, syntax, escape) => {
		expect(read([head, 'FROM scratch']).directives).toEqual({syntax, escape});
	});

	test('a labs frontend knows devices, the stable one does not', () => {
		const lines = [
			'FROM busybox',
			'RUN --device=vendor.example/gpu=0,required true',
		];

		expect(
			findTarget(
				read(['# syntax=docker/dockerfile:1-labs', ...lines]),
				undefined,
			),
		).toBe(0);
		expect(() => findTarget(read(lines), undefined)).toThrow(
			'Dockerfile:2: --device needs a labs frontend',
		);
	});
});

describe('arguments', () => {
	test('a build argument takes the place of a default, and only of a declared one', () => {
		const graph = read(
			['ARG TAG=1', 'ARG EMPTY', 'FROM busybox:$TAG$OTHER AS a'],
			{buildArguments: {TAG: '2', OTHER: '3', toString: 'x'}},
		);

		expect(bases(graph)).toEqual([{kind: 'image', reference: 'busybox:2'}]);
		expect(graph.globalArguments).toEqual([
			{name: 'TAG', value: '2', line: 1},
			{name: 'EMPTY', value: null, line: 2},
		]);
	});

	test('several in one instruction, each with those before it', () => {
		expect(
			read(['ARG A=busy B=$A"box" C', 'ARG C=$B:1', 'FROM $C']).globalArguments,
		).toEqual([
			{name: 'A', value: 'busy', line: 1},
			{name: 'B', value: 'busybox', line: 1},
			{name: 'C', value: null, line: 1},
			{name: 'C', value: 'busybox:1', line: 2},
		]);
	});

	test('the platforms, and the name of the target', () => {
		const graph = read(
			[
				'ARG TARGETARCH',
				'FROM --platform=$BUILDPLATFORM example/$BUILDOS-$BUILDARCH:$BUILDVARIANT AS build',
				'FROM --platform=$TARGETPLATFORM example/$TARGETOS-$TARGETARCH$TARGETVARIANT:$TARGETSTAGE',
			],
			{
				buildPlatform: 'linux/arm64/v8',
				targetPlatform: 'linux/arm/v7',
				target: 'build',
			},
		);

		expect(bases(graph)).toEqual([
			{kind: 'image', reference: 'example/linux-arm64:v8'},
			{kind: 'image', reference: 'example/linux-armv7:build'},
		]);
		expect(graph.stages.map(({platform}) => platform)).toEqual([
			'linux/arm64/v8',
			'linux/arm/v7',
		]);
		expect(graph.globalArguments).toEqual([
			{name: 'TARGETARCH', value: 'arm', line: 1},
		]);
	});

	test('a build argument overrides a predefined one', () => {
		expect(
			bases(
				read(['FROM busybox:$TARGETARCH-$TARGETSTAGE'], {
					buildArguments: {TARGETARCH: 'pdp11'},
				}),
			),
		).toEqual([{kind: 'image', reference: 'busybox:pdp11-default'}]);
	});

	test('within a stage: a default, the global value, a build argument, nothing', () => {
		const faults = (instruction: string, buildArguments = {}): unknown[] =>
			read(['ARG G=9', 'FROM scratch', instruction, 'STOPSIGNAL $S'], {
				buildArguments,
			}).faults.map(({line}) => line);

		expect(faults('ARG S=9')).toEqual([]);
		expect(faults('ARG S=$G')).toEqual([4]);
		expect(faults('ARG G S=$G')).toEqual([]);
		expect(faults('ARG S', {S: '9'})).toEqual([]);
		expect(faults('ARG S=9', {S: 'x'})).toEqual([4]);
		expect(faults('ENV S=9 T=$S')).toEqual([]);
		expect(faults('LABEL S=9')).toEqual([4]);
	});

	test('what only an image knows is no fault', () => {
		const lines = [
			'EXPOSE $PORT',
			'RUN --mount=type=cache,target=$HOME true',
			'STOPSIGNAL $S',
		];

		expect(read(['FROM busybox', ...lines]).faults).toEqual([]);
		expect(read(['FROM scratch', 'STOPSIGNAL $S']).faults).toHaveLength(1);
		expect(read(['FROM busybox', 'WORKDIR "$HOME']).faults).toHaveLength(1);
	});
});

describe('named contexts', () => {
	test('they take the place of images, by their short names', () => {
		const graph = read(
			[
				'FROM docker.io/library/alpine:latest AS a',
				'FROM alpine:3.20 AS b',
				'FROM busybox AS c',
				'COPY --from=assets / /',
				'RUN --mount=from=assets,target=/assets true',
				'COPY --from=ghcr.io/team/app / /',
			],
			{namedContexts: ['alpine', 'assets', 'ghcr.io/team/app:latest']},
		);

		expect(bases(graph)).toEqual([
			{kind: 'context', name: 'alpine'},
			{kind: 'image', reference: 'alpine:3.20'},
			{kind: 'image', reference: 'busybox'},
		]);
		expect(graph.stages[2]!.dependencies.slice(1)).toEqual([
			{
				kind: 'context',
				name: 'assets',
				via: 'COPY --from',
				line: 4,
				instruction: 1,
			},
			{
				kind: 'context',
				name: 'assets',
				via: 'RUN --mount',
				line: 5,
				instruction: 2,
			},
			{
				kind: 'context',
				name: 'ghcr.io/team/app',
				via: 'COPY --from',
				line: 6,
				instruction: 3,
			},
		]);
	});

	test('one takes the place of a whole stage, whatever that needs or does wrong', () => {
		const graph = read(
			[
				'FROM busybox AS tools',
				'FROM tools AS deps',
				'COPY --from=tools /x /x',
				'RUN --mount=type=nonsense true',
				'FROM scratch AS final',
				'COPY --from=deps / /',
			],
			{namedContexts: ['deps']},
		);

		expect(graph.stages[1]).toMatchObject({
			base: {kind: 'context', name: 'deps'},
			dependencies: [{kind: 'context', name: 'deps', via: 'FROM', line: 2}],
		});
		expect(neededStages(graph, findTarget(graph, 'final'), 'buildkit')).toEqual(
			new Set([2, 1]),
		);
	});

	test('a later stage can be read when a context takes its place', () => {
		const graph = read(
			['FROM scratch AS a', 'COPY --from=b / /', 'FROM busybox AS b', 'FROM a'],
			{namedContexts: ['b']},
		);

		expect(
			neededStages(graph, findTarget(graph, undefined), 'buildkit'),
		).toEqual(new Set([2, 0, 1]));
	});

	test('scratch stays what it is', () => {
		expect(bases(read(['FROM scratch'], {namedContexts: ['scratch']}))).toEqual(
			[{kind: 'scratch'}],
		);
	});

	test('an impossible name is no fault of the Dockerfile', () => {
		expect(() => read(['FROM scratch'], {namedContexts: ['No']})).toThrow(
			expect.objectContaining({name: 'UsageError'}) as Error,
		);
	});
});

describe('findTarget', () => {
	const graph = read([
		'FROM busybox AS twin',
		'FROM busybox',
		'FROM busybox AS twin',
		'FROM busybox AS other',
	]);

	test('the last stage, or the one of that name in any case', () => {
		expect(findTarget(graph, undefined)).toBe(3);
		expect(findTarget(graph, '')).toBe(3);
		expect(findTarget(graph, 'OTHER')).toBe(3);
	});

	test('of twins BuildKit takes the last, the legacy builder the first', () => {
		expect(findTarget(graph, 'twin')).toBe(2);
		expect(findTarget(graph, 'twin', 'legacy')).toBe(0);
	});

	test.each([
		['othr', "Dockerfile has no stage called 'othr': did you mean other?"],
		[
			'final',
			"Dockerfile has no stage called 'final': its stages are twin, other.",
		],
		[
			'0',
			'--target takes the name of a stage, not its number: use the name of stage 0, twin.',
		],
		[
			'1',
			'--target takes the name of a stage, not its number: give stage 1 a name with AS, and use that.',
		],
		['9', "Dockerfile has no stage called '9': its stages are twin, other."],
	])('no stage %s', (target, message) => {
		expect(() => findTarget(graph, target)).toThrow(
			expect.objectContaining({name: 'UsageError', message}) as Error,
		);
	});

	test('no names at all', () => {
		expect(() => findTarget(read(['FROM scratch']), 'final')).toThrow(
			"Dockerfile has no stage called 'final': no stage of it has a name.",
		);
	});

	test('a fault counts when the target needs its stage', () => {
		const faulty = read([
			'FROM scratch AS bad',
			'EXPOSE x',
			'FROM scratch AS good',
			'FROM scratch AS user',
			'COPY --from=bad /a /a',
			'STOPSIGNAL x',
			'FROM scratch AS last',
			'COPY --from=user /a /a',
		]);

		expect(findTarget(faulty, 'good')).toBe(1);
		expect(() => findTarget(faulty, 'user')).toThrow(
			'Dockerfile:2: "x" is no port',
		);
		expect(() => findTarget(faulty, undefined)).toThrow('Dockerfile:2: ');
	});
});

test('neededStages of the legacy builder are all up to the target', () => {
	const graph = read(['FROM busybox', 'FROM busybox AS b', 'FROM scratch']);

	expect(neededStages(graph, 1, 'legacy')).toEqual(new Set([0, 1]));
	expect(neededStages(graph, 1, 'buildkit')).toEqual(new Set([1]));
});

test('findStage takes names in any case, and numbers', () => {
	const graph = read([
		'FROM busybox AS a',
		'FROM busybox',
		'FROM busybox AS A',
	]);

	expect(findStage(graph, 'a')).toBe(2);
	expect(findStage(graph, 'A')).toBe(2);
	expect(findStage(graph, '1')).toBe(1);
	expect(findStage(graph, '3')).toBeUndefined();
	expect(findStage(graph, '-1')).toBeUndefined();
	expect(findStage(graph, 'b')).toBeUndefined();
});
