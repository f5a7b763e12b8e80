import {ConnectError} from '@connectrpc/connect';
import {UsageError} from '../../errors.js';
import type {Files, Point, TouchedEntries} from '../port.js';
import {
	type LoadedDefinition,
	type Result,
	differenceOf,
	parentOf,
} from './definition.js';
import type {Attempt} from './attempt.js';
import {ChangeTimes, type Side} from './files/change-times.js';
import {listByTransfer} from './files/list-transfer.js';
import {PointFiles} from './files/point-files.js';
import {readTouched} from './files/touched.js';
import {readTouchedByTimes} from './files/touched-by-times.js';
import type {Gateway} from './gateway.js';
import type {OpenedBuild} from './open-point.js';
import type {Definition} from './proto/generated/ops_pb.js';
import {isReachedPoint, resultAt} from './points.js';

/**
Finds what steps touched by when files changed, or has the engine tell it, by an operation of its own.

@returns As `Build.touched`.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function touchedBetween(
	{load, attempt}: Pick<OpenedBuild, 'load' | 'attempt'>,
	[from, to]: readonly [Point, Point],
	signal?: AbortSignal,
): Promise<TouchedEntries | null> {
	const lower = isReachedPoint(from) ? resultAt(load, from) : null;
	const upper = isReachedPoint(to) ? resultAt(load, to) : null;
	if (!lower || !upper || !isMadeFrom(load.loaded, upper, lower)) {
		return null;
	}

	const {gateway, evaluation} = attempt;
	const {connection} = gateway;
	try {
		const [before, after] = await Promise.all(
			[lower, upper].map(async result => evaluation.reference(load, result)),
		);
		const references = {before: before!, after: after!};
		const touched = await touchedByTimes(attempt, references, signal);
		return touched === 'untold'
			? await touchedByOperation(attempt, {
					references,
					definition: differenceOf(load.loaded.definition, lower, upper),
					signal,
				})
			: touched;
	} catch (error) {
		signal?.throwIfAborted();
		const isRefused =
			error instanceof ConnectError || error instanceof UsageError;
		if (isRefused && !connection.lost.aborted) {
			return null;
		}

		throw connection.explain(error);
	}
}

type References = Readonly<Record<Side, string>>;

function filesOf(
	{host}: Attempt,
	{before, after}: References,
): Readonly<Record<Side, Files>> {
	return {
		before: new PointFiles(host, before, null),
		after: new PointFiles(host, after, null),
	};
}

async function touchedByTimes(
	attempt: Attempt,
	references: References,
	signal: AbortSignal | undefined,
): Promise<TouchedEntries | 'untold' | null> {
	let times: ChangeTimes | undefined;
	try {
		times = await ChangeTimes.open(attempt.host, references);
		const files = filesOf(attempt, references);
		const touched = await readTouchedByTimes({files, times, signal});
		return touched === 'too much' ? 'untold' : touched;
	} catch (error) {
		if (error instanceof UsageError) {
			return 'untold';
		}

		throw error;
	} finally {
		await times?.close();
	}
}

/** Takes seconds for a large filesystem where the engine has no overlay to read it from: it then compares all files. */
async function touchedByOperation(
	attempt: Attempt,
	{
		references,
		definition,
		signal,
	}: {
		readonly references: References;
		readonly definition: Definition;
		readonly signal: AbortSignal | undefined;
	},
): Promise<TouchedEntries | null> {
	const {gateway} = attempt;
	if (!(await isDifferenceKnown(gateway))) {
		return null;
	}

	// The reference keeps what the engine found.
	await gateway.evaluate(definition, null, signal);
	return readTouched({
		...filesOf(attempt, references),
		difference: listByTransfer(gateway.connection, definition, signal),
		signal,
	});
}

/**
Whether the engine has heard of the operation. With its older image store it says that the operation is off, as results of
it can't be pushed from there; it does it all the same.
*/
async function isDifferenceKnown({
	bridge,
	callOptions,
}: Gateway): Promise<boolean> {
	const {LLBCaps: capabilities} = await bridge.ping({}, callOptions);
	return capabilities.some(({ID: id}) => id === 'diffop');
}

function isMadeFrom(
	{vertices}: LoadedDefinition,
	upper: Result,
	lower: Result,
): boolean {
	for (let at: Result | null = upper; at;) {
		if (at.digest === lower.digest && at.index === lower.index) {
			return true;
		}

		const vertex = vertices.get(at.digest);
		at = vertex ? parentOf(vertex) : null;
	}

	return false;
}
