import {expect, test} from 'vitest';
import {BuildkitEngine} from '../../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../../source/engine/docker/address.js';
import {LegacyEngine} from '../../source/engine/legacy/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {checkWhy, knownFeatures} from './why-oracle.js';
import {openWhyServer} from './why-place.js';

/**
`npm run soak -- why` asks of hundreds. These have all that projects are made of: images with triggers (17, 57), also as what is
copied from into what starts from them (17, 34), mounts of stages (29, 33, 34), contexts (4, 30) and images (57), files touched
behind a copy of them (33, 57), moved with their directory (29, 30), or written anew with the size and time of what was there (30).
*/
const seeds = [
	...[4, 17, 29, 30, 33, 34, 57].map(seed => ({seed, legacy: false})),
	// Wild ones: files moved over others of their size and time.
	...[1000, 1004].map(seed => ({seed, legacy: false})),
	{seed: 20, legacy: true},
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
			known: legacy ? [] : await knownFeatures(engine),
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
