import {DockerfileError, UsageError, toError} from '../../../errors.js';
import type {BuildWarning, EngineDescription} from '../../port.js';
import type {Gateway} from '../connect/gateway.js';
import {readFailure} from '../run/error-details.js';

/**
What the request `frontend.lint` answers with, as JSON (moby/buildkit frontend/subrequests/lint, `LintResults`): a list that is
empty is `null`.
*/
type LintResults = {
	readonly warnings?: ReadonlyArray<{
		readonly ruleName: string;
		readonly description?: string;
		readonly url?: string;
		readonly detail?: string;
		readonly location?: Location;
	}> | null;
	readonly buildError?: {
		readonly message: string;
		readonly location?: Location;
	};
};

type Location = {
	readonly ranges?: ReadonlyArray<{
		readonly start?: {readonly line?: number};
		readonly end?: {readonly line?: number};
	}> | null;
};

/**
Asks the engine's frontend for its checks of a Dockerfile; nothing is built.

@param options - Of the frontend, as for a build.
@param parts - `file` is what the Dockerfile is called.
@returns What it warns of.
@throws {UsageError} The frontend knows no checks.
@throws {DockerfileError} It can't read the Dockerfile.
*/
export async function lint(
	gateway: Gateway,
	options: Readonly<Record<string, string>>,
	{
		file,
		engine,
		signal,
	}: {
		readonly file: string;
		readonly engine: EngineDescription;
		readonly signal?: AbortSignal;
	},
): Promise<readonly BuildWarning[]> {
	const results = await ask(gateway, options, {engine, file, signal});
	const {buildError} = results;
	if (buildError) {
		throw new DockerfileError(
			buildError.message,
			file,
			linesOf(buildError.location)?.[0] ?? null,
		);
	}

	return (results.warnings ?? []).map(
		({ruleName, description, url, detail, location}) => ({
			from: 'builder',
			rule: ruleName,
			message: detail ?? description ?? ruleName,
			details:
				description === undefined || detail === undefined ? [] : [description],
			url: url ?? null,
			lines: linesOf(location),
		}),
	);
}

async function ask(
	gateway: Gateway,
	options: Readonly<Record<string, string>>,
	{
		file,
		engine,
		signal,
	}: {
		readonly file: string;
		readonly engine: EngineDescription;
		readonly signal?: AbortSignal | undefined;
	},
): Promise<LintResults> {
	try {
		const {metadata} = await gateway.load(
			{
				...options,
				requestid: 'frontend.lint',
				'frontend.caps': 'moby.buildkit.frontend.subrequests',
			},
			{...(signal && {signal})},
		);
		const json = metadata['result.json'];
		return json === undefined
			? {}
			: (JSON.parse(new TextDecoder().decode(json)) as LintResults);
	} catch (error) {
		signal?.throwIfAborted();
		if (gateway.connection.lost.aborted) {
			throw gateway.connection.explain(error);
		}

		const {message, line} = readFailure(error);
		throw /unsupported request|unknown request|frontend\.lint/v.test(message)
			? new UsageError(
					`The Dockerfile frontend of ${engine.name} ${engine.version} knows no checks: use a newer engine (27 or later), or # syntax=docker/dockerfile:1 in the first line.`,
					{cause: toError(error)},
				)
			: new DockerfileError(message, file, line, {cause: toError(error)});
	}
}

function linesOf(
	location: Location | undefined,
): readonly [number, number] | null {
	const [range] = location?.ranges ?? [];
	const first = range?.start?.line ?? 0;
	return first > 0 ? [first, Math.max(first, range?.end?.line ?? first)] : null;
}
