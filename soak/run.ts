import {parseArgs} from 'node:util';
import {soakDone} from './done.js';
import {type FaultOptions, soakFaults} from './faults/campaign.js';
import {soakHostile} from './hostile.js';
import {soakNeighbours} from './neighbours.js';
import {soakParser} from './parser.js';
import {soakWhy} from './why.js';

/** What of its trials a soak does. */
type Narrowing = Omit<FaultOptions, 'seed' | 'count'>;

/** What runs for minutes: by name, with the first seed and how many. Each throws where something is wrong. */
const soaks: Readonly<
	Record<
		string,
		(seed: number, count: number, options: Narrowing) => Promise<void>
	>
> = {
	done: soakDone,
	hostile: soakHostile,
	faults: async (seed, count, narrowing) =>
		soakFaults({...narrowing, seed, count}),
	// One round of crowds takes as long as a hundred of the others.
	neighbours: async (seed, count) =>
		soakNeighbours(seed, Math.ceil(count / 100)),
	async parser(seed, count) {
		soakParser(seed, count);
	},
	why: soakWhy,
};

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		seed: {type: 'string', default: '1'},
		count: {type: 'string', default: '300'},
		version: {type: 'string'},
		builder: {type: 'string'},
		mode: {type: 'string'},
		phase: {type: 'string'},
		fault: {type: 'string'},
		minutes: {type: 'string'},
		plan: {type: 'boolean'},
		verbose: {type: 'boolean'},
	},
});
const {seed, count, ...narrowing} = values;
const names = positionals.length > 0 ? positionals : Object.keys(soaks);
for (const name of names) {
	const soak = soaks[name];
	if (!soak) {
		throw new Error(
			`There is no soak ${name}: there are ${Object.keys(soaks).join(', ')}.`,
		);
	}

	// eslint-disable-next-line no-await-in-loop -- one after the other
	await soak(Number(seed), Number(count), narrowing);
}
