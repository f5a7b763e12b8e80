import {create} from '@bufbuild/protobuf';
import {UsageError} from '../../../errors.js';
import {
	type EngineDescription,
	type Point,
	type Snapshot,
	type BuildRequest,
} from '../../port.js';
import type {Attempt} from '../run/attempt.js';
import {metaAtEnd} from '../program/configuration.js';
import {type Result, type Vertex, parentOf} from '../program/definition.js';
import type {FailedState} from '../run/error-details.js';
import {type LoadedBuild, frontendOptions} from '../program/loading.js';
import {MetaSchema} from '../proto/generated/ops_pb.js';
import {contextSnapshot, imageSnapshot} from './free-points.js';
import {type ReachedPoint, resultAt, runAt, sourceUpTo} from './result-at.js';
import {RerunSnapshot} from './rerun-snapshot.js';
import {ContainerSnapshot, startOf} from './snapshot.js';

/** Where points are opened: what a build is, and what came of it. */
export type OpenedBuild = {
	readonly request: BuildRequest;
	readonly engine: EngineDescription;
	readonly load: LoadedBuild;
	readonly attempt: Attempt;
};

type FreePoint = Extract<Point, {kind: 'context' | 'image'}>;

/**
@returns The filesystem at a point; what it is the result of, and isn't there yet, is run.
@throws {UsageError} The engine keeps no such state.
@throws {ConnectError} The engine can't make it ready.
*/
export async function openPoint(
	build: OpenedBuild,
	point: Point,
): Promise<Snapshot> {
	switch (point.kind) {
		case 'failed': {
			return failedSnapshot(build, point.step);
		}

		case 'context':
		case 'image': {
			return freeSnapshot(build, point);
		}

		case 'source': {
			return sourceSnapshot(build, point.step);
		}

		default: {
			return reachedSnapshot(build, point);
		}
	}
}

async function freeSnapshot(
	{attempt, request, engine, load}: OpenedBuild,
	point: FreePoint,
): Promise<Snapshot> {
	return point.kind === 'image'
		? imageSnapshot(
				attempt.host,
				point.reference,
				request.platform ?? engine.platform,
			)
		: contextSnapshot(attempt.host, load.loaded, frontendOptions(request));
}

async function reachedSnapshot(
	build: OpenedBuild,
	point: ReachedPoint,
): Promise<Snapshot> {
	const {attempt, load, request} = build;
	const result = resultAt(load, point);
	const reference = result
		? await attempt.evaluation.reference(load, result)
		: null;
	const vertex = runAt(load, point);
	return vertex
		? ContainerSnapshot.ofRun(attempt.host, vertex, reference, {
				inputs: await mountReferences(build, vertex),
				isBefore: point.kind === 'before',
			})
		: ContainerSnapshot.ofResult(
				attempt.host,
				reference,
				await metaAtEnd(
					attempt.gateway,
					frontendOptions(request),
					sourceUpTo(load.mapping.program, point),
				),
				{
					platform:
						result === null
							? undefined
							: load.loaded.vertices.get(result.digest)?.op.platform,
				},
			);
}

async function failedSnapshot(
	build: OpenedBuild,
	step: number | undefined,
): Promise<Snapshot> {
	const {attempt, load} = build;
	const {state, again} = attempt.failures.remainsOf(step) ?? {};
	if (state) {
		return ContainerSnapshot.ofFailure(
			attempt.host,
			state,
			await programsOf(build, state),
		);
	}

	if (again?.op.op.case !== 'exec') {
		throw new UsageError(
			'There is no failed state: nothing has failed, or the engine kept nothing of it.',
		);
	}

	const parent = parentOf(again);
	const before = ContainerSnapshot.ofRun(
		attempt.host,
		again,
		parent && (await attempt.evaluation.reference(load, parent)),
		{inputs: await mountReferences(build, again), isBefore: true},
	);
	return new RerunSnapshot(before, again.op.op.value.meta?.args ?? []);
}

async function sourceSnapshot(
	{attempt, load}: OpenedBuild,
	step: number | undefined,
): Promise<Snapshot> {
	const source = attempt.failures.remainsOf(step)?.source;
	if (!source) {
		throw new UsageError(
			'There is no source to look into: no COPY or ADD failed for want of one.',
		);
	}

	return openResult({attempt, load}, source);
}

/**
@param result - Of some operation of the build; `null` is the empty filesystem.
@returns Its filesystem.
@throws {ConnectError} The engine can't make it ready.
*/
export async function openResult(
	{attempt, load}: Pick<OpenedBuild, 'attempt' | 'load'>,
	result: Result | null,
): Promise<Snapshot> {
	return ContainerSnapshot.ofResult(
		attempt.host,
		result && (await attempt.evaluation.reference(load, result)),
		create(MetaSchema, {cwd: '/'}),
	);
}

/** What a failed RUN started from has its programs too, and can be looked into. */
async function programsOf(
	{attempt, load}: OpenedBuild,
	state: FailedState,
): Promise<string | null> {
	const start = startOf(state);
	return start && attempt.evaluation.reference(load, start).catch(() => null);
}

/** What the mounts of a RUN show, by the index of its inputs. */
async function mountReferences(
	{attempt, load}: OpenedBuild,
	vertex: Vertex,
): Promise<readonly string[]> {
	return Promise.all(
		vertex.inputs.map(async input => attempt.evaluation.reference(load, input)),
	);
}
