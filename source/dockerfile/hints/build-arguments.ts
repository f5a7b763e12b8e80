import {nearMiss} from '../../text/near-miss.js';
import type {ImageConfiguration} from '../variables/image-configuration.js';
import type {StageGraph} from '../types.js';
import type {StageInstruction} from './instructions.js';
import type {BuildWarning} from './warning.js';

/**
Arguments that mean something without an ARG: of proxies (moby/moby builder/dockerfile/buildargs.go), of platforms, and those
for the builder itself (BuildKit's Dockerfile reference, "BuildKit built-in build args").
*/
const builtIn =
	/^(?:(?:https?|ftp|no|all)_proxy|(?:build|target)(?:platform|os|osversion|arch|variant|stage)|buildkit_\w+|source_date_epoch)$/iv;

type ArgumentOptions = {
	readonly bases: ReadonlyMap<number, ImageConfiguration>;

	/** The index of the target, for a builder that reads only the stages up to it. */
	readonly target: number | null;

	/** `--build-arg`. */
	readonly given: Readonly<Record<string, string>>;
};

/**
@returns The names of the build arguments that no ARG takes.
*/
export function unreadArguments(
	graph: StageGraph,
	instructions: readonly StageInstruction[],
	options: ArgumentOptions,
): readonly string[] {
	const declared = declaredArguments(graph, instructions, options);
	const ofImages = new Set(
		[...options.bases.values()]
			.flatMap(({onBuild}) => onBuild)
			.filter(trigger => /^\s*ARG\s/iv.test(trigger))
			.flatMap(trigger => trigger.trim().split(/\s+/v).slice(1))
			.map(word => word.split('=', 1)[0]!),
	);
	return Object.keys(options.given).filter(
		name => !declared.has(name) && !builtIn.test(name) && !ofImages.has(name),
	);
}

/**
@returns Of each build argument that no ARG takes: that, and which one may be meant.
*/
export function buildArgumentHints(
	graph: StageGraph,
	instructions: readonly StageInstruction[],
	options: ArgumentOptions,
): readonly BuildWarning[] {
	const declared = declaredArguments(graph, instructions, options);
	return unreadArguments(graph, instructions, options).map(
		(name): BuildWarning => {
			const meant = nearMiss(
				name,
				[...declared.keys()].filter(key => !Object.hasOwn(options.given, key)),
			);
			const environment = instructions.find(
				({raw}) =>
					raw.keyword === 'ENV' && raw.pairs.some(([key]) => key === name),
			)?.raw.lines[0];
			const line = meant === undefined ? environment : declared.get(meant)!;
			return {
				from: 'mstage',
				rule: 'UnreadBuildArgument',
				message: `Nothing reads --build-arg ${name}: the Dockerfile has no ARG of that name${
					meant === undefined
						? '.'
						: `; did you mean ${meant} (ARG in line ${line})?`
				}`,
				details:
					environment === undefined
						? []
						: [
								`${name} is set by ENV in line ${environment}, which --build-arg doesn't change.`,
							],
				url: null,
				lines: line === undefined ? null : [line, line],
			};
		},
	);
}

/** By name, the line of the first ARG. */
function declaredArguments(
	{globalArguments}: StageGraph,
	instructions: readonly StageInstruction[],
	{target}: ArgumentOptions,
): ReadonlyMap<string, number> {
	const declared = new Map(globalArguments.map(({name, line}) => [name, line]));
	for (const {stage, raw} of instructions) {
		const argument = raw.trigger ?? raw;
		if (argument.keyword === 'ARG' && (target === null || stage <= target)) {
			for (const word of argument.words) {
				const [name = ''] = word.split('=', 1);
				declared.set(name, declared.get(name) ?? raw.lines[0]);
			}
		}
	}

	return declared;
}
