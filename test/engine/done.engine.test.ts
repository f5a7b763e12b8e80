import {afterAll, beforeAll, expect, test} from 'vitest';
import {BuildkitEngine} from '../../source/engine/buildkit/engine.js';
import {LegacyEngine} from '../../source/engine/legacy/engine.js';
import {parseDockerAddress} from '../../source/engine/docker/address.js';
import {
	checkDone,
	type DoneServer,
	openDoneServer,
} from '../oracle/done-oracle.js';
import {testEngine} from './test-engine.js';

let server: DoneServer;
beforeAll(async () => {
	server = await openDoneServer();
});
afterAll(() => {
	server.close();
});

// `npm run soak -- done` takes hundreds of them.
test.each([
	{legacy: false, seeds: [1, 4, 10, 16, 22, 24]},
	{legacy: true, seeds: [1, 4]},
])(
	'the steps that are shown as done are those that ran (legacy: $legacy)',
	async ({legacy, seeds}) => {
		const kind = legacy ? LegacyEngine : BuildkitEngine;
		for (const seed of seeds) {
			// eslint-disable-next-line no-await-in-loop -- one build after the other
			const {dockerfile, wrong} = await checkDone(
				async () => kind.open(parseDockerAddress(testEngine().dockerHost)),
				server,
				{seed, legacy},
			);
			expect(wrong, dockerfile).toEqual([]);
		}
	},
);
