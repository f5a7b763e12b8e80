import process from 'node:process';
import {fuzzHostile} from '../test/hostile/fuzz.js';

/**
Lets hostile text into every part of mstage that tells something, a hundred payloads and more per seed.

@throws {Error} Some of it came out as something else than text.
*/
export async function soakHostile(first: number, count: number): Promise<void> {
	const bySurface = new Map<
		string,
		{seeds: number; payloads: number; failed: number}
	>();
	for (let seed = first; seed < first + count; seed++) {
		// eslint-disable-next-line no-await-in-loop -- one after the other
		const {surface, payloads, faults} = await fuzzHostile(seed);
		const sum = bySurface.get(surface) ?? {seeds: 0, payloads: 0, failed: 0};
		bySurface.set(surface, {
			seeds: sum.seeds + 1,
			payloads: sum.payloads + payloads,
			failed: sum.failed + (faults.length > 0 ? 1 : 0),
		});
		for (const fault of faults.slice(0, 3)) {
			process.stdout.write(`hostile ${seed}, ${surface}: ${fault}\n`);
		}
	}

	let [all, failed] = [0, 0];
	for (const [surface, sum] of bySurface) {
		all += sum.payloads;
		failed += sum.failed;
		process.stdout.write(
			`hostile ${surface}: ${sum.seeds} seeds, ${sum.payloads} payloads, ${sum.failed} failed\n`,
		);
	}

	process.stdout.write(`hostile: ${all} payloads, ${failed} seeds failed\n`);
	if (failed > 0) {
		throw new Error('Hostile text came out as something else than text.');
	}
}
