import {expect, test} from 'vitest';
import {fuzzHostile} from './fuzz.js';

test('hostile text comes out as text, wherever it goes in', async () => {
	let payloads = 0;
	for (let seed = 0; seed < 160; seed++) {
		// eslint-disable-next-line no-await-in-loop -- one after the other
		const fuzzed = await fuzzHostile(seed);
		payloads += fuzzed.payloads;
		expect(fuzzed.faults, `${fuzzed.surface}, seed ${seed}`).toEqual([]);
	}

	expect(payloads).toBeGreaterThan(500);
}, 120_000);
