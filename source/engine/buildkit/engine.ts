import {dirname} from 'node:path';
import {UsageError} from '../../errors.js';
import {hintsOf} from '../../dockerfile/hints/hints.js';
import {findTarget} from '../../dockerfile/stage-graph.js';
import type {VariableOptions} from '../../dockerfile/variables/read.js';
import type {DockerAddress} from '../docker/address.js';
import {DockerConnection} from '../docker/connection.js';
import {
	Cleaning,
	type Removed,
	removeLeftBehind,
} from '../docker/left-behind.js';
import {readVersion} from '../docker/version.js';
import type {
	Build,
	BuildRequest,
	BuildSettings,
	BuildWarning,
	Capability,
	Engine,
	EngineDescription,
	Images,
	ImagesRequest,
} from '../port.js';
import type {Liveness} from '../liveness.js';
import {graphOf, readGraph} from '../read-graph.js';
import {dockerCredentials} from '../docker/credentials.js';
import {BuildkitBuild} from './build.js';
import {openBareBuild} from './connect/bare-build.js';
import {readCapabilities} from './connect/capabilities.js';
import {BuildkitConnection} from './connect/connection.js';
import {withHostGateway} from './connect/host-gateway.js';
import {BuildkitImages} from './images.js';
import {lint} from './program/lint.js';
import {frontendOptions} from './program/loading.js';
import {openSecrets} from './session/secrets.js';
import {Session} from './session/session.js';
import {openAgents} from './session/ssh.js';

/** The BuildKit inside a Docker engine. Each build has connections of its own. */
export class BuildkitEngine implements Engine {
	/**
	@throws {EngineError} No engine answers there.
	*/
	static async open(address: DockerAddress): Promise<BuildkitEngine> {
		const docker = new DockerConnection(address);
		const {version, platform} = await readVersion(docker);
		return new BuildkitEngine(docker, {
			name: 'docker',
			version,
			builder: 'BuildKit',
			address: address.text,
			platform,
			automaticArguments: keepsAutomatic(version) ? 'kept' : 'cleared',
		});
	}

	readonly docker: DockerConnection;
	readonly description: EngineDescription;
	readonly #opened = new Set<Build | Images>();
	readonly #cleaning: Cleaning;

	get liveness(): Liveness {
		return this.docker.liveness;
	}

	private constructor(
		docker: DockerConnection,
		description: EngineDescription,
	) {
		this.docker = docker;
		this.#cleaning = new Cleaning(docker);
		this.description = description;
	}

	async openBuild(request: BuildRequest, signal?: AbortSignal): Promise<Build> {
		const graph = await readGraph(request, this.description);
		// What is wrong with the target is told best by our own reading.
		findTarget(graph, request.target);
		refuseSettings(request.settings);
		const secrets = await openSecrets(request.secrets);
		const ssh = await openAgents(request.ssh ?? []);
		let transferError: Error | undefined;
		const session = new Session({
			directories: directoriesOf(request),
			secrets,
			ssh,
			credentials: dockerCredentials(),
			onError(error) {
				transferError ??= error;
			},
		});
		const connection = await this.#connect(session);
		const build = await BuildkitBuild.open({
			connection,
			request: await this.#resolve(request, connection),
			graph,
			read: (source, imageTriggers) =>
				graphOf(source, request, {...this.description, imageTriggers}),
			engine: this.description,
			transferError: () => transferError,
			secrets: () => secrets.known,
			signal,
		});
		this.#opened.add(build);
		// From here on it takes no time of the start.
		this.#cleaning.begin();
		return build;
	}

	async check(
		request: BuildRequest,
		signal?: AbortSignal,
	): Promise<readonly BuildWarning[]> {
		const {description} = this;
		const graph = await readGraph(request, description);
		const target = findTarget(graph, request.target);
		const build = await openBareBuild(this.docker, directoriesOf(request));
		try {
			const found = await lint(build.gateway, frontendOptions(request), {
				file: request.dockerfileName,
				engine: description,
				signal,
			});
			const hints = hintsOf(graph, {
				builder: 'BuildKit',
				target,
				bases: new Map(),
				variables: variableOptions(request, description),
			});
			return [...hints, ...found];
		} finally {
			await build.close();
		}
	}

	async openImages(request: ImagesRequest): Promise<Images> {
		const images = await BuildkitImages.open(
			this.docker,
			this.description,
			request,
		);
		this.#opened.add(images);
		this.#cleaning.begin();
		return images;
	}

	async capabilities(): Promise<readonly Capability[]> {
		return readCapabilities(this.docker, this.description.version);
	}

	async removeLeftBehind(): Promise<Removed> {
		return removeLeftBehind(this.docker);
	}

	async close(): Promise<void> {
		await Promise.all([
			...[...this.#opened].map(async opened => opened.close()),
			this.#cleaning.end(),
		]);
	}

	/** The connection is closed when this fails. */
	async #resolve(
		request: BuildRequest,
		connection: BuildkitConnection,
	): Promise<BuildRequest> {
		try {
			return await withHostGateway(request, connection);
		} catch (error) {
			await connection.close();
			throw error;
		}
	}

	/** The session is the connection's from then on: it is closed with it, and when this fails. */
	async #connect(session: Session): Promise<BuildkitConnection> {
		try {
			return await BuildkitConnection.open(this.docker, session);
		} catch (error) {
			await session.close();
			throw error;
		}
	}
}

/** Docker Engine has BuildKit 0.17 since 27.4. */
function keepsAutomatic(version: string): boolean {
	const [major = 0, minor = 0] = version
		.split('.')
		.map(part => Number.parseInt(part, 10));
	return major > 27 || (major === 27 && minor >= 4);
}

/** What the session has for the engine, by the names that the frontend asks for. */
function directoriesOf(request: BuildRequest): ReadonlyMap<string, string> {
	return new Map([
		...namedFolders(request),
		['context', request.context],
		['dockerfile', dirname(request.dockerfile)],
	]);
}

function variableOptions(
	{buildArguments, target, platform}: BuildRequest,
	engine: EngineDescription,
): VariableOptions {
	return {
		buildArguments,
		target,
		buildPlatform: engine.platform,
		targetPlatform: platform,
		...(engine.automaticArguments && {
			automaticArguments: engine.automaticArguments,
		}),
	};
}

function namedFolders({
	settings,
}: BuildRequest): ReadonlyArray<readonly [string, string]> {
	return Object.entries(settings?.contexts ?? {}).flatMap(([name, context]) =>
		context.kind === 'folder' ? [[name, context.path] as const] : [],
	);
}

/** What only the legacy builder can do. */
function refuseSettings(settings: BuildSettings | undefined): void {
	const network = settings?.network ?? 'none';
	if (network !== 'none' && network !== 'host') {
		throw new UsageError(
			`--network ${network}: BuildKit knows only default, none and host; take one of these, or use --builder legacy.`,
		);
	}
}
