import {describe, expect, test} from 'vitest';
import {builders, faults, modes, phases} from '../../soak/faults/catalogue.js';
import {expectedOf} from '../../soak/faults/expected.js';
import {describePlan, planOf} from '../../soak/faults/plan.js';
import {differences, stateAfter} from '../../soak/faults/terminal-state.js';
import {within} from '../../soak/faults/within.js';
import {countSentences, wrongWords} from '../../soak/faults/words.js';

const seeds = Array.from({length: 2000}, (_, index) => index + 1);

describe('the plan of a trial', () => {
	test('is the same for the same seed, and another for another', () => {
		expect(seeds.map(seed => planOf(seed))).toEqual(
			seeds.map(seed => planOf(seed)),
		);
		const lines = seeds.map(seed =>
			describePlan(planOf(seed)).replace(/^\d+/v, ''),
		);
		expect(new Set(lines).size).toBeGreaterThan(1000);
	});

	test('comes to every builder, mode, phase and fault', () => {
		const plans = seeds.map(seed => planOf(seed));
		const seen = (name: 'builder' | 'mode' | 'phase' | 'fault') =>
			new Set(plans.map(plan => plan[name]));
		expect(seen('builder')).toEqual(new Set(builders));
		expect(seen('mode')).toEqual(new Set(modes));
		expect(seen('phase')).toEqual(new Set(phases));
		expect(seen('fault')).toEqual(new Set(faults));
	});

	test('is narrowed, and nothing that fits is refused', () => {
		expect(planOf(7, {mode: 'json', fault: 'stall'})).toMatchObject({
			mode: 'json',
			fault: 'stall',
		});
		expect(() => planOf(7, {mode: 'json', fault: 'resized'})).toThrow(
			'No trial fits',
		);
	});

	test('always has an end that is right, and the one of a signal is its number', () => {
		for (const seed of seeds) {
			expect(expectedOf(planOf(seed)).codes.length).toBeGreaterThan(0);
		}

		const at = {mode: 'screen', phase: 'pause'} as const;
		expect(expectedOf(planOf(1, {...at, fault: 'SIGQUIT'}))).toEqual({
			codes: [131],
			seconds: 6,
		});
		expect(
			expectedOf(planOf(1, {...at, fault: 'reset', builder: 'BuildKit'})).codes,
		).toEqual([3]);
	});
});

describe('what is looked at after a trial', () => {
	test('is every mode that a program may have set', async () => {
		const before = await stateAfter('');
		const set =
			'\u001B[?1049h\u001B[?1006h\u001B[?1h\u001B=\u001B[?25l\u001B[>1u\u001B[>4;2m\u001B[4h';
		expect(differences(before, await stateAfter(set))).toEqual([
			'alternate screen is true',
			'application cursor keys is true',
			'application keypad is true',
			'insert is true',
			'cursor is false',
			'mode 1006 is true',
			"xterm's keys is 4;2",
			"kitty's stack is 1",
		]);
		const undone = `${set}\u001B[4l\u001B[>4;0m\u001B[<u\u001B[?25h\u001B>\u001B[?1l\u001B[?1006l\u001B[?1049l`;
		expect(differences(before, await stateAfter(undone))).toEqual([]);
	});

	test('is that it speaks as it should', () => {
		expect(
			wrongWords('mstage: The engine at unix:///x is gone: it was stopped.\n'),
		).toEqual([]);
		expect(
			wrongWords('mstage: write EPIPE\n    at a (b.js:1:2)\n'),
		).toHaveLength(2);
		expect(
			countSentences(
				'mstage: a shell before a:2\nmstage: ended\nmstage: gone\n',
			),
		).toBe(2);
	});
});

test('what takes too long is waited for no longer, and what fails is told', async () => {
	const never = new Promise<void>(() => {
		// As a trial that hangs.
	});
	expect(await within(10, never)).toBe('took longer than 0.01 s');
	const failed = Promise.reject<void>(new Error('no engine'));
	expect(await within(1000, failed)).toBe('failed: no engine');
	expect(await within(1000, Promise.resolve())).toBeNull();
});
