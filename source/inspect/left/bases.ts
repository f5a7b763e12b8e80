import type {Program} from '../../engine/port.js';

/** What a stage starts from that is none of the build's stages. */
export type Base = {
	/** As FROM names it. */
	readonly name: string;

	/** Of an image of the build's platform; `null` of any other, and of a named context. */
	readonly reference: string | null;

	/** The FROM that names it: what is before that is the base. */
	readonly step: number;

	/** Equal for what is the same; so is one of the two alone. */
	readonly keys: readonly string[];
};

/** @returns Whether two stages start from the same. */
export function isSameBase(one: Base, other: Base): boolean {
	return one.keys.some(key => other.keys.includes(key));
}

/** @returns What a stage starts from, through other stages if need be; `null` when that is the empty filesystem. */
export function baseOfStage(program: Program, stage: number): Base | null {
	let at = stage;
	let {base} = program.graph.stages[at]!;
	while (base.kind === 'stage') {
		at = base.stage;
		base = program.graph.stages[at]!.base;
	}

	if (base.kind === 'scratch') {
		return null;
	}

	const step = program.stages[at]!.steps[0]!;
	const {key} = program.steps[step]!;
	const {platform} = program.graph.stages[at]!;
	const name = base.kind === 'image' ? base.reference : base.name;
	return {
		step,
		name,
		keys: [
			`${base.kind} ${name} ${platform}`,
			...(key === null ? [] : [`key ${key}`]),
		],
		reference:
			base.kind === 'image' && platform === null ? base.reference : null,
	};
}

/** @returns What some stages start from, each once, in the order of the stages, with those that start from it. */
export function basesOf(
	program: Program,
	stages: readonly number[],
): ReadonlyArray<{readonly base: Base; readonly stages: readonly number[]}> {
	const bases: Array<{readonly base: Base; readonly stages: number[]}> = [];
	for (const stage of stages) {
		const base = baseOfStage(program, stage);
		if (base !== null) {
			const known = bases.find(one => isSameBase(one.base, base));
			if (known) {
				known.stages.push(stage);
			} else {
				bases.push({base, stages: [stage]});
			}
		}
	}

	return bases;
}
