import {expect, test} from 'vitest';
import {
	findStage,
	findTarget,
	neededStages,
	readStageGraph,
} from '../../source/dockerfile/stage-graph.js';

const read = (source: string) =>
	readStageGraph(source, {filename: 'Dockerfile'});

test('stages, their bases, and what they read from', () => {
	const graph = read(
		[
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
		].join('\n'),
	);

	expect(graph.stages).toEqual([
		{
			index: 0,
			name: 'builder',
			platform: null,
			base: {kind: 'image', reference: 'golang:1.24'},
			lines: [2, 6],
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
	]);
	expect(findTarget(graph, undefined)).toBe(2);
	expect(neededStages(graph, 1, 'buildkit')).toEqual(new Set([1, 0]));
	expect(neededStages(graph, 2, 'legacy')).toEqual(new Set([0, 1, 2]));
	expect(findStage(graph, 'TESTS')).toBe(2);
	expect(findStage(graph, '1')).toBe(1);
});
