import process from 'node:process';
import {BuildkitEngine} from '../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../source/engine/docker/address.js';
import {LegacyEngine} from '../source/engine/legacy/engine.js';
import {checkDone, openDoneServer} from '../test/oracle/done-oracle.js';

/**
Compares which steps of made-up builds are shown as done with what really ran, on the engine of DOCKER_HOST (its store has
`busybox`). With MSTAGE_BUILDER=legacy by the legacy builder.

@throws {Error} A step was shown as what it wasn't.
*/
export async function soakDone(first: number, count: number): Promise<void> {
	const address = process.env['DOCKER_HOST'];
	if (!address) {
		throw new Error('Set DOCKER_HOST to an engine that is there for tests.');
	}

	const legacy = process.env['MSTAGE_BUILDER'] === 'legacy';
	const kind = legacy ? LegacyEngine : BuildkitEngine;
	const server = await openDoneServer();
	let [checked, wrong] = [0, 0];
	for (let seed = first; seed < first + count; seed++) {
		// eslint-disable-next-line no-await-in-loop -- one build after the other
		const result = await checkDone(
			async () => kind.open(parseDockerAddress(address)),
			server,
			{seed, legacy},
		);
		checked += result.checked;
		wrong += result.wrong.length;
		process.stdout.write(
			`done ${seed}: ${result.checked} steps, ${result.wrong.length} wrong\n`,
		);
		if (result.wrong.length > 0) {
			process.stdout.write(`${result.dockerfile}${result.wrong.join('\n')}\n`);
		}
	}

	server.close();
	process.stdout.write(
		`done: ${count} Dockerfiles, ${checked} steps, ${wrong} wrong\n`,
	);
	if (wrong > 0) {
		throw new Error('Steps were shown as what they were not.');
	}
}
