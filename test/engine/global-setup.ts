import process from 'node:process';
import {type TestProject} from 'vitest/node';
import {
	defaultVersion,
	type EngineInfo,
	parseVersion,
	seedBusybox,
	startEngine,
} from './engine.js';

declare module 'vitest' {
	// Module augmentation needs an interface.
	// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
	export interface ProvidedContext {
		/** The engine of the whole run, with `busybox:latest` in its store. */
		engine: EngineInfo;
	}
}

/**
Starts the engine of the run: version `$MSTAGE_TEST_ENGINE_VERSION`, or with `MSTAGE_TEST_ENGINE=host` the one that DOCKER_HOST names.
@param project - Vitest's project, whose tests get `{dockerHost, version}` by `inject('engine')`.
@returns What stops it.
*/
export default async function setup(
	project: TestProject,
): Promise<() => Promise<void>> {
	const version = parseVersion(
		process.env['MSTAGE_TEST_ENGINE_VERSION'] || defaultVersion,
	);
	const engine = await startEngine({version});
	try {
		await seedBusybox(engine);
	} catch (error) {
		await engine.stop();
		throw error;
	}

	project.provide('engine', {
		dockerHost: engine.dockerHost,
		version: engine.version,
	});
	return engine.stop;
}
