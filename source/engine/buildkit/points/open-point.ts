import {create} from '@bufbuild/protobuf';
import {UsageError} from '../../../errors.js';
import type {Point, Snapshot} from '../../port.js';
import {metaAtEnd} from '../program/configuration.js';
import type {Result} from '../program/definition.js';
import {sourceDefinition} from '../program/free-sources.js';
import {frontendOptions} from '../program/loading.js';
import {MetaSchema} from '../proto/generated/ops_pb.js';
import {contextSnapshot, imageSnapshot} from './free-points.js';
import {type ReachedPoint, resultAt, runAt, sourceUpTo} from './result-at.js';
import {failedSnapshot} from './failed-point.js';
import {mountReferences} from './mount-references.js';
import type {OpenedBuild} from './opened-build.js';
import {ContainerSnapshot} from './snapshot.js';

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
	const reference = result ? await referenceOf(build, result) : null;
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

/** What a COPY reads of a context is all that is transferred for it: to be looked at, the whole of it is. */
async function referenceOf(
	{attempt, load}: OpenedBuild,
	result: Result,
): Promise<string> {
	const source = load.loaded.vertices.get(result.digest)?.op;
	if (
		source?.op.case !== 'source' ||
		!source.op.value.identifier.startsWith('local://')
	) {
		return attempt.evaluation.reference(load, result);
	}

	const {identifier, attrs} = source.op.value;
	const {'local.followpaths': _, ...others} = attrs;
	return attempt.gateway.evaluate(
		sourceDefinition(
			identifier,
			others,
			attempt.host.toolbox.platform,
			identifier.replace('local://', 'the context '),
		),
	);
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
