import {buildProbe, startProbes} from './milestones.js';
import type {MeasureOptions, Pair} from './pairs.js';
import {timeRun} from './processes.js';

const targets = {cold: 1.05, warm: 1.3, loud: 1.1};

/** The tags that the builds leave, where they leave one. */
export const tags = {
	ours: 'mstage-bench-ours:latest',
	theirs: 'mstage-bench-theirs:latest',
};

/** What is exported: nothing on both sides, or an image into the engine's store on both. */
const exports = {
	'no export': {ours: [], theirs: ['--output', 'type=cacheonly']},
	'-t NAME': {ours: ['-t', tags.ours], theirs: ['-t', tags.theirs]},
};

/**
@returns Whole builds, from the start of the program to its end: cold by a value of ROUND that is new each time, and
warm, without and with an export.
*/
export function buildPairs(options: MeasureOptions): readonly Pair[] {
	const {contexts, efforts} = options;
	const context = contexts.manyStages;
	let round = 0;
	const argument = (kind: 'cold' | 'warm') => {
		round++;
		return ['--build-arg', `ROUND=${kind === 'cold' ? round : 'warm'}`];
	};

	const pair = (kind: 'cold' | 'warm', kept: keyof typeof exports): Pair => {
		const {ours, theirs} = exports[kept];
		return wholeBuild(options, {
			name: `${kind} build, ${kept}`,
			target: targets[kind],
			effort: efforts[kind],
			context,
			ours,
			theirs,
			argument: () => argument(kind),
		});
	};

	return [
		pair('cold', 'no export'),
		pair('cold', '-t NAME'),
		pair('warm', 'no export'),
		pair('warm', '-t NAME'),
		loudPair(options),
	];
}

/** A build whose RUN prints a million lines, printed as plain text by both. */
function loudPair(options: MeasureOptions): Pair {
	let round = 0;
	return wholeBuild(options, {
		name: 'a RUN that prints 1,000,000 lines',
		target: targets.loud,
		effort: options.efforts.cold,
		context: options.contexts.loud,
		ours: [],
		theirs: ['--progress=plain', ...exports['no export'].theirs],
		argument() {
			round++;
			return ['--build-arg', `ROUND=${round}`];
		},
	});
}

type WholeBuild = Pick<Pair, 'name' | 'target' | 'effort'> & {
	readonly context: string;

	/** Flags of mstage, and of buildx. */
	readonly ours: readonly string[];
	readonly theirs: readonly string[];

	/** The build argument of the next build, as a flag. */
	readonly argument: () => readonly string[];
};

function wholeBuild(
	options: MeasureOptions,
	{name, target, effort, context, ours, theirs, argument}: WholeBuild,
): Pair {
	const {contenders, signal} = options;
	const arguments_ = () => [
		'debug',
		'--pause',
		'never',
		...ours,
		...argument(),
		context,
	];
	return {
		name,
		target,
		effort,
		ours: async () =>
			timeRun(contenders.mstage(...arguments_(), '--plain'), {signal}),
		theirs: async () =>
			timeRun(contenders.buildx('build', ...theirs, ...argument(), context), {
				signal,
			}),
		probes: [...startProbes(context, options), buildProbe(arguments_, options)],
	};
}
