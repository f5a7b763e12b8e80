import {describe, expect, test} from 'vitest';
import type {BuildWarning} from '../../../source/engine/port.js';
import {presentHeader} from '../../../source/ui/present/header.js';
import {presentOutcome} from '../../../source/ui/present/outcome.js';
import {presentSource} from '../../../source/ui/present/source.js';
import {presentWarnings} from '../../../source/ui/present/warning-list.js';
import {done, type SceneOptions, sceneOf, textOf, textsOf} from '../scene.js';

const warning = (
	line: number | null,
	fields: Partial<BuildWarning> = {},
): BuildWarning => ({
	from: 'builder',
	rule: 'SomeRule',
	message: `something in ${line}`,
	details: ['It should be otherwise'],
	url: 'https://example.com/some-rule/',
	lines: line === null ? null : [line, line],
	...fields,
});

const scene = (
	warnings: readonly BuildWarning[],
	options: SceneOptions = {},
): ReturnType<typeof sceneOf> =>
	sceneOf({
		...options,
		events: [
			...warnings.map(told => ({type: 'warning', warning: told}) as const),
			...(options.events ?? []),
		],
	});

describe('warnings', () => {
	test('stand on their lines, and below the source when they are selected', () => {
		const {rows} = presentSource(
			scene([warning(2), warning(2, {message: 'more'}), warning(4)], {
				view: [{type: 'select', selection: {kind: 'step', step: 1}}],
			}),
			70,
			22,
		);
		const lines = textsOf(rows);
		expect(lines[1]).toMatch(/WORKDIR \/src {2,}⚠ SomeRule \+1 +○$/v);
		expect(lines[3]).toMatch(/RUN go build -o \/app +⚠ SomeRule +○$/v);
		expect(lines.slice(-4)).toEqual([
			' ⚠ SomeRule: something in 2',
			'   https://example.com/some-rule/',
			' ⚠ SomeRule: more',
			'   https://example.com/some-rule/',
		]);
		expect(lines).toHaveLength(22);
	});

	test('leave a small source all its rows', () => {
		const {rows} = presentSource(
			scene([warning(1)], {
				view: [{type: 'select', selection: {kind: 'stage', stage: 0}}],
			}),
			40,
			6,
		);
		expect(textsOf(rows)[0]).toMatch(/FROM golang.* ⚠ ○$/v);
		expect(textsOf(rows)[5]).toContain('FROM builder');
	});

	test('are counted in the header, each once', () => {
		expect(
			textOf(presentHeader(scene([warning(1), warning(1), warning(null)]), 90)),
		).toContain('⚠ 2 ');
	});

	test('are listed in the order of their lines, without what a terminal would act on', () => {
		const {rows, position} = presentWarnings(
			scene([
				warning(4),
				warning(null, {message: '\u{1B}[31mred', rule: null}),
			]),
			60,
			20,
		);
		expect(textsOf(rows)).toEqual([
			'▌⚠ red',
			'   It should be otherwise',
			'   https://example.com/some-rule/',
			' ⚠ Dockerfile:4  SomeRule: something in 4',
			'   It should be otherwise',
			'   https://example.com/some-rule/',
		]);
		expect(position).toBe('2 warnings');
	});

	test('are counted at the end', () => {
		const {rows} = presentOutcome(
			scene([warning(4)], {
				policy: 'never',
				events: [
					...done(0, 1, 2, 3),
					{type: 'finished', result: {image: null, tags: []}},
				],
			}),
			60,
			20,
		);
		expect(textsOf(rows)).toContain('  ⚠ 1 warning (W)');
	});
});
