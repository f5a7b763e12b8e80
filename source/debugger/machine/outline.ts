import {diffArrays} from 'diff';
import type {Program} from '../../engine/port.js';

/** The instructions of a Dockerfile by stage, as text, in file order. */
export type Outline = ReadonlyArray<{
	readonly name: string | null;
	readonly steps: readonly string[];
}>;

/** Which steps of two outlines are the same instruction, by their ids: their places in file order. */
export type StepPairs = {
	readonly newOf: ReadonlyMap<number, number>;
	readonly oldOf: ReadonlyMap<number, number>;
};

export function outlineOf({stages, steps}: Program): Outline {
	return stages.map(stage => ({
		name: stage.name,
		steps: stage.steps.map(step => steps[step]!.text),
	}));
}

/**
@returns Which instructions are the same: in stages of the same name (or, without one, place), those with the same text,
in the same order; and of what stands between them, those of the same kind, which were edited.
*/
export function pairSteps(before: Outline, after: Outline): StepPairs {
	const newOf = new Map<number, number>();
	const starts = [startsOf(before), startsOf(after)] as const;
	for (const [oldStage, newStage] of pairStages(before, after)) {
		const pairs = pairTexts(before[oldStage]!.steps, after[newStage]!.steps);
		for (const [oldIndex, newIndex] of pairs) {
			newOf.set(
				starts[0][oldStage]! + oldIndex,
				starts[1][newStage]! + newIndex,
			);
		}
	}

	return {
		newOf,
		oldOf: new Map([...newOf].map(([old, next]) => [next, old])),
	};
}

function startsOf(outline: Outline): readonly number[] {
	let next = 0;
	return outline.map(({steps}) => {
		const start = next;
		next += steps.length;
		return start;
	});
}

/** A stage that was given another name is still the one of its place. */
function pairStages(
	before: Outline,
	after: Outline,
): ReadonlyMap<number, number> {
	const pairs = new Map<number, number>();
	const taken = new Set<number>();
	const pair = (old: number, next: number): void => {
		if (next !== -1 && !pairs.has(old) && !taken.has(next)) {
			pairs.set(old, next);
			taken.add(next);
		}
	};

	for (const [old, {name}] of before.entries()) {
		if (name !== null) {
			pair(
				old,
				after.findIndex(
					(stage, next) => stage.name === name && !taken.has(next),
				),
			);
		}
	}

	for (const old of before.keys()) {
		pair(old, old < after.length ? old : -1);
	}

	return pairs;
}

function pairTexts(
	before: readonly string[],
	after: readonly string[],
): ReadonlyArray<readonly [old: number, next: number]> {
	const pairs: Array<readonly [number, number]> = [];
	const gap = {old: [] as number[], next: [] as number[]};
	const closeGap = (): void => {
		pairs.push(...pairEdited(gap.old, gap.next, before, after));
		gap.old = [];
		gap.next = [];
	};

	let old = 0;
	let next = 0;
	for (const {added, removed, value} of diffArrays([...before], [...after])) {
		for (const _ of value) {
			if (added) {
				gap.next.push(next++);
			} else if (removed) {
				gap.old.push(old++);
			} else {
				closeGap();
				pairs.push([old++, next++]);
			}
		}
	}

	closeGap();
	return pairs;
}

function pairEdited(
	old: readonly number[],
	next: readonly number[],
	before: readonly string[],
	after: readonly string[],
): ReadonlyArray<readonly [old: number, next: number]> {
	const left = [...next];
	return old.flatMap(index => {
		const keyword = keywordOf(before[index]!);
		const place = left.findIndex(other => keywordOf(after[other]!) === keyword);
		const [found] = place === -1 ? [] : left.splice(0, place + 1).slice(-1);
		return found === undefined ? [] : [[index, found] as const];
	});
}

function keywordOf(text: string): string {
	return text.replace(/^ONBUILD /v, '').split(' ', 1)[0]!;
}
