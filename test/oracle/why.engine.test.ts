import {expect, test} from 'vitest';
import {BuildkitEngine} from '../../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../../source/engine/docker/address.js';
import {LegacyEngine} from '../../source/engine/legacy/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {checkWhy} from './why-oracle.js';
import {openWhyServer} from './why-place.js';

/**
`npm run soak -- why` asks of hundreds. In some of these files are touched behind a copy (8), moved with their directory (40), or
written anew with the size and time of what was there (41).
*/
const seeds = [
	...[1, 5, 8, 16, 39, 40, 41].map(seed => ({seed, legacy: false})),
	{seed: 8, legacy: true},
];

test('in made-up builds every file is told to come from where its contents say, and counted as shipped where it went', async () => {
	const wrong: string[] = [];
	const differing: string[] = [];
	let asked = 0;
	const server = await openWhyServer();
	for (const {seed, legacy} of seeds) {
		/* eslint-disable no-await-in-loop -- one build after the other */
		const engine = await (legacy ? LegacyEngine : BuildkitEngine).open(
			parseDockerAddress(testEngine().dockerHost),
		);
		const result = await checkWhy(engine, server, {
			seed,
			legacy,
			triggers: true,
			most: legacy ? 4 : 12,
		});
		await engine.close();
		/* eslint-enable no-await-in-loop */
		asked += result.asked;
		wrong.push(...result.wrong.map(text => `${seed}: ${text}`));
		differing.push(...result.differing.map(text => `${seed}: ${text}`));
	}

	server.close();
	expect(wrong).toEqual([]);
	expect(differing).toEqual([]);
	expect(asked).toBeGreaterThan(50);
});
