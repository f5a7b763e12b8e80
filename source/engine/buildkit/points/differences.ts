import {ConnectError} from '@connectrpc/connect';
import {UsageError} from '../../../errors.js';
import type {LayerContents, Point, TouchedEntries} from '../../port.js';
import {
	type LoadedDefinition,
	type Result,
	differenceOf,
	parentOf,
} from '../program/definition.js';
import type {Attempt} from '../run/attempt.js';
import type {BuildkitConnection} from '../connect/connection.js';
import type {ContainerHost} from '../shell/container.js';
import {ChangeTimes, type Side} from '../files/change-times.js';
import {readLayerByTimes} from '../files/layer-by-times.js';
import {listByTransfer} from '../files/list-transfer.js';
import {PointFiles} from '../files/point-files.js';
import {readTouched} from '../files/touched.js';
import {readTouchedByTimes} from '../files/touched-by-times.js';
import {imageDefinition} from '../program/free-sources.js';
import type {Gateway} from '../connect/gateway.js';
import type {Definition} from '../proto/generated/ops_pb.js';
import type {OpenedBuild} from './opened-build.js';
import {isReachedPoint, resultAt} from './result-at.js';

/**
Finds what steps touched by when files changed, or has the engine tell it, by an operation of its own. Where the one point is an
image, whatever made it, only the times can tell.

@returns As `Build.touched`.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function touchedBetween(
	build: OpenedBuild,
	[from, to]: readonly [Point, Point],
	{
		signal,
		isQuick = false,
	}: {
		readonly signal?: AbortSignal | undefined;
		readonly isQuick?: boolean | undefined;
	} = {},
): Promise<TouchedEntries | null> {
	const {load, attempt} = build;
	const lower = isReachedPoint(from) ? resultAt(load, from) : null;
	const upper = isReachedPoint(to) ? resultAt(load, to) : null;
	const isOfSteps =
		lower !== null && upper !== null && isMadeFrom(load.loaded, upper, lower);
	if (!isOfSteps && from.kind !== 'image' && to.kind !== 'image') {
		return null;
	}

	return unlessRefused(attempt.gateway.connection, signal, async () => {
		const [before, after] = await Promise.all([
			referenceAt(build, from),
			referenceAt(build, to),
		]);
		if (before === null || after === null) {
			return null;
		}

		const references = {before, after};
		const touched = await touchedByTimes(attempt.host, references, signal);
		if (touched !== 'untold') {
			return touched;
		}

		return isOfSteps && !isQuick
			? touchedByOperation(attempt, {
					references,
					definition: differenceOf(load.loaded.definition, lower, upper),
					signal,
				})
			: null;
	});
}

/**
Finds where two images may differ, by when files of them changed.

@param names - As FROM has them.
@param platform - As `--platform` spells it.
@returns As `Images.touched`.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function touchedBetweenImages(
	host: ContainerHost,
	names: readonly [string, string],
	{
		platform,
		signal,
	}: {readonly platform: string; readonly signal?: AbortSignal | undefined},
): Promise<TouchedEntries | null> {
	const {gateway} = host;
	return unlessRefused(gateway.connection, signal, async () => {
		const [before, after] = await Promise.all(
			names.map(async name =>
				gateway.evaluate(imageDefinition(name, platform), null, signal),
			),
		);
		const references = {before: before!, after: after!};
		const touched = await touchedByTimes(host, references, signal);
		return touched === 'untold' ? null : touched;
	});
}

/**
Finds what is in a step's layer by when files changed.

@returns `null` when only whole listings tell: there is nothing below the layer, or the engine keeps no layers apart.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function layerNames(
	build: OpenedBuild,
	step: number,
	signal?: AbortSignal,
): Promise<LayerContents['names']> {
	const {host, gateway} = build.attempt;
	return unlessRefused(gateway.connection, signal, async () => {
		const [before, after] = await Promise.all([
			referenceAt(build, {kind: 'before', step}),
			referenceAt(build, {kind: 'after', step}),
		]);
		if (before === null || after === null) {
			return null;
		}

		const times = await ChangeTimes.open(host, {before, after});
		try {
			return await readLayerByTimes(times, signal);
		} finally {
			await times.close();
		}
	});
}

/** @returns `null` for what the engine has no reference of: an empty filesystem, and points that are no result. */
async function referenceAt(
	{load, attempt, request, engine}: OpenedBuild,
	point: Point,
): Promise<string | null> {
	if (point.kind === 'image') {
		const platform = request.platform ?? engine.platform;
		return attempt.gateway.evaluate(imageDefinition(point.reference, platform));
	}

	const result = isReachedPoint(point) ? resultAt(load, point) : null;
	return result && attempt.evaluation.reference(load, result);
}

/** @returns `null` when the engine refuses something; it is for whole listings then to say why. */
async function unlessRefused<T>(
	connection: BuildkitConnection,
	signal: AbortSignal | undefined,
	work: () => Promise<T>,
): Promise<T | null> {
	try {
		return await work();
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
	host: ContainerHost,
	{before, after}: References,
): Readonly<Record<Side, PointFiles>> {
	return {
		before: new PointFiles(host, before, null),
		after: new PointFiles(host, after, null),
	};
}

async function touchedByTimes(
	host: ContainerHost,
	references: References,
	signal: AbortSignal | undefined,
): Promise<TouchedEntries | 'untold' | null> {
	let times: ChangeTimes | undefined;
	try {
		times = await ChangeTimes.open(host, references);
		const files = filesOf(host, references);
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
		...filesOf(attempt.host, references),
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
