import {randomUUID} from 'node:crypto';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {
	findStage,
	findTarget,
	neededStages,
	readStageGraph,
} from '../../../source/dockerfile/stage-graph.js';
import {DockerfileError} from '../../../source/errors.js';
import type {StageGraph} from '../../../source/dockerfile/types.js';
import {fileDefinition} from '../../../source/engine/buildkit/program/configuration.js';
import {BuildkitConnection} from '../../../source/engine/buildkit/connect/connection.js';
import {readDefinition} from '../../../source/engine/buildkit/program/definition.js';
import {Gateway} from '../../../source/engine/buildkit/connect/gateway.js';
import {mapProgram} from '../../../source/engine/buildkit/program/mapping.js';
import {dockerCredentials} from '../../../source/engine/docker/credentials.js';
import {openSecrets} from '../../../source/engine/buildkit/session/secrets.js';
import {Session} from '../../../source/engine/buildkit/session/session.js';
import {parseDockerAddress} from '../../../source/engine/docker/address.js';
import {DockerConnection} from '../../../source/engine/docker/connection.js';
import {seedDebian} from '../engine.js';
import {testEngine} from '../test-engine.js';

const root = path.resolve(import.meta.dirname, '../../..');
/** What the frontend of Docker 28 (BuildKit 0.25) reads as the current one does, and that of Docker 26 doesn't yet. */
const sinceDocker28 = new Set([
	'heredoc-kinds.Dockerfile',
	'onbuild-belongs-to-the-child.Dockerfile',
	'onbuild-not-inherited-twice.Dockerfile',
	'bad-check-directive.Dockerfile',
	'bad-chmod.Dockerfile',
]);

/** Targets whose base is an image that no engine of the tests can have; their names are resolved all the same. */
const withoutImages = new Map([
	['expansion-replace.Dockerfile', ['unused', 'unused-too', 'odd']],
	['mount-by-number.Dockerfile', ['unused']],
]);

const major = Number(testEngine().version.split('.', 1)[0]);
const accepted = [
	...dockerfilesIn('test/fixtures/dockerfiles'),
	...readdirSync(path.join(root, 'examples'))
		.map(name => `examples/${name}/Dockerfile`)
		.filter(file => existsSync(path.join(root, file))),
];

/** The frontend of Docker 26.1.5 takes the whole engine down with it when there is no FROM; only we refuse that in time. */
const fatal = 'no-from.Dockerfile';
const refused = dockerfilesIn('test/fixtures/dockerfiles/refused').filter(
	file => path.basename(file) !== fatal,
);

let context: string;
let connection: BuildkitConnection;

beforeAll(async () => {
	await seedDebian(testEngine());
	context = await mkdtemp(path.join(tmpdir(), 'mstage-agreement-'));
	const session = new Session({
		directories: new Map([['context', context]]),
		secrets: await openSecrets([]),
		credentials: dockerCredentials(),
	});
	connection = await BuildkitConnection.open(
		new DockerConnection(parseDockerAddress(testEngine().dockerHost)),
		session,
	);
});

afterAll(async () => {
	await connection.close();
	await rm(context, {recursive: true});
});

function dockerfilesIn(folder: string): readonly string[] {
	return readdirSync(path.join(root, folder))
		.filter(
			name =>
				name.endsWith('.Dockerfile') &&
				(major >= 28 || !sinceDocker28.has(name)),
		)
		.map(name => `${folder}/${name}`);
}

type TargetCase = {
	readonly file: string;
	readonly source: string;
	readonly target: string | undefined;
};

/** The default target and every named stage. */
function targetsIn(file: string): readonly TargetCase[] {
	const source = readFileSync(path.join(root, file), 'utf8');
	const {stages} = readStageGraph(source, {filename: file});
	const unloadable = withoutImages.get(path.basename(file)) ?? [];
	const names = stages.flatMap(({name}) => name ?? []);
	return [undefined, ...names.filter(name => !unloadable.includes(name))].map(
		target => ({file, source, target}),
	);
}

/** A build of the engine that is given up when the work is done. */
async function inBuild<T>(work: (gateway: Gateway) => Promise<T>): Promise<T> {
	const reference = randomUUID().replaceAll('-', '');
	const solve = connection.control.solve({
		Ref: reference,
		Session: connection.session.id,
	});
	const gateway = new Gateway(connection, reference);
	try {
		return await work(gateway);
	} finally {
		await Promise.allSettled([gateway.abandon(), solve]);
	}
}

function inputs(source: string) {
	return {inputs: {dockerfile: fileDefinition('Dockerfile', source)}};
}

type Target = {
	readonly name?: string;
	readonly default?: boolean;
	readonly base: string;
	readonly location: {
		readonly ranges: ReadonlyArray<{readonly start: {readonly line: number}}>;
	};
};

async function targetsOf(source: string): Promise<readonly Target[]> {
	const {metadata} = await inBuild(async gateway =>
		gateway.load(
			{
				filename: 'Dockerfile',
				requestid: 'frontend.targets',
				'frontend.caps': 'moby.buildkit.frontend.subrequests',
			},
			inputs(source),
		),
	);
	const {targets} = JSON.parse(
		new TextDecoder().decode(metadata['result.json']),
	) as {targets: readonly Target[]};
	return targets;
}

const vertexName =
	/^\[(?:(?<stage>[^ \]]+) )?(?<index>\d+)\/(?<count>\d+)\] (?:ONBUILD )?(?<keyword>\w+)/v;

function neededFor(
	graph: StageGraph,
	target: string | undefined,
): ReadonlySet<number> {
	const stage =
		target === undefined ? graph.stages.length - 1 : findStage(graph, target)!;
	return neededStages(graph, stage, 'buildkit');
}

/** The indices of the stages that a vertex of this name may belong to: several stages may have one name. */
function stagesNamed(
	{stages}: StageGraph,
	name: string | undefined,
): readonly number[] {
	return stages
		.filter(stage =>
			name === undefined
				? stages.length === 1
				: stage.name === name || `stage-${stage.index}` === name,
		)
		.map(({index}) => index);
}

describe('the engine reads a Dockerfile as we do', () => {
	test.each(accepted)('%s: its stages', async file => {
		const source = readFileSync(path.join(root, file), 'utf8');
		const graph = readStageGraph(source, {filename: file});
		const targets = await targetsOf(source);
		expect(
			graph.stages.map(({name, lines}) => ({
				name: name ?? undefined,
				line: lines[0],
			})),
		).toEqual(
			targets.map(({name, location}) => ({
				name,
				line: location.ranges[0]!.start.line,
			})),
		);
		expect(findTarget(graph, undefined)).toBe(
			targets.findIndex(target => target.default),
		);
	});

	test.each(accepted.flatMap(file => targetsIn(file)))(
		'$file: what it loads for $target',
		async ({source, file, target}) => {
			const graph = readStageGraph(source, {filename: file, target});
			const answer = inBuild(async gateway =>
				gateway.load(
					{filename: 'Dockerfile', ...(target && {target})},
					inputs(source),
				),
			);
			if (
				graph.faults.some(fault => neededFor(graph, target).has(fault.stage))
			) {
				expect(() => findTarget(graph, target)).toThrow(DockerfileError);
				await expect(answer).rejects.toThrow();
				return;
			}

			const {result} = await answer;
			const loaded = readDefinition(
				result.case === 'ref' ? result.value.def : undefined,
			);
			const stage = findTarget(graph, target);
			const {program, stepsOf} = mapProgram(graph, stage, loaded);
			const needed = program.stages.filter(other => other.needed);
			expect(new Set(needed.map(({index}) => index))).toEqual(
				neededStages(graph, stage, 'buildkit'),
			);

			for (const vertex of loaded.vertices.values()) {
				const named = vertexName.exec(vertex.name)?.groups;
				if (named) {
					const owners = new Set(
						(stepsOf.get(vertex.digest) ?? []).map(
							id => program.steps[id]!.stage,
						),
					);
					expect(
						stagesNamed(graph, named['stage']).filter(index =>
							owners.has(index),
						),
						vertex.name,
					).not.toEqual([]);
				}
			}
		},
	);

	test.each(refused)('%s: it refuses it too', async file => {
		const source = readFileSync(path.join(root, file), 'utf8');
		await expect(
			inBuild(async gateway =>
				gateway.load({filename: 'Dockerfile'}, inputs(source)),
			),
		).rejects.toThrow();
		expect(connection.lost.aborted).toBe(false);
	});
});
