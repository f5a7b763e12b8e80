import {expect, test} from 'vitest';
import {BuildkitEngine} from '../../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../../source/engine/docker/address.js';
import {LegacyEngine} from '../../source/engine/legacy/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {checkWhy, knownFilters} from './why-oracle.js';
import {openWhyServer} from './why-place.js';

/**
`npm run soak -- why` asks of hundreds. In some of these files are touched behind a copy (8), moved with their directory (40), or
written anew with the size and time of what was there (41).
*/
const seeds = [
	...[1, 5, 8, 16, 39, 40, 41].map(seed => ({seed, legacy: false})),
	// Wild ones: files moved over others of their size and time.
	...[1000, 1005].map(seed => ({seed, legacy: false})),
	{seed: 8, legacy: true},
];

test.each(seeds)(
	'in a made-up build every file is told to come from where its contents say, and counted as shipped where it went ($seed, legacy: $legacy)',
	async ({seed, legacy}) => {
		const server = await openWhyServer();
		const engine = await (legacy ? LegacyEngine : BuildkitEngine).open(
			parseDockerAddress(testEngine().dockerHost),
		);
		const {failure, asked, wrong, differing} = await checkWhy(engine, server, {
			seed,
			legacy,
			triggers: true,
			filters: await knownFilters(engine),
			address: testEngine(),
			isWild: seed >= 1000,
			most: legacy ? 4 : 12,
		});
		await engine.close();
		server.close();
		expect({failure, wrong, differing}).toEqual({
			failure: null,
			wrong: [],
			differing: [],
		});
		expect(asked).toBeGreaterThan(0);
	},
);
