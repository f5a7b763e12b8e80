import {mkdir, symlink} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {cachedFolder, exists} from './cache.js';
import {endDaemon, startDaemon} from './daemon.js';
import {engineBinaries} from './debian.js';
import {callEngine, type EngineAddress, getJson} from './http.js';
import {
	defaultVersion,
	engineVersions,
	type EngineVersion,
} from './versions.js';

export {hasImage, seedBusybox, seedDebian} from './images.js';
export {callEngine, getJson, type EngineAddress} from './http.js';
export {
	defaultVersion,
	engineVersions,
	parseVersion,
	type EngineVersion,
} from './versions.js';

/** What a test needs to know of an engine; plain data, so that vitest can hand it from process to process. */
export type EngineInfo = EngineAddress & {
	/** The engine's own version number without Debian's suffix: `26.1.5`, `28.5.2`. */
	version: string;
};

/** An engine in the hands of a test. */
export type TestEngine = EngineInfo & {
	/** Ends it at once with its containers, as the loss of a machine would, and removes everything of it. Nothing happens to an engine that we didn't start. */
	stop: () => Promise<void>;
};

export type StartOptions = {
	version?: EngineVersion;
	/** The path of the socket, when it matters. */
	socket?: string;
	/** Whether it goes on after this process; by default it ends with it. */
	detached?: boolean;
};

/**
@param engine - A running engine.
@returns It, with its version.
*/
export async function describeEngine({
	dockerHost,
}: EngineAddress): Promise<EngineInfo> {
	const {Version: version} = await getJson<{Version: string}>(
		{dockerHost},
		'/version',
	);
	return {dockerHost, version: version.replace(/\+.*$/v, '')};
}

/**
@returns Whether the tests were told to use the engine that DOCKER_HOST names instead of private ones.
*/
export function usesHostEngine(): boolean {
	return process.env['MSTAGE_TEST_ENGINE'] === 'host';
}

/**
@returns The engine that DOCKER_HOST names, or Docker's default one; whether it answers isn't asked.
*/
export function hostAddress(): EngineAddress {
	const fallback = 'unix:///var/run/docker.sock';
	return {dockerHost: process.env['DOCKER_HOST'] || fallback};
}

async function hostEngine(): Promise<TestEngine> {
	const untouched = async () => undefined;
	return {...(await describeEngine(hostAddress())), stop: untouched};
}

/**
Starts a private engine; with `MSTAGE_TEST_ENGINE=host` it is the one that DOCKER_HOST names, whatever its version.
@param options - Which version (26.1.5), and where.
@returns The engine, answering.
@throws {Error} when it doesn't start.
*/
export async function startEngine(
	options: StartOptions = {},
): Promise<TestEngine> {
	if (usesHostEngine()) {
		return hostEngine();
	}

	const {version = defaultVersion, socket, detached = false} = options;
	const {slot, dockerHost} = await startDaemon({version, socket, detached});
	return {
		...(await describeEngine({dockerHost})),
		stop: async () => endDaemon(slot),
	};
}

export type Container = {id: string; image: string; state: string};

/**
@param engine - An engine.
@returns Its containers, running or not: what a debugger must not leave behind.
*/
export async function listContainers(
	engine: EngineAddress,
): Promise<Container[]> {
	type Row = {Id: string; Image: string; State: string};
	const rows = await getJson<Row[]>(engine, '/containers/json?all=true');
	return rows.map(({Id: id, Image: image, State: state}) => ({
		id,
		image,
		state,
	}));
}

/**
Removes an image with all its tags; one that isn't there is fine.
@param engine - An engine.
@param reference - The image.
*/
export async function removeImage(
	engine: EngineAddress,
	reference: string,
): Promise<void> {
	await callEngine(engine, 'DELETE', `/images/${reference}?force=true`);
}

/** How to run Docker's own client. */
export type DockerClient = {
	command: string;
	/** The whole environment to run it with. */
	env: NodeJS.ProcessEnv;
};

/**
Docker's own client of the engine's version (for 20.10 with BuildKit built in, else with buildx as a plugin).
@param engine - The engine it shall talk to.
@returns Its path and environment.
*/
export async function dockerClient(engine: EngineInfo): Promise<DockerClient> {
	const version =
		engineVersions.find(known => engine.version.startsWith(known)) ?? '28';
	const binaries = await engineBinaries(version);
	const plugin = path.join(
		binaries,
		'usr/libexec/docker/cli-plugins/docker-buildx',
	);
	const config = await cachedFolder(`client-${version}`, async folder => {
		await mkdir(path.join(folder, 'cli-plugins'));
		if (await exists(plugin)) {
			await symlink(plugin, path.join(folder, 'cli-plugins/docker-buildx'));
		}
	});
	return {
		command: path.join(binaries, 'usr/bin/docker'),
		env: {
			...process.env,
			DOCKER_HOST: engine.dockerHost,
			DOCKER_CONFIG: config,
			DOCKER_BUILDKIT: '1',
		},
	};
}
