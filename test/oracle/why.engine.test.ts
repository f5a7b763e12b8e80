import {expect, test} from 'vitest';
import {BuildkitEngine} from '../../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../../source/engine/docker/address.js';
import {LegacyEngine} from '../../source/engine/legacy/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {checkWhy} from './why-oracle.js';
import {openWhyServer} from './why-place.js';

/** `npm run soak -- why` asks of hundreds. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

test('in made-up builds every file is told to come from where its contents say', async () => {
	const wrong: string[] = [];
	let asked = 0;
	const server = await openWhyServer();
	for (const seed of seeds) {
		const legacy = seed > 7;
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
	}

	server.close();
	expect(wrong).toEqual([]);
	expect(asked).toBeGreaterThan(50);
});
