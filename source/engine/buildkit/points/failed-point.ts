import {randomUUID} from 'node:crypto';
import {UsageError} from '../../../errors.js';
import type {BuildWarning, Snapshot} from '../../port.js';
import {parentOf} from '../program/definition.js';
import {runningAgain} from '../program/loading.js';
import {MountType} from '../proto/generated/ops_pb.js';
import {type FailedState, readFailure} from '../run/error-details.js';
import {keptState, type OwnRun, type Remains} from '../run/remains.js';
import type {OpenedBuild} from './opened-build.js';
import {mountReferences} from './mount-references.js';
import {RerunSnapshot} from './rerun-snapshot.js';
import {ContainerSnapshot, mountsOf, startOf} from './snapshot.js';

/**
@param step - Default: the first that failed.
@returns The filesystem that a failed RUN left behind.
@throws {UsageError} Nothing failed, or there is nothing of it.
@throws {ConnectError} The engine can't make it ready.
*/
export async function failedSnapshot(
	build: OpenedBuild,
	step: number | undefined,
): Promise<Snapshot> {
	const {attempt, load} = build;
	const remains = attempt.failures.remainsOf(step);
	if (remains?.state) {
		const state = await heldState(build, remains, remains.state);
		return ContainerSnapshot.ofFailure(
			attempt.host,
			state,
			await programsOf(build, state),
		);
	}

	const again = remains?.again;
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

/**
The first build to end that shares a failed operation takes along what it left (moby/buildkit frontend/gateway/gateway.go,
`Discard`). Then the RUN runs once more, as an operation that no other build has.
*/
async function heldState(
	build: OpenedBuild,
	remains: Remains,
	state: FailedState,
): Promise<FailedState> {
	if (await isHeld(build, state)) {
		return state;
	}

	const vertex = build.load.loaded.vertices.get(remains.digest ?? '');
	if (!vertex) {
		throw new UsageError(
			'Another build that shared the failed state has taken it along: continue to run the step again.',
		);
	}

	const held = await runForState(
		build,
		remains.ownRun ?? {load: build.load, vertex},
	);
	build.attempt.failures.keep(remains, held);
	build.attempt.warn(ranAgain(build, vertex.digest));
	return held.state;
}

function ranAgain({load}: OpenedBuild, digest: string): BuildWarning {
	const {stepsOf, program} = load.mapping;
	const [step] = stepsOf.get(digest) ?? [];
	return {
		from: 'mstage',
		rule: null,
		message:
			'Another build that failed with this RUN has ended, and took along what it left: the command was run once more, and what it left now is shown.',
		details: [],
		url: null,
		lines: step === undefined ? null : program.steps[step]!.lines,
	};
}

/** Whether the engine still has what the mounts of a state are; what nobody else may have isn't asked for. */
async function isHeld(
	{attempt: {gateway}}: OpenedBuild,
	state: FailedState,
): Promise<boolean> {
	const ContainerID = randomUUID().replaceAll('-', '');
	try {
		await gateway.bridge.newContainer(
			{
				ContainerID,
				Mounts: mountsOf(state).filter(
					({mountType}) => mountType === MountType.BIND,
				),
			},
			gateway.callOptions,
		);
	} catch {
		return false;
	}

	await gateway.bridge.releaseContainer({ContainerID}, gateway.callOptions);
	return true;
}

async function runForState(
	{attempt}: OpenedBuild,
	{load, vertex}: OwnRun,
): Promise<{readonly ownRun: OwnRun; readonly state: FailedState}> {
	const place = [...load.loaded.vertices.keys()].indexOf(vertex.digest);
	const altered = runningAgain(load, [], new Set([vertex.digest]));
	const again = [...altered.loaded.vertices.values()][place]!;
	// It is none of the session's steps.
	attempt.evaluation.status.shared.leaveOut(altered.loaded);
	try {
		await attempt.gateway.evaluate(altered.loaded.definition, {
			digest: again.digest,
			index: 0,
		});
	} catch (error) {
		const details = readFailure(error);
		const state = keptState(details, again);
		if (state) {
			return {ownRun: {load: altered, vertex: again}, state};
		}

		throw error;
	}

	throw new UsageError(
		'Another build that shared the failed state has taken it along, and the command, run again for it, did not fail: continue.',
	);
}

/** What a failed RUN started from has its programs too, and can be looked into. */
async function programsOf(
	{attempt, load}: OpenedBuild,
	state: FailedState,
): Promise<string | null> {
	const start = startOf(state);
	return start && load.loaded.vertices.has(start.digest)
		? attempt.evaluation.reference(load, start).catch(() => null)
		: null;
}
