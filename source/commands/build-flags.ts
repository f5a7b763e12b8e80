import process from 'node:process';
import {parsePlatform} from '../dockerfile/instructions/platform.js';
import {Refusal} from '../dockerfile/refusal.js';
import {UsageError} from '../errors.js';
import {parseSecret} from '../engine/buildkit/session/parse-secret.js';
import {parseSsh} from '../engine/buildkit/session/parse-ssh.js';
import type {BuildRequest, Entitlement, ImagesRequest} from '../engine/port.js';
import {type BuildPlace, findBuild, type PlaceFlags} from './build-place.js';
import {buildSettings, type SettingFlags} from './build-settings.js';

/** The flags that say what to build, as the command line gives them. */
export type BuildFlags = PlaceFlags &
	SettingFlags & {
		readonly target?: string;
		readonly buildArg: readonly string[];
		readonly secret: readonly string[];
		readonly ssh?: readonly string[];
		readonly allow?: readonly string[];
		readonly platform?: string;
		readonly noCache: boolean;
		readonly tag: readonly string[];
		readonly toolbox?: string;
	};

/**
@param flags - With the meanings of `docker build`'s.
@param signal - Aborting it ends what fetches a Git repository.
@returns What to build, with absolute paths, and where that comes from.
@throws {UsageError} A flag says nothing that can be built.
*/
export async function buildRequest(
	flags: BuildFlags,
	signal: AbortSignal,
): Promise<BuildRequest & BuildPlace> {
	const {env} = process;
	const given = buildArguments(flags.buildArg, env);
	const place = await findBuild(flags, process.stdin, {
		// Of BuildKit's documentation of build arguments.
		keepsGitFolder: given['BUILDKIT_CONTEXT_KEEP_GIT_DIR'] === '1',
		signal,
	});
	return {
		...place,
		target: flags.target,
		buildArguments: given,
		secrets: flags.secret.map(text => parseSecret(text, env)),
		ssh: flags.ssh?.map(text => parseSsh(text, env)),
		entitlements: flags.allow?.map(text => entitlement(text)),
		platform: singlePlatform(flags.platform),
		noCache: flags.noCache,
		tags: flags.tag,
		toolbox: flags.toolbox,
		settings: await buildSettings(flags),
	};
}

/**
@returns What of the flags says how images are opened that aren't part of a build.
@throws {UsageError} A flag says nothing that can be opened.
*/
export function imagesRequest({platform, toolbox}: BuildFlags): ImagesRequest {
	return {platform: singlePlatform(defaultPlatform(platform)), toolbox};
}

/**
@param platform - `--platform`.
@returns The platform that is meant, as Docker's own client has it; `undefined` for the engine's.
@throws {UsageError} It is none.
*/
export function defaultPlatform(
	platform: string | undefined,
	environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
	const name = 'DOCKER_DEFAULT_PLATFORM';
	const chosen = platform ?? (environment[name] || undefined);
	try {
		if (chosen !== undefined) {
			parsePlatform(chosen);
		}
	} catch (error) {
		if (error instanceof Refusal) {
			throw new UsageError(
				`${platform === undefined ? name : '--platform'}: ${error.message}. Name another one.`,
			);
		}

		throw error;
	}

	return chosen;
}

/**
@param texts - `NAME=value`, or `NAME` for the value that the variable has in the environment, if it has one.
@throws {UsageError} One has no name.
*/
export function buildArguments(
	texts: readonly string[],
	environment: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
	return Object.fromEntries(
		texts.flatMap(text => {
			const [name, ...value] = text.split('=');
			if (!name) {
				throw new UsageError(
					`--build-arg '${text}' has no name: write --build-arg NAME=value.`,
				);
			}

			const given = value.length > 0 ? value.join('=') : environment[name];
			return given === undefined ? [] : [[name, given] as const];
		}),
	);
}

function entitlement(text: string): Entitlement {
	if (text === 'network.host' || text === 'security.insecure') {
		return text;
	}

	throw new UsageError(
		`--allow ${text}: a build can be allowed network.host or security.insecure, write one of them.`,
	);
}

function singlePlatform(platform: string | undefined): string | undefined {
	if (platform?.includes(',')) {
		throw new UsageError(
			`--platform ${platform}: a debug session is about one platform, name one of them.`,
		);
	}

	return platform;
}
