import {describe, expect, test} from 'vitest';
import {readDefinition} from '../../../../source/engine/buildkit/program/definition.js';
import type {LoadedBuild} from '../../../../source/engine/buildkit/program/loading.js';
import {
	nameOfInput,
	readingsOf,
	stepInputs,
	verticesOf,
} from '../../../../source/engine/buildkit/program/step-inputs.js';
import {smallBuild} from '../definitions.js';

const {definition, digests} = smallBuild();

// FROM, COPY and RUN of one stage, then a stage of which the target needs nothing.
const load = {
	loaded: readDefinition(definition),
	keys: new Map([
		[digests.image, 'key of the image'],
		[digests.copy, 'key of the copy'],
	]),
	mapping: {
		program: {
			stages: [{name: 'builder'}, {name: null}],
			steps: [
				{key: 'from', text: 'FROM busybox AS builder', stage: 0},
				{key: 'copy', text: 'COPY src/*.c /src/', stage: 0},
				{key: 'run', text: 'RUN $TOOL', stage: 0},
				{key: null, text: 'RUN nothing', stage: 1},
			],
		},
		stepsOf: new Map([
			[digests.image, [0]],
			[digests.copy, [1]],
			[digests.run, [2]],
		]),
	},
} as unknown as LoadedBuild;

describe('what a step depends on', () => {
	test('a RUN: its command with variables expanded, its environment and settings, and the step before', () => {
		expect(stepInputs(load, 2)).toEqual({
			key: 'run',
			text: 'RUN make',
			environment: {PATH: '/bin', FLAGS: '-a=b'},
			settings: {
				command: '["/bin/sh","-c","make"]',
				user: '',
				'working directory': '/src',
				network: 'UNSET',
				security: 'SANDBOX',
			},
			inputs: [{name: 'the step before', key: 'key of the copy:0'}],
			contextFiles: null,
		});
	});

	test('a COPY: the image and the files of the context', () => {
		expect(stepInputs(load, 1)).toMatchObject({
			text: 'COPY src/*.c /src/',
			inputs: [
				{name: 'the image busybox:latest', key: 'key of the image:0'},
				{name: 'the build context', key: `${digests.context}:0`},
			],
			contextFiles: ['src/*.c'],
		});
	});

	test('nothing where the target does not need the step', () => {
		expect(stepInputs(load, 3)).toBeNull();
		expect(verticesOf(load, 3)).toEqual([]);
	});
});

test('what an operation reads is without the root that it changes', () => {
	const {vertices} = load.loaded;
	expect(readingsOf(vertices.get(digests.run)!)).toEqual([]);
	expect(readingsOf(vertices.get(digests.copy)!)).toEqual([
		{from: {digest: digests.context, index: 0}, path: 'src/*.c'},
	]);
});

test('for a step of another stage, an input is that stage by its name', () => {
	const input = {digest: digests.run, index: 0};
	expect(nameOfInput(load, 3, input)).toBe('the stage builder');
	expect(nameOfInput(load, 2, input)).toBe('the step before');
});
