import {describe, expect, test} from 'vitest';
import {bindingOf, keyName, keyTable} from '../../source/ui/keys.js';
import {initialView, reduceView} from '../../source/ui/view-state.js';
import {done, now, stateOf} from './scene.js';

const view = initialView({rows: 24, columns: 80});

describe('the key table', () => {
	test('no key means two things at once', () => {
		const always = keyTable
			.filter(binding => !binding.applies)
			.flatMap(binding => binding.keys);
		expect(new Set(always).size).toBe(always.length);
	});

	test('every line says something, in the form of a command', () => {
		for (const {label, description} of keyTable) {
			expect(label).toMatch(/^[a-z ]+$/v);
			expect(description).toMatch(/^[A-Z].*[^.]$/v);
		}
	});

	test('l is the log, and in the log the way to the right', () => {
		const state = stateOf({});
		expect(bindingOf('l', state, view)?.command).toBe('log');
		const inLog = reduceView(view, {type: 'focus', page: 'log'});
		expect(bindingOf('l', state, inLog)?.command).toBe('right');
	});

	test('Enter opens, and goes on searching while there is a search', () => {
		const state = stateOf({});
		const inLog = reduceView(view, {type: 'focus', page: 'log'});
		const searching = reduceView(inLog, {
			type: 'search',
			text: 'x',
		});
		expect(bindingOf('enter', state, inLog)?.command).toBe('open');
		expect(bindingOf('enter', state, searching)?.command).toBe('next-match');
		expect(bindingOf(']', state, inLog)?.command).toBe('later');
		expect(bindingOf(']', state, searching)?.command).toBe('next-match');
	});

	test('what is not in the table means nothing', () => {
		expect(bindingOf('x', stateOf({}), view)).toBeUndefined();
	});
});

describe('the build goes on only when it is paused', () => {
	test.each([
		['loading', stateOf({events: null}), /still being loaded/v],
		[
			'running',
			stateOf({events: [{type: 'next'}, {type: 'started', step: 0, at: now}]}),
			/Ctrl-C pauses it/v,
		],
		[
			'finishing',
			stateOf({policy: 'never', events: done(0, 1, 2, 3)}),
			/being finished/v,
		],
		[
			'finished',
			stateOf({
				policy: 'never',
				events: [
					...done(0, 1, 2, 3),
					{type: 'finished', result: {image: null, tags: []}},
				],
			}),
			/r loads it again/v,
		],
		[
			'broken',
			stateOf({events: [{type: 'broken', error: new Error('gone')}]}),
			/r loads the build again/v,
		],
	] as const)('%s', (_, state, reason) => {
		for (const key of ['c', 'n', 'e']) {
			expect(bindingOf(key, state, view)!.disabledReason!(state, view)).toMatch(
				reason,
			);
		}
	});

	test('at the end there is no next step, but it can be finished', () => {
		const events = [{type: 'continue'}, ...done(0, 1, 2, 3)] as const;
		const end = stateOf({target: 'builder', events});
		expect(bindingOf('n', end, view)!.disabledReason!(end, view)).toContain(
			'c finishes the build',
		);
		expect(bindingOf('c', end, view)!.disabledReason!(end, view)).toBeNull();
	});
});

test.each([
	['c', 'c'],
	['G', 'G'],
	['ctrl-c', 'Ctrl-C'],
	['shift-tab', 'Shift-Tab'],
	['pageup', 'PgUp'],
	['escape', 'Esc'],
	['up', '↑'],
	['space', 'Space'],
])('%s reads %s', (key, name) => {
	expect(keyName(key, true)).toBe(name);
});

test('arrows are words where there are no signs for them', () => {
	expect(keyName('up', false)).toBe('Up');
});
