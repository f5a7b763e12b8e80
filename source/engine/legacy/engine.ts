import {DockerfileError, UsageError} from '../../errors.js';
import {findTarget} from '../../dockerfile/stage-graph.js';
import type {StageGraph} from '../../dockerfile/types.js';
import type {DockerAddress} from '../docker/address.js';
import {DockerConnection} from '../docker/connection.js';
import {dockerCredentials} from '../docker/credentials.js';
import {
	Cleaning,
	type Removed,
	removeLeftBehind,
} from '../docker/left-behind.js';
import {heardBytes} from '../docker/open-sockets.js';
import {readVersion} from '../docker/version.js';
import type {
	Build,
	BuildRequest,
	Capability,
	Engine,
	EngineDescription,
	EngineLiveness,
	Images,
	ImagesRequest,
} from '../port.js';
import {graphOf, readGraph} from '../read-graph.js';
import {LegacyBuild} from './build.js';
import {LegacyDocker} from './client/docker.js';
import {LegacyImages} from './client/images.js';
import {readBaseImages} from './points/base-images.js';
import {legacyProgram} from './points/program.js';
import {findUnsupported} from './unsupported.js';

/** The builder that Docker Engine had before BuildKit, and still has. */
export class LegacyEngine implements Engine {
	/**
	@throws {EngineError} No engine answers there.
	*/
	static async open(address: DockerAddress): Promise<LegacyEngine> {
		const connection = new DockerConnection(address);
		const {version, platform} = await readVersion(connection);
		return new LegacyEngine(connection, {
			name: 'docker',
			version,
			builder: 'legacy',
			address: address.text,
			platform,
			automaticArguments: 'none',
		});
	}

	readonly description: EngineDescription;
	readonly #connection: DockerConnection;
	readonly #docker: LegacyDocker;
	readonly #cleaning: Cleaning;

	/** The images that weren't there yet when a build that names them was opened: they count by their names. */
	readonly #late = new Set<string>();
	readonly #opened = new Set<Build | Images>();
	readonly #stopWatching: () => void;

	/** What had come from the engine at the last beat. */
	#heard = 0;

	private constructor(
		connection: DockerConnection,
		description: EngineDescription,
	) {
		this.#connection = connection;
		this.#docker = new LegacyDocker(connection.address, dockerCredentials());
		this.description = description;
		this.#stopWatching = connection.liveness.watch(async () => this.#ping());
		this.#cleaning = new Cleaning(connection);
		this.#cleaning.begin();
	}

	get liveness(): EngineLiveness {
		return this.#connection.liveness;
	}

	async openBuild(request: BuildRequest): Promise<Build> {
		// Says best why there is no engine; what else a build asks of it before a step runs may be nothing.
		await readVersion(this.#connection);
		const graph = await this.#read(request);
		const target = findTarget(graph, request.target, 'legacy');
		refuseFlags(request);

		const build = await LegacyBuild.open(
			this.#docker,
			{request, platform: this.description.platform, late: this.#late},
			legacyProgram(graph, target),
		);
		this.#opened.add(build);
		return build;
	}

	async openImages(request: ImagesRequest): Promise<Images> {
		const images = new LegacyImages(
			this.#docker,
			request,
			this.description.platform,
		);
		this.#opened.add(images);
		return images;
	}

	async capabilities(): Promise<readonly Capability[]> {
		return lacking.map(capability => ({
			...capability,
			available: false,
			reason: 'only BuildKit has it',
		}));
	}

	async removeLeftBehind(): Promise<Removed> {
		return removeLeftBehind(this.#connection);
	}

	async close(): Promise<void> {
		await Promise.all([...this.#opened].map(async opened => opened.close()));
		await Promise.all([this.#docker.end(), this.#cleaning.end()]);
		this.#stopWatching();
	}

	/** Only while a call waits for something and nothing comes: each question is a connection of its own. */
	async #ping(): Promise<void> {
		const heard = heardBytes();
		const isWaiting = this.#docker.isWaiting && heard === this.#heard;
		this.#heard = heard;
		if (isWaiting) {
			await this.#connection.ping();
		}
	}

	/** What base images make their stages run is part of it, of those that the engine has. */
	async #read(request: BuildRequest): Promise<StageGraph> {
		const {platform} = this.description;
		// What only BuildKit can do is told best of the file as BuildKit reads it.
		const written = await readGraph(request, {platform});
		refuseUnsupported(written, findTarget(written, request.target, 'legacy'));
		const graph = graphOf(written.source, request, this.description);
		const images = await readBaseImages(
			this.#docker,
			legacyProgram(graph, graph.stages.length - 1),
		);
		const imageTriggers = new Map(
			graph.stages.flatMap(({index, base}) => {
				const onBuild =
					base.kind === 'image'
						? images.get(base.reference)?.configuration.onBuild
						: undefined;
				return onBuild?.length ? [[index, onBuild] as const] : [];
			}),
		);
		return imageTriggers.size === 0
			? graph
			: graphOf(graph.source, request, {...this.description, imageTriggers});
	}
}

const lacking: ReadonlyArray<Pick<Capability, 'id' | 'name' | 'without'>> = [
	{
		id: 'parallel',
		name: 'Stages at the same time',
		without: 'stages are built one after the other, needed or not',
	},
	{
		id: 'mounts',
		name: 'RUN --mount, secrets, heredocs, COPY --link',
		without: 'a Dockerfile that has them is refused before the build',
	},
	{
		id: 'ordered-output',
		name: 'Output byte for byte',
		without: 'what is no UTF-8 in the output of a step shows as U+FFFD',
	},
];

function refuseFlags({secrets, settings}: BuildRequest): void {
	const [flag] = [
		...(secrets.length > 0 ? ['--secret'] : []),
		...(Object.keys(settings?.contexts ?? {}).length > 0
			? ['--build-context']
			: []),
	];
	if (flag !== undefined) {
		throw new UsageError(
			`${flag} is something that only BuildKit knows: leave it out, or use --builder buildkit.`,
		);
	}
}

function refuseUnsupported(graph: StageGraph, target: number): void {
	const [first, ...others] = findUnsupported(graph, target);
	if (first) {
		const more =
			others.length === 0
				? ''
				: ` (and so is what stands in ${others.length === 1 ? 'line' : 'lines'} ${[...new Set(others.map(({line}) => line))].join(', ')})`;
		throw new DockerfileError(
			`${first.reason}${more}: build with --builder buildkit, or change it`,
			graph.filename,
			first.line,
		);
	}
}
