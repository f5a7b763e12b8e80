import type {PlacedCommand} from '../instructions/read.js';
import {parsePlatform} from '../instructions/platform.js';
import {inFile} from '../refusal.js';
import {expandWord, type Variables} from '../shell/lexer.js';
import type {Directives, GlobalArgument, GraphOptions} from '../types.js';

const defaultPlatform = 'linux/amd64';

function platformVariables(
	prefix: string,
	platform: string,
): ReadonlyArray<readonly [string, string]> {
	const {os, architecture, variant} = parsePlatform(platform);

	return [
		[`${prefix}PLATFORM`, platform],
		[`${prefix}OS`, os],
		[`${prefix}OSVERSION`, ''],
		[`${prefix}ARCH`, architecture],
		[`${prefix}VARIANT`, variant],
	];
}

/** What frontends before Dockerfile 1.11 don't set. */
const newerVariables = ['BUILDOSVERSION', 'TARGETOSVERSION', 'TARGETSTAGE'];

/** The variables that BuildKit sets before the first ARG (`defaultArgs` in its `frontend/dockerfile/dockerfile2llb/platform.go`). */
function predefinedVariables(
	{
		buildPlatform = defaultPlatform,
		targetPlatform = buildPlatform,
		target,
		buildArguments = {},
		automaticArguments = 'kept',
	}: GraphOptions,
	lastStage: string | null,
): Map<string, string> {
	if (automaticArguments === 'none') {
		return new Map();
	}

	const variables = new Map([
		...platformVariables('BUILD', buildPlatform),
		...platformVariables('TARGET', targetPlatform),
		['TARGETSTAGE', target || lastStage || 'default'],
	]);
	if (automaticArguments === 'cleared') {
		for (const name of newerVariables) {
			variables.delete(name);
		}
	}

	for (const name of variables.keys()) {
		if (Object.hasOwn(buildArguments, name)) {
			variables.set(name, buildArguments[name]!);
		}
	}

	return variables;
}

/** @returns The options for a Dockerfile that may name a frontend of its own: that is taken to be a new one. */
export function withFrontend<Options extends Partial<GraphOptions>>(
	options: Options,
	{syntax}: Directives,
): Options {
	return syntax !== null && options.automaticArguments === 'cleared'
		? {...options, automaticArguments: 'kept'}
		: options;
}

/** What FROM can expand. */
export type GlobalScope = {
	readonly globalArguments: readonly GlobalArgument[];
	readonly variables: Variables;
};

/**
@param commands - The ARG instructions before the first FROM.
@param options - The build arguments and the platforms.
@param lastStage - The name of the last stage: the value of `TARGETSTAGE` when no target is given.
@param escape - The escape character.
@returns The variables of the global scope: BuildKit's own, then each ARG with its default expanded or its build argument.
@throws {DockerfileError} When a default can't be expanded.
*/
export function readGlobalScope(
	commands: readonly PlacedCommand[],
	options: GraphOptions,
	lastStage: string | null,
	escape: string,
): GlobalScope {
	const variables = predefinedVariables(options, lastStage);
	const {buildArguments = {}, filename, automaticArguments} = options;
	const globalArguments: GlobalArgument[] = [];

	for (const {command, lines} of commands) {
		const [line] = lines;
		for (const [name, preset] of command.kind === 'arg' ? command.pairs : []) {
			const value = Object.hasOwn(buildArguments, name)
				? buildArguments[name]!
				: preset === null
					? null
					: inFile(filename, line, () =>
							expandWord(preset, variables, {escape}),
						);

			if (value !== null) {
				variables.set(name, value);
			} else if (automaticArguments === 'cleared') {
				variables.delete(name);
			}

			globalArguments.push({
				name,
				value: value ?? variables.get(name) ?? null,
				line,
			});
		}
	}

	return {globalArguments, variables};
}
