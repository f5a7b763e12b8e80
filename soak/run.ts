import {parseArgs} from 'node:util';
import {soakWhy} from './why.js';

/** What runs for minutes: by name, with the first seed and how many. Each throws where something is wrong. */
const soaks: Readonly<
	Record<string, (seed: number, count: number) => Promise<void>>
> = {
	why: soakWhy,
};

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		seed: {type: 'string', default: '1'},
		count: {type: 'string', default: '300'},
	},
});
const names = positionals.length > 0 ? positionals : Object.keys(soaks);
for (const name of names) {
	const soak = soaks[name];
	if (!soak) {
		throw new Error(
			`There is no soak ${name}: there are ${Object.keys(soaks).join(', ')}.`,
		);
	}

	// eslint-disable-next-line no-await-in-loop -- one after the other
	await soak(Number(values.seed), Number(values.count));
}
