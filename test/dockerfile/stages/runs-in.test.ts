import {describe, expect, test} from 'vitest';
import {readStageGraph} from '../../../source/dockerfile/stage-graph.js';
import {
	numberOf,
	placeOf,
	runsIn,
} from '../../../source/dockerfile/stages/runs-in.js';

const read = (
	lines: readonly string[],
	options: Partial<Parameters<typeof readStageGraph>[1]> = {},
) => readStageGraph(lines.join('\n'), {filename: 'Dockerfile', ...options});

const shown = (stage: ReturnType<typeof read>['stages'][number]) =>
	runsIn(stage).map(
		({instruction: {text, lines}, number}) => `${number}@${lines[0]} ${text}`,
	);

describe('what runs in a stage', () => {
	const graph = read([
		'FROM busybox AS parent',
		'ONBUILD RUN one',
		'ONBUILD COPY a /a',
		'FROM parent',
		'RUN two',
	]);
	const child = graph.stages[1]!;

	test('is its FROM, the triggers that this brings, and its instructions', () => {
		expect(shown(child)).toEqual([
			'0@4 FROM parent',
			'0.1@2 ONBUILD RUN one',
			'0.2@3 ONBUILD COPY a /a',
			'1@5 RUN two',
		]);
	});

	test.each(['0', '0.1', '0.2', '1'])('is spelled %s and back', number => {
		const place = placeOf(child, number)!;
		expect(numberOf(child, place)).toBe(number);
		expect(runsIn(child)[place]!.number).toBe(number);
	});

	test.each(['2', '0.0', '0.3', '1.1', '', '-1', '0.', 'x'])(
		'is nothing of the spelling "%s"',
		number => {
			expect(placeOf(child, number)).toBeUndefined();
		},
	);

	test('has the triggers of an image where they are known, and what these read', () => {
		const {stages} = read(
			['FROM busybox AS build', 'FROM onb', 'COPY --from=build /b /'],
			{
				imageTriggers: new Map([
					[1, ['COPY --from=build /made /made', 'ENV A=1']],
				]),
			},
		);
		expect(shown(stages[1]!)).toEqual([
			'0@2 FROM onb',
			'0.1@2 ONBUILD COPY --from=build /made /made',
			'0.2@2 ONBUILD ENV A=1',
			'1@3 COPY --from=build /b /',
		]);
		expect(stages[1]!.dependencies).toEqual([
			expect.objectContaining({via: 'FROM', instruction: 0}),
			expect.objectContaining({stage: 0, instruction: 1, isTrigger: true}),
			expect.objectContaining({stage: 0, instruction: 3}),
		]);
	});

	test('leaves out triggers of an image that can’t be read', () => {
		const {stages} = read(['FROM onb'], {
			imageTriggers: new Map([[0, ['RUM x']]]),
		});
		expect(shown(stages[0]!)).toEqual(['0@1 FROM onb']);
	});

	test('is the FROM alone where a named context takes its place', () => {
		const {stages} = read(
			['FROM busybox AS lib', 'RUN one', 'FROM lib', 'COPY --from=lib /a /'],
			{namedContexts: ['lib']},
		);
		expect(shown(stages[0]!)).toEqual(['0@1 FROM busybox AS lib']);
		expect(stages[0]).toMatchObject({
			isReplaced: true,
			base: {kind: 'context', name: 'lib'},
		});
		expect(placeOf(stages[0]!, '1')).toBeUndefined();
	});
});
