import {homedir} from 'node:os';
import {join} from 'node:path';
import type {BuilderKind} from '../dockerfile/stages/stage-queries.js';
import {UsageError} from '../errors.js';
import {type DockerAddress, parseDockerAddress} from './docker/address.js';
import {
	configurationFolder,
	readDockerConfiguration,
} from './docker/configuration.js';
import {defaultContext, readDockerContext} from './docker/contexts.js';
import {readTlsFiles} from './docker/tls-files.js';
import {PrivateEngine} from './private/private-engine.js';

/** Which engine the command line asks for. */
export type EngineChoice = {
	/** `--host`. */
	readonly host?: string;

	/** `--docker-context`. */
	readonly dockerContext?: string;

	/** `--engine`: one of our own. */
	readonly engine?: 'private';

	/** `--builder`: of the engine that is found. */
	readonly builder?: BuilderKind;
};

/** A place where an engine may be. */
export type Candidate = {
	/** Who says so: `--host`, `DOCKER_HOST`, `Colima`. */
	readonly origin: string;

	/** @throws {UsageError} What names it is wrong. */
	address(): Promise<DockerAddress>;
};

export type Candidates = {
	/** Whether the user named the engine: then no other will do. */
	readonly named: boolean;
	readonly list: readonly Candidate[];
};

/** The machine that the engine is looked for on. */
export type Machine = {
	readonly environment: NodeJS.ProcessEnv;
	readonly platform: NodeJS.Platform;
};

/**
Where an engine may be, in the order of preference of Docker's own client (docker/cli, `resolveContextName`): flags, then
`DOCKER_HOST`, `DOCKER_CONTEXT`, the current context; without any of these, the sockets of what people install.

@throws {UsageError} Two flags name an engine, or the Docker configuration can't be read.
*/
export async function listCandidates(
	{host, dockerContext, engine}: EngineChoice,
	{environment, platform}: Machine,
): Promise<Candidates> {
	const [first, second] = Object.entries({
		'--host': host,
		'--docker-context': dockerContext,
		'--engine': engine,
	}).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
	if (second !== undefined) {
		throw new UsageError(
			`${first} and ${second} both name an engine: give one of them.`,
		);
	}

	if (engine === 'private') {
		return {named: true, list: [privateCandidate(environment)]};
	}

	const named =
		(host === undefined
			? undefined
			: hostCandidate('--host', host, environment)) ??
		contextCandidate('--docker-context', dockerContext, environment) ??
		(dockerContext === undefined
			? await namedInEnvironment(environment)
			: undefined);
	return named
		? {named: true, list: [named]}
		: {named: false, list: wellKnown(environment, platform)};
}

async function namedInEnvironment(
	environment: NodeJS.ProcessEnv,
): Promise<Candidate | undefined> {
	const host = environment['DOCKER_HOST'];
	if (host) {
		return hostCandidate('DOCKER_HOST', host, environment);
	}

	const context = environment['DOCKER_CONTEXT'];
	if (context) {
		return contextCandidate('DOCKER_CONTEXT', context, environment);
	}

	const {currentContext} = await readDockerConfiguration(environment);
	return contextCandidate('the current context', currentContext, environment);
}

function hostCandidate(
	origin: string,
	host: string,
	environment: NodeJS.ProcessEnv,
): Candidate {
	return {
		origin,
		address: async () => parseDockerAddress(host, await tlsOf(environment)),
	};
}

/** What `DOCKER_TLS_VERIFY`, `DOCKER_TLS` and `DOCKER_CERT_PATH` say; Docker's client uses them for `tcp` addresses only. */
async function tlsOf(environment: NodeJS.ProcessEnv) {
	const verify = Boolean(environment['DOCKER_TLS_VERIFY']);
	return verify || environment['DOCKER_TLS']
		? readTlsFiles(
				environment['DOCKER_CERT_PATH'] || configurationFolder(environment),
				verify,
			)
		: null;
}

function contextCandidate(
	origin: string,
	name: string | undefined,
	environment: NodeJS.ProcessEnv,
): Candidate | undefined {
	return name === undefined || name === '' || name === defaultContext
		? undefined
		: {
				origin: `${origin} '${name}'`,
				address: async () => readDockerContext(name, environment),
			};
}

/** Starts it when it doesn't run. */
function privateCandidate(environment: NodeJS.ProcessEnv): Candidate {
	return {
		origin: '--engine private',
		async address() {
			const engine = new PrivateEngine(environment);
			await engine.start();
			return parseDockerAddress(engine.address);
		},
	};
}

/** What people install, and where it listens (the documentation of each). */
function wellKnown(
	environment: NodeJS.ProcessEnv,
	platform: NodeJS.Platform,
): readonly Candidate[] {
	if (platform === 'win32') {
		return [
			place('the default pipe', 'npipe:////./pipe/docker_engine'),
			place('Docker Desktop', 'npipe:////./pipe/dockerDesktopLinuxEngine'),
		];
	}

	const home = environment['HOME'] || homedir();
	const runtime = environment['XDG_RUNTIME_DIR'];
	const configuration = environment['XDG_CONFIG_HOME'] || join(home, '.config');
	const colima = environment['COLIMA_HOME'];
	return [
		place('the default socket', 'unix:///var/run/docker.sock'),
		...(runtime
			? [place('rootless Docker', `unix://${join(runtime, 'docker.sock')}`)]
			: []),
		place(
			platform === 'darwin' ? 'Docker Desktop' : 'rootless Docker',
			`unix://${join(home, '.docker/run/docker.sock')}`,
		),
		place(
			'Docker Desktop',
			`unix://${join(home, '.docker/desktop/docker.sock')}`,
		),
		...(colima
			? [place('Colima', `unix://${join(colima, 'default/docker.sock')}`)]
			: []),
		place('Colima', `unix://${join(home, '.colima/default/docker.sock')}`),
		place(
			'Colima',
			`unix://${join(configuration, 'colima/default/docker.sock')}`,
		),
		...(platform === 'linux'
			? [place('the private engine', new PrivateEngine(environment).address)]
			: []),
	];
}

function place(origin: string, text: string): Candidate {
	return {origin, address: async () => parseDockerAddress(text)};
}
