import {randomOf} from '../oracle/random.js';
import {faultOf} from './checks.js';
import {gitSurfaces} from './git-surfaces.js';
import {machineSurfaces} from './machine-surfaces.js';
import {payloadOf} from './payloads.js';
import {fileSurfaces} from './file-surfaces.js';
import {sessionSurfaces} from './session-surfaces.js';
import {textSurfaces} from './text-surfaces.js';

/** What one seed came to. */
export type Fuzzed = {
	readonly surface: string;

	/** How many payloads went in. */
	readonly payloads: number;

	/** What was wrong, each with what it was found in. */
	readonly faults: readonly string[];
};

const surfaces = Object.entries({
	...textSurfaces,
	...sessionSurfaces,
	...fileSurfaces,
	...machineSurfaces,
	...gitSurfaces,
});

/** Lets hostile text into one part of mstage, and looks at what comes out. */
export async function fuzzHostile(seed: number): Promise<Fuzzed> {
	const random = randomOf(seed);
	const [surface, run] = surfaces[seed % surfaces.length]!;
	let payloads = 0;
	const next = (): string => {
		payloads++;
		return payloadOf(random);
	};

	// Sessions wait with timers that don't keep a process, for it has an engine's connection beside them.
	const keep = setInterval(() => undefined, 1000);
	try {
		const told = await run(next, random);
		const faults = told.flatMap(one => {
			const fault = faultOf(one);
			return fault === null
				? []
				: [`${fault} in ${one.as}: ${JSON.stringify(one.text.slice(0, 2000))}`];
		});
		return {surface, payloads, faults};
	} catch (error) {
		const text =
			error instanceof Error ? (error.stack ?? error.message) : String(error);
		return {surface, payloads, faults: [`thrown: ${text.slice(0, 2000)}`]};
	} finally {
		clearInterval(keep);
	}
}
