import {expect, test} from 'vitest';
import {
	neededStages,
	readStageGraph,
} from '../../source/dockerfile/stage-graph.js';
import {
	renderComparison,
	renderComparisonJson,
} from '../../source/report/tree/comparison.js';
import {compareBuilders} from '../../source/dockerfile/stages/builder-comparison.js';

const source = [
	'FROM busybox AS a',
	'ENV X=1',
	'FROM busybox AS unused',
	'FROM scratch AS final',
	'COPY --from=a /x /',
	'FROM busybox AS after',
].join('\n');
const graph = readStageGraph(source, {filename: 'Dockerfile'});
const tree = {
	graph,
	target: 2,
	needed: {
		buildkit: neededStages(graph, 2, 'buildkit'),
		legacy: neededStages(graph, 2, 'legacy'),
	},
};

test('what each builder builds, and why', () => {
	expect(
		compareBuilders(tree).map(({buildkit, legacy, why}) => [
			buildkit,
			legacy,
			why,
		]),
	).toEqual([
		[true, true, 'read by 2 final: COPY --from (line 5)'],
		[false, true, 'the target reads nothing of it, but it stands before it'],
		[true, true, 'the target'],
		[false, false, 'stands after the target'],
	]);
});

test('what each makes of an instruction', () => {
	expect(renderComparison(tree, new Map()).split('\n').slice(2, 7)).toEqual([
		'                                BuildKit legacy',
		'0 a                             built    built   read by 2 final: COPY --from (line 5)',
		'     1  FROM busybox AS a       runs     runs',
		'     2  ENV X=1                 settings image',
		'1 unused                        -        built   the target reads nothing of it, but it stands before it',
	]);
});

test('how long it took in a session that finished, where the instruction is still the same', () => {
	const kept = {
		outline: [
			{name: 'a', steps: ['FROM busybox AS a', 'ENV X=2']},
			{name: 'unused', steps: ['FROM busybox AS unused']},
			{name: 'final', steps: ['FROM scratch AS final', 'COPY --from=a /x /']},
		],
		seconds: [0.5, 0, 1, 0, 2.5],
	};
	const lines = renderComparison(tree, new Map([['legacy', kept]])).split('\n');
	const line = (start: string) =>
		lines.find(text => text.trimStart().startsWith(start))!.trim();
	expect(line('5  COPY')).toMatch(/runs +2\.5 s$/v);
	expect(line('2  ENV')).toMatch(/settings +image$/v);
	expect(line('1 unused')).toMatch(/- +1\.0 s /v);
	expect(line('in all')).toMatch(/2 of 4 +4\.0 s$/v);
});

test('what a terminal would act on is escaped in the JSON too', () => {
	const hostile = readStageGraph('FROM busybox\nRUN echo \u009B31m\u202E', {
		filename: 'Dockerfile',
	});
	const json = renderComparisonJson({
		graph: hostile,
		target: 0,
		needed: {buildkit: new Set([0]), legacy: new Set([0])},
	});
	expect(json).toContain(String.raw`"text": "RUN echo \u009b31m\u202e",`);
	expect(json).not.toMatch(/[\u0080-\u009F\u202E]/v);
});
