import {setTimeout} from 'node:timers/promises';
import {heardBytes} from '../engine/docker/open-sockets.js';

/** How long an engine that says nothing is waited for, in milliseconds: with what else ends, 2 seconds. */
const silence = 1800;

/** How long the end may take whatever the engine says. */
const longest = 5000;

/** How often is looked whether the engine said something. */
const beat = 100;

/**
Waits for what ends with a session, and for the engine only as long as docs/endings.md has it.

@param closing - What ends, such as the build and its containers. That it fails is no news.
@returns Whether it has ended; what hasn't is left to the end of the process.
*/
export async function farewell(closing: Promise<unknown>): Promise<boolean> {
	const over = new AbortController();
	const ended = Promise.allSettled([closing]).then(() => true);
	try {
		return await Promise.race([ended, patienceLost(over.signal)]);
	} finally {
		over.abort();
	}
}

async function patienceLost(over: AbortSignal): Promise<false> {
	let heard = heardBytes();
	let silentBeats = 0;
	for (
		let beats = 0;
		silentBeats < silence / beat && beats < longest / beat && !over.aborted;
		beats++
	) {
		// eslint-disable-next-line no-await-in-loop -- beat after beat
		await setTimeout(beat, undefined, {signal: over}).catch(() => undefined);
		const now = heardBytes();
		silentBeats = now === heard ? silentBeats + 1 : 0;
		heard = now;
	}

	return false;
}
