import {describe, expect, test} from 'vitest';
import {readImageConfiguration} from '../../../../source/dockerfile/variables/image-configuration.js';
import {readStageGraph} from '../../../../source/dockerfile/stage-graph.js';
import type {BaseImages} from '../../../../source/engine/legacy/points/base-images.js';
import {legacyProgram} from '../../../../source/engine/legacy/points/program.js';
import {StepFacts} from '../../../../source/engine/legacy/points/step-facts.js';

const lines = [
	'FROM base AS made',
	'ARG VERSION=1',
	'ENV DIR=out',
	'COPY --chown=app a*.c ./sub/ $DIR/',
	'RUN make',
	'FROM scratch AS end',
	'WORKDIR /app',
	'COPY --from=made /work/out .',
	'COPY --from=tools /bin/tool /bin/',
	'ADD https://example.org/x y /z',
	'FROM made AS after',
];
const images: BaseImages = new Map([
	[
		'base',
		{
			id: 'sha256:1',
			configuration: readImageConfiguration({
				config: {WorkingDir: '/work', Env: ['HOME=/root'], User: 'app'},
			}),
		},
	],
]);

function factsOf(
	changes: {
		readonly dockerfile?: readonly string[];
		readonly buildArguments?: Readonly<Record<string, string>>;
		readonly images?: BaseImages;
	} = {},
): StepFacts {
	const buildArguments = changes.buildArguments ?? {};
	const graph = readStageGraph((changes.dockerfile ?? lines).join('\n'), {
		filename: 'Dockerfile',
		buildArguments,
	});
	return new StepFacts(
		legacyProgram(graph, 1),
		{request: {buildArguments}, platform: 'linux/amd64'},
		changes.images ?? images,
	);
}

const copy = 3;
const run = 4;
const fromStage = 7;

describe('the keys of steps', () => {
	const changed = (other: StepFacts): readonly number[] => {
		const facts = factsOf();
		return lines
			.map((_, step) => step)
			.filter(step => facts.keyOf(step) !== other.keyOf(step));
	};

	test('are the same for the same, and there are none behind the target', () => {
		expect(changed(factsOf())).toEqual([]);
		expect(factsOf().keyOf(10)).toBeNull();
		expect(factsOf().inputsOf(10)).toBeNull();
		expect(factsOf().copiesOf(10)).toBeNull();
	});

	test('differ from what changes on, also in what copies from it', () => {
		const dockerfile = lines.with(copy, 'COPY b.c ./');
		expect(changed(factsOf({dockerfile}))).toEqual([3, 4, 7, 8, 9]);
	});

	test('count an argument where a process sees it, and the image that it starts from', () => {
		expect(changed(factsOf({buildArguments: {VERSION: '2'}}))).toEqual([
			4, 7, 8, 9,
		]);
		expect(
			changed(
				factsOf({
					images: new Map([['base', {...images.get('base')!, id: 'sha256:2'}]]),
				}),
			),
		).toEqual([0, 1, 2, 3, 4, 7, 8, 9]);
	});
});

test('what a process depends on has the values of the image and of the Dockerfile', () => {
	expect(factsOf().inputsOf(run)).toMatchObject({
		text: 'RUN make',
		environment: {HOME: '/root', VERSION: '1', DIR: 'out'},
		settings: {user: 'app', 'working directory': '/work'},
		inputs: [{name: 'the step before'}],
		contextFiles: null,
	});
	expect(factsOf().inputsOf(0)!.inputs).toEqual([
		{name: 'the image base', key: 'sha256:1'},
	]);
});

test('what is copied, where to, and from where, with variables and the folder of the image', () => {
	const facts = factsOf();
	expect(facts.copiesOf(copy)).toEqual({
		step: copy,
		operations: [
			{
				from: {kind: 'context', name: null},
				source: 'a*.c',
				destination: 'work/out/',
			},
			{
				from: {kind: 'context', name: null},
				source: 'sub',
				destination: 'work/out/',
			},
		],
	});
	expect(facts.inputsOf(copy)).toMatchObject({
		text: 'COPY --chown=app a*.c ./sub/ out/',
		contextFiles: ['a*.c', 'sub'],
	});
	expect(facts.copiesOf(fromStage)).toEqual({
		step: fromStage,
		operations: [
			{
				from: {kind: 'stage', stage: 0},
				source: 'work/out',
				destination: 'app/',
			},
		],
	});
	expect(facts.copiesOf(8)).toEqual({
		step: 8,
		operations: [
			{
				from: {kind: 'image', reference: 'tools'},
				source: 'bin/tool',
				destination: 'bin/',
			},
		],
	});
	expect(facts.copiesOf(9)!.operations).toEqual([
		{
			from: {kind: 'address', address: 'https://example.org/x'},
			source: 'x',
			destination: 'z',
			isLiteral: true,
		},
		{
			from: {kind: 'context', name: null},
			source: 'y',
			destination: 'z',
			unpacks: true,
		},
	]);
	expect(facts.copiesOf(run)).toBeNull();
});

test('an ONBUILD of the image may read all of the build context', () => {
	const configuration = readImageConfiguration({
		config: {OnBuild: ['COPY . /src']},
	});
	const onBuild: BaseImages = new Map([
		['base', {id: 'sha256:1', configuration}],
	]);
	expect(factsOf({images: onBuild}).inputsOf(0)!.contextFiles).toEqual(['.']);
	expect(factsOf().inputsOf(0)!.contextFiles).toBeNull();
});
