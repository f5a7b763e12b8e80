import process from 'node:process';
import {
	readProxies,
	type DockerProxies,
} from '../engine/docker/configuration.js';
import type {BuildRequest, EngineDescription} from '../engine/port.js';
import {defaultPlatform} from './build-flags.js';

/** The names that both clients know, by what `config.json` calls them. */
const proxyNames: ReadonlyArray<readonly [keyof DockerProxies, string]> = [
	['httpProxy', 'HTTP_PROXY'],
	['httpsProxy', 'HTTPS_PROXY'],
	['noProxy', 'NO_PROXY'],
	['ftpProxy', 'FTP_PROXY'],
];

/**
Adds what `docker build` passes on by itself: for BuildKit as buildx does it (docker/buildx build/opt.go and
store/storeutil/storeutil.go), for the legacy builder as Docker's own client does (docker/cli, `ParseProxyConfig`).

@param request - What the user asks for, which wins.
@param engine - Its builder, and the address by which the user's Docker configuration names its proxies.
@returns What to build.
@throws {UsageError} The user's Docker configuration can't be read.
*/
export async function withPassedOn<Request extends BuildRequest>(
	request: Request,
	{builder, address}: Pick<EngineDescription, 'builder' | 'address'>,
	environment: NodeJS.ProcessEnv = process.env,
): Promise<Request> {
	const proxies = await readProxies(address, environment);
	const passed =
		builder === 'legacy'
			? legacyProxies(proxies)
			: {
					...Object.fromEntries(
						proxyNames.map(([key, name]) => [name, proxies[key]]),
					),
					SOURCE_DATE_EPOCH: environment['SOURCE_DATE_EPOCH'],
				};
	const platform = defaultPlatform(request.platform, environment);
	return {
		...request,
		...(platform && {platform}),
		buildArguments: {
			...Object.fromEntries(
				Object.entries(passed).filter((entry): entry is [string, string] =>
					Boolean(entry[1]),
				),
			),
			...request.buildArguments,
		},
	};
}

/** In both cases, as programs look for them. */
function legacyProxies(
	proxies: DockerProxies,
): Readonly<Record<string, string>> {
	const names = [...proxyNames, ['allProxy', 'ALL_PROXY'] as const];
	return Object.fromEntries(
		names.flatMap(([key, name]) => [
			[name, proxies[key]],
			[name.toLowerCase(), proxies[key]],
		]),
	);
}
