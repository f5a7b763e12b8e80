import {DockerfileError, UsageError} from '../../errors.js';
import {findTarget} from '../../dockerfile/stage-graph.js';
import type {StageGraph} from '../../dockerfile/types.js';
import type {DockerAddress} from '../docker/address.js';
import {DockerConnection} from '../docker/connection.js';
import {dockerCredentials} from '../docker/credentials.js';
import type {
	Build,
	BuildRequest,
	Capability,
	Engine,
	EngineDescription,
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

/** What `GET /version` answers with, as far as it is read here. */
type Version = {
	readonly Version: string;
	readonly Os: string;
	readonly Arch: string;
};

/** The builder that Docker Engine had before BuildKit, and still has. */
export class LegacyEngine implements Engine {
	/**
	@throws {EngineError} No engine answers there.
	*/
	static async open(address: DockerAddress): Promise<LegacyEngine> {
		const version = await versionOf(address);
		return new LegacyEngine(new LegacyDocker(address, dockerCredentials()), {
			name: 'docker',
			version: version.Version.split('+', 1)[0]!,
			builder: 'legacy',
			address: address.text,
			platform: `${version.Os}/${version.Arch}`,
			automaticArguments: 'none',
		});
	}

	readonly description: EngineDescription;
	readonly #docker: LegacyDocker;

	/** The images that weren't there yet when a build that names them was opened: they count by their names. */
	readonly #late = new Set<string>();
	readonly #opened = new Set<Build | Images>();

	private constructor(docker: LegacyDocker, description: EngineDescription) {
		this.#docker = docker;
		this.description = description;
	}

	async openBuild(request: BuildRequest): Promise<Build> {
		const graph = await this.#read(request);
		const target = findTarget(graph, request.target, 'legacy');
		refuseFlags(request);
		// What a build asks of the engine before a step runs may be nothing.
		await versionOf(this.#docker.address);

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

	async close(): Promise<void> {
		await Promise.all([...this.#opened].map(async opened => opened.close()));
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

/** @throws {EngineError} No engine answers there. */
async function versionOf(address: DockerAddress): Promise<Version> {
	return (await new DockerConnection(address).get('/version')) as Version;
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
