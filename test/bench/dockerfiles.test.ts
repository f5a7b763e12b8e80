import {expect, test} from 'vitest';
import {
	cachedSteps,
	failing,
	loud,
	manyStages,
	manySteps,
} from '../../bench/dockerfiles.js';
import {readStageGraph} from '../../source/dockerfile/stage-graph.js';

function graphOf(source: string) {
	return readStageGraph(source, {
		filename: 'Dockerfile',
		buildArguments: {},
		target: undefined,
		buildPlatform: 'linux/amd64',
		targetPlatform: 'linux/amd64',
	});
}

const {stages} = graphOf(manyStages);

test('the build that is measured has 10 stages and 40 instructions', () => {
	expect(stages).toHaveLength(10);
	expect(stages.flatMap(({instructions}) => instructions)).toHaveLength(40);
});

test('its target needs every stage', () => {
	const needed = new Set<number>();
	const visit = (index: number) => {
		needed.add(index);
		for (const dependency of stages[index]!.dependencies) {
			if (dependency.kind === 'stage') {
				visit(dependency.stage);
			}
		}
	};

	visit(stages.length - 1);
	expect(needed.size).toBe(10);
});

test('every stage has a RUN that a new value of ROUND runs again', () => {
	for (const {instructions} of stages) {
		const keywords = instructions.map(({keyword}) => keyword);
		expect(keywords.indexOf('ARG')).toBe(1);
		expect(keywords).toContain('RUN');
	}
});

test('in the build that fails the last instruction is a RUN', () => {
	const last = graphOf(failing).stages.at(-1)!.instructions.at(-1)!;
	expect(last.keyword).toBe('RUN');
});

test('the steps that are cached follow one FROM', () => {
	const [stage, ...others] = graphOf(manySteps).stages;
	expect(others).toEqual([]);
	expect(stage!.instructions).toHaveLength(1 + cachedSteps);
});

test('a new value of ROUND makes the loud RUN print again', () => {
	const [stage] = graphOf(loud).stages;
	expect(stage!.instructions.map(({keyword}) => keyword)).toEqual([
		'FROM',
		'ARG',
		'RUN',
	]);
});
