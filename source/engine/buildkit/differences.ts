import {ConnectError} from '@connectrpc/connect';
import {UsageError} from '../../errors.js';
import type {Files, Point, TouchedEntries} from '../port.js';
import {
	type LoadedDefinition,
	type Result,
	differenceOf,
	parentOf,
} from './definition.js';
import {listByTransfer} from './files/list-transfer.js';
import {PointFiles} from './files/point-files.js';
import {readTouched} from './files/touched.js';
import type {Gateway} from './gateway.js';
import type {OpenedBuild} from './open-point.js';
import {isReachedPoint, resultAt} from './points.js';

/**
Has the engine tell, by an operation of its own, what steps touched.

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

	const {host, gateway, evaluation} = attempt;
	const {connection} = gateway;
	const files = async (result: Result): Promise<Files> =>
		new PointFiles(host, await evaluation.reference(load, result), null);
	try {
		if (!(await isDifferenceKnown(gateway))) {
			return null;
		}

		const [before, after] = await Promise.all([files(lower), files(upper)]);
		const definition = differenceOf(load.loaded.definition, lower, upper);
		// Engines without an overlay to read it from compare all files for it: the reference keeps what they found.
		await gateway.evaluate(definition, null, signal);
		return await readTouched({
			before,
			after,
			difference: listByTransfer(connection, definition, signal),
			signal,
		});
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
