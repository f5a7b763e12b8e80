import {Buffer} from 'node:buffer';

/** What BuildKit prints once where it leaves output out (moby/buildkit util/progress/logs/logs.go), with its limit. */
const marker = /\[output clipped, log limit (?<limit>[^ \]]+) reached\]\n?/gv;

/**
BuildKit limits what it passes on of a step's output, at first by speed. `dockerd`, tried with 26.1, takes the two variables
from its environment, and passes everything on with -1.

@param data - What a step printed.
@returns The same; where the engine says that it leaves something out, with what can be done about it.
*/
export function explainClipping(data: Uint8Array): Uint8Array {
	const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
	if (!text.includes('[output clipped')) {
		return data;
	}

	return Buffer.from(
		text.toString('latin1').replaceAll(marker, (whole, ...match) => {
			const {limit} = match.at(-1) as {limit: string};
			const what = limit.endsWith('/s') ? 'faster than' : 'beyond';
			return `${whole.trimEnd()}\n[mstage: the engine keeps output ${what} ${limit} of a step to itself; all of it comes once its daemon is started with BUILDKIT_STEP_LOG_MAX_SPEED=-1 and BUILDKIT_STEP_LOG_MAX_SIZE=-1 in its environment]\n`;
		}),
		'latin1',
	);
}
