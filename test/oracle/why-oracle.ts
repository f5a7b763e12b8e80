/* eslint-disable no-await-in-loop -- one engine is asked one thing after the other */
import {randomBytes} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Build, BuildRequest, Engine} from '../../source/engine/port.js';
import {DockerfileError} from '../../source/errors.js';
import {type EngineAddress, removeImage} from '../engine/engine.js';
import type {WhyOptions} from './why-draft.js';
import {type Judgement, WhyJudge} from './why-judge.js';
import {type WhyServer, writeProject} from './why-place.js';
import {makeWhyProject} from './why-project.js';
import type {Feature, WhyImage} from './why-sources.js';

/** What came of one project. */
export type WhyResult = Judgement & {
	readonly dockerfile: string;

	/** Why it doesn't build. */
	readonly failure: string | null;
};

/**
Builds a made-up project, and asks of its files where they came from and went: their contents say the truth.

@param most - About how many files of each stage is asked.
*/
export async function checkWhy(
	engine: Engine,
	server: WhyServer | null,
	{
		seed,
		most = Number.POSITIVE_INFINITY,
		address,
		...options
	}: Omit<WhyOptions, 'server' | 'image'> & {
		readonly seed: number;
		readonly most?: number;

		/** Of the engine. */
		readonly address: EngineAddress;
	},
): Promise<WhyResult> {
	const image = `mstage-why-${seed}-${randomBytes(4).toString('hex')}`;
	const project = await makeWhyProject(seed, {
		...options,
		image,
		server: server?.address ?? null,
	});
	server?.serve(project.served);
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-why-'));
	try {
		await writeProject(folder, project);
		if (project.image) {
			await makeImage(engine, folder, project.image);
		}

		const build = await engine.openBuild({
			...requestFor(folder, 'Dockerfile'),
			...(options.known.includes('contexts') && withLibrary(folder)),
		});
		try {
			const failure = await run(build);
			return failure === null
				? {
						...(await new WhyJudge(build, project, {
							most,
							legacy: options.legacy,
						}).judge()),
						dockerfile: project.dockerfile,
						failure,
					}
				: {
						asked: 0,
						wrong: [],
						differing: [],
						dockerfile: project.dockerfile,
						failure,
					};
		} finally {
			await build.close();
		}
	} finally {
		await rm(folder, {recursive: true, force: true});
		await removeImage(address, image);
	}
}

/** @returns What the engine's own frontend knows. */
export async function knownFeatures(
	engine: Engine,
): Promise<readonly Feature[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-why-features-'));
	const known: Feature[] = [];
	try {
		await mkdir(path.join(folder, 'context'));
		await mkdir(path.join(folder, 'lib'));
		for (const [feature, copy] of [
			['exclude', 'COPY --exclude=b a /'],
			['parents', 'COPY --parents a /'],
			['link', 'COPY --link a /'],
			['heredocs', 'COPY <<a /\na'],
			['contexts', 'COPY --from=lib a /'],
		] as const) {
			await writeFile(
				path.join(folder, 'Dockerfile'),
				`FROM busybox\n${copy}\n`,
			);
			try {
				const build = await engine.openBuild({
					...requestFor(folder, 'Dockerfile'),
					...(feature === 'contexts' && withLibrary(folder)),
				});
				await build.close();
				known.push(feature);
			} catch (error) {
				if (!(error instanceof DockerfileError)) {
					throw error;
				}
			}
		}

		return known;
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

/** With a context named `lib` besides. */
function withLibrary(folder: string): Pick<BuildRequest, 'settings'> {
	return {
		settings: {
			labels: {},
			pull: false,
			network: null,
			hosts: [],
			sharedMemory: null,
			limits: [],
			keepsImage: false,
			contexts: {lib: {kind: 'folder', path: path.join(folder, 'lib')}},
		},
	};
}

function requestFor(folder: string, name: string): BuildRequest {
	return {
		context: path.join(folder, 'context'),
		dockerfile: path.join(folder, name),
		dockerfileName: name,
		buildArguments: {},
		secrets: [],
		noCache: false,
		tags: [],
	};
}

/** Leaves an image in the engine's store, as `docker build` would. */
async function makeImage(
	engine: Engine,
	folder: string,
	{reference}: WhyImage,
): Promise<void> {
	const build = await engine.openBuild({
		...requestFor(folder, 'Dockerfile.image'),
		tags: [reference],
	});
	try {
		const failure = await run(build);
		if (failure !== null) {
			throw new Error(`The image can't be made: ${failure}`);
		}

		await build.finish();
	} finally {
		await build.close();
	}
}

async function run(build: Build): Promise<string | null> {
	const {steps, stages} = build.program;
	const ids = steps
		.filter(({stage, executes}) => executes && stages[stage]!.needed)
		.map(({id}) => id);
	for await (const event of build.run(ids, new AbortController().signal)) {
		if (event.type === 'failed') {
			return event.failure.message;
		}
	}

	return null;
}
