import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Build, Engine} from '../../source/engine/port.js';
import type {WhyOptions} from './why-draft.js';
import {type Judgement, WhyJudge} from './why-judge.js';
import {type WhyServer, writeProject} from './why-place.js';
import {makeWhyProject} from './why-project.js';

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
		...options
	}: Omit<WhyOptions, 'server'> & {
		readonly seed: number;
		readonly most?: number;
	},
): Promise<WhyResult> {
	const project = await makeWhyProject(seed, {
		...options,
		server: server?.address ?? null,
	});
	server?.serve(project.served);
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-why-'));
	try {
		await writeProject(folder, project);
		const build = await engine.openBuild({
			context: path.join(folder, 'context'),
			dockerfile: path.join(folder, 'Dockerfile'),
			dockerfileName: 'Dockerfile',
			buildArguments: {},
			secrets: [],
			noCache: false,
			tags: [],
			settings: {
				labels: {},
				pull: false,
				network: null,
				hosts: [],
				sharedMemory: null,
				limits: [],
				keepsImage: false,
				contexts: options.legacy
					? {}
					: {lib: {kind: 'folder', path: path.join(folder, 'lib')}},
			},
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
