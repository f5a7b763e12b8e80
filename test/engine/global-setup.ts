import process from 'node:process';
import {type TestProject} from 'vitest/node';
import {
	defaultVersion,
	type EngineInfo,
	parseVersion,
	seedBusybox,
	startEngine,
	type TestEngine,
	usesHostEngine,
} from './engine.js';

declare module 'vitest' {
	// Module augmentation needs an interface.
	// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
	export interface ProvidedContext {
		/** One for each worker; `testEngine` knows which is whose. */
		engines: readonly EngineInfo[];
	}
}

/**
Starts an engine for each worker: version `$MSTAGE_TEST_ENGINE_VERSION`, or with `MSTAGE_TEST_ENGINE=host` the one that DOCKER_HOST
names.
@param project - Vitest's project, whose tests get them by `testEngine()`.
@returns What stops them.
*/
export default async function setup(
	project: TestProject,
): Promise<() => Promise<void>> {
	const version = parseVersion(
		process.env['MSTAGE_TEST_ENGINE_VERSION'] || defaultVersion,
	);
	const engines: TestEngine[] = [];
	const stop = async (): Promise<void> => {
		await Promise.all(engines.map(async engine => engine.stop()));
	};

	try {
		for (let worker = 0; worker < workerCount(project); worker++) {
			// One after the other: the first fetches what is missing in the cache.
			// eslint-disable-next-line no-await-in-loop
			const engine = await startEngine({version});
			engines.push(engine);
			// eslint-disable-next-line no-await-in-loop
			await seedBusybox(engine);
		}
	} catch (error) {
		await stop();
		throw error;
	}

	project.provide(
		'engines',
		engines.map(({dockerHost, version}) => ({dockerHost, version})),
	);
	return stop;
}

function workerCount({config}: TestProject): number {
	return usesHostEngine() ? 1 : Number(config.maxWorkers);
}
