import process from 'node:process';
import {BuildkitEngine} from '../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../source/engine/docker/address.js';
import {LegacyEngine} from '../source/engine/legacy/engine.js';
import {checkWhy, knownFeatures} from '../test/oracle/why-oracle.js';
import {openWhyServer} from '../test/oracle/why-place.js';
import type {Feature} from '../test/oracle/why-sources.js';

/** Projects from this seed on do wild things to few names. */
const firstWild = 1000;

/**
Asks of the files of made-up builds where they came from and went, on the engine of DOCKER_HOST (its store has `busybox`). With
MSTAGE_BUILDER=legacy by the legacy builder.

@throws {Error} Some answer was wrong, or `left` counts otherwise.
*/
export async function soakWhy(first: number, count: number): Promise<void> {
	const address = process.env['DOCKER_HOST'];
	if (!address) {
		throw new Error('Set DOCKER_HOST to an engine that is there for tests.');
	}

	const legacy = process.env['MSTAGE_BUILDER'] === 'legacy';
	const kind = legacy ? LegacyEngine : BuildkitEngine;
	const server = await openWhyServer();
	let known: readonly Feature[] | undefined;
	let [asked, wrong, differing, failed] = [0, 0, 0, 0];
	for (let seed = first; seed < first + count; seed++) {
		/* eslint-disable no-await-in-loop -- one build after the other */
		const engine = await kind.open(parseDockerAddress(address));
		known ??= legacy ? [] : await knownFeatures(engine);
		const start = performance.now();
		const result = await checkWhy(engine, server, {
			seed,
			legacy,
			triggers: true,
			known,
			address: {dockerHost: address},
			isWild: seed >= firstWild,
		});
		await engine.close();
		/* eslint-enable no-await-in-loop */
		asked += result.asked;
		wrong += result.wrong.length;
		failed += result.failure === null ? 0 : 1;
		const seconds = ((performance.now() - start) / 1000).toFixed(1);
		process.stdout.write(
			`why ${seed}: ${result.failure ?? `${result.asked} asked, ${result.wrong.length} wrong`}, ${seconds} s\n`,
		);
		differing += result.differing.length;
		process.stdout.write(
			result.differing.map(text => `left differs: ${text}\n`).join(''),
		);
		if (result.wrong.length + result.differing.length > 0) {
			process.stdout.write(`${result.dockerfile}${result.wrong.join('\n')}\n`);
		}
	}

	server.close();
	process.stdout.write(
		`why: ${count} projects (${failed} did not build), ${asked} files asked, ${wrong} wrong answers, ${differing} counted otherwise by left\n`,
	);
	if (wrong + differing > 0) {
		throw new Error('Some answers were wrong, or `left` counts otherwise.');
	}
}
