import type {BytePath} from '../../../text/byte-path.js';
import type {Entry} from '../../tree/entry.js';
import {isWithin} from '../../tree/paths.js';
import {type CopyStep, isSameSource} from '../copies.js';
import type {CopyMapping} from '../copy-mapping.js';
import {
	type BuildGraph,
	type Course,
	type Fate,
	type Link,
	statAt,
} from '../provenance.js';
import {changedBetween} from './changed-between.js';
import {LinkedNames} from './linked-names.js';
import type {Effect, StepEffects} from './step-effects.js';
import {type State, timelineOf} from './timeline.js';

/** Where a file of one stage got in another, and what became of it there. */
export type Arrival = {
	readonly stage: number;

	/** Where it is at the stage's end, or was last. */
	readonly path: BytePath;

	/** How it got there, the last first, up to where it was. */
	readonly links: readonly Link[];
	readonly fate: Fate;
};

/** Something below a folder that a copy takes by itself, without the folder. */
export type Taken = {
	/** In the source, without links on the way. */
	readonly path: BytePath;

	/** The copy's. */
	readonly step: number;

	/** The index of the stage that it goes to. */
	readonly stage: number;
};

/** Follows files forward, through their stage and all stages that copy them or start from it. */
export class ArrivalTracer {
	readonly names: LinkedNames;
	readonly #graph: BuildGraph;
	readonly #effects: StepEffects;
	readonly #mappingOf: (copy: CopyStep) => Promise<CopyMapping>;

	constructor(
		graph: BuildGraph,
		effects: StepEffects,
		mappingOf: (copy: CopyStep) => Promise<CopyMapping>,
	) {
		this.#graph = graph;
		this.#effects = effects;
		this.names = new LinkedNames(effects, async (...from) =>
			this.follow(...from),
		);
		this.#mappingOf = mappingOf;
	}

	/**
	@param spots - Where it is at the end of stages, with how it got there: the names of one file, without links on the way.
	@returns Where it arrived besides, in the order in which it got there.
	*/
	async trace(
		spots: ReadonlyArray<Pick<Arrival, 'stage' | 'path' | 'links'>>,
	): Promise<readonly Arrival[]> {
		const arrivals: Arrival[] = [];
		const seen = new Set(
			spots.map(spot => keyOf({...spot, fate: {kind: 'there'}})),
		);
		const waiting = [...spots];
		for (const spot of waiting) {
			// eslint-disable-next-line no-await-in-loop -- what is found here is where to look next
			for (const arrival of await this.#next(spot)) {
				const key = keyOf(arrival);
				if (!seen.has(key)) {
					seen.add(key);
					arrivals.push(arrival);
					if (arrival.fate.kind === 'there') {
						waiting.push(arrival);
					}
				}
			}
		}

		return arrivals;
	}

	/**
	@param spots - Where a folder is at the end of stages.
	@returns What copies take of what is in it, each by itself.
	*/
	async takenBelow(
		spots: ReadonlyArray<Pick<Arrival, 'stage' | 'path'>>,
	): Promise<readonly Taken[]> {
		const found = await Promise.all(
			this.#graph.stages.flatMap(({steps}, stage) =>
				steps.map(async ({copy}) => {
					if (!copy?.operations.some(({from}) => from.kind === 'stage')) {
						return [];
					}

					const {placements} = await this.#mappingOf(copy);
					return placements
						.filter(({from, root}) =>
							spots.some(
								spot =>
									isSameSource(from, {kind: 'stage', stage: spot.stage}) &&
									root !== spot.path &&
									isWithin(root, spot.path),
							),
						)
						.map(({root}) => ({path: root, step: copy.step, stage}));
				}),
			),
		);
		return found.flat();
	}

	/**
	@param states - Of the file's stage.
	@param index - Of the state in which it is looked at.
	@returns What became of it up to the last of the states.
	*/
	async follow(
		states: readonly State[],
		index: number,
		entry: Entry,
	): Promise<Course> {
		const links: Link[] = [];
		let touches: Array<{readonly index: number; readonly link: Link}> = [];
		let at = entry;
		let checked = index;
		for (let next = index + 1; ; next++) {
			/* eslint-disable no-await-in-loop -- from step to step */
			const state = states[next];
			const effect = state
				? await this.#effects.effectOn(states[next - 1]!, state, at)
				: null;
			const {path} = at;
			if (effect?.kind === 'none' || effect?.kind === 'touched') {
				at = effect.after;
				if (effect.kind === 'touched') {
					const link = {path, step: state!.step!.id};
					touches.push({index: next, link: {kind: 'touched', ...link}});
				}

				continue;
			}

			const changed = await changedBetween(this.#effects.lookup, states, {
				entry: at,
				same: checked,
				end: next - 1,
			});
			const last = changed ?? next;
			links.unshift(
				...touches
					.filter(touch => touch.index < last)
					.map(({link}) => link)
					.toReversed(),
			);
			touches = [];
			if (effect === null && changed === null) {
				return {path, links, fate: {kind: 'there'}};
			}

			const moved =
				changed === null
					? effect?.kind === 'moved'
						? effect
						: null
					: await this.#movedTo(states[changed - 1]!, states[changed]!, path);
			const step = states[last]!.step!.id;
			if (moved === null) {
				return {path, links, fate: fateBy(step, changed, effect)};
			}

			const alternatives = await this.#effects.names.rivals(
				states[last - 1]!,
				states[last]!,
				moved.after,
				at,
			);
			at = moved.after;
			links.unshift({
				kind: 'moved',
				path: at.path,
				step,
				from: path,
				...(moved.isReplaced && {isReplaced: true}),
				...(alternatives.length > 0 && {alternatives}),
				confirmation: null,
			});
			next = last;
			checked = last;
			/* eslint-enable no-await-in-loop */
		}
	}

	/** Where a step left a file whose name has other contents behind it. */
	async #movedTo(
		from: State,
		to: State,
		path: BytePath,
	): Promise<{readonly after: Entry; readonly isReplaced: boolean} | null> {
		const entry = await statAt(this.#effects.lookup, from.place, path);
		const other = entry && (await this.#effects.names.after(from, to, entry));
		return other && {after: other.entry, isReplaced: other.isReplaced};
	}

	async #next({
		stage,
		path,
		links,
	}: Pick<Arrival, 'stage' | 'path' | 'links'>): Promise<readonly Arrival[]> {
		const found = await Promise.all(
			this.#graph.stages.map(async ({base, steps}, index) => {
				const inherited =
					base.kind === 'stage' && base.stage === stage
						? await this.#inherited(index, stage, path)
						: [];
				const copied = await Promise.all(
					steps.map(async ({copy}) =>
						copy === null ? [] : this.#copied(index, copy, {stage, path}),
					),
				);
				return [...inherited, ...copied.flat()].map(arrival => ({
					...arrival,
					stage: index,
					links: [...arrival.links, ...links],
				}));
			}),
		);
		return found.flat();
	}

	async #inherited(
		child: number,
		parent: number,
		path: BytePath,
	): Promise<readonly Course[]> {
		const {states} = timelineOf(this.#graph, child);
		const index = timelineOf(this.#graph, parent).states.length - 1;
		const entry = await statAt(
			this.#effects.lookup,
			states[index]!.place,
			path,
		);
		return this.#courses(states, index, entry!);
	}

	/** Under the name that it has, and under those that it gets. */
	async #courses(
		states: readonly State[],
		index: number,
		entry: Entry,
	): Promise<readonly Course[]> {
		const [course, names] = await Promise.all([
			this.follow(states, index, entry),
			this.names.linked(states, index, entry),
		]);
		return [course, ...names.filter(({path}) => path !== course.path)];
	}

	async #copied(
		stage: number,
		copy: CopyStep,
		source: {readonly stage: number; readonly path: BytePath},
	): Promise<readonly Course[]> {
		const from = {kind: 'stage', stage: source.stage} as const;
		if (
			!copy.operations.some(
				operation =>
					operation.from.kind === 'stage' &&
					operation.from.stage === from.stage,
			)
		) {
			return [];
		}

		const mapping = await this.#mappingOf(copy);
		const courses = await Promise.all(
			[...new Set(mapping.destinationsOf(from, source.path))].map(
				async destination => {
					const place = {kind: 'after', step: copy.step} as const;
					const entry = await statAt(this.#effects.lookup, place, destination);
					const link =
						entry && (await this.#effects.copiedBy(copy, entry, null));
					if (link?.source !== source.path || link.from.kind !== 'stage') {
						return [];
					}

					const {states} = timelineOf(this.#graph, stage);
					const index = states.findIndex(({step}) => step?.id === copy.step);
					const found = await this.#courses(states, index, entry!);
					return found.map(course => ({
						...course,
						links: [...course.links, link],
					}));
				},
			),
		);
		return courses.flat();
	}
}

/** @param changed - Where its contents changed, if that was before the effect. */
function fateBy(
	step: number,
	changed: number | null,
	effect: Effect | null,
): Fate {
	if (changed === null && effect?.kind === 'deleted') {
		return {kind: 'deleted', step};
	}

	const isSame =
		changed === null && effect?.kind === 'overwritten' && effect.isSame;
	return {kind: 'overwritten', step, ...(isSame && {isSame})};
}

/** What tells arrivals apart. */
function keyOf({stage, path, fate, links}: Arrival): string {
	return JSON.stringify([
		stage,
		path,
		fate,
		links.map(link => [link.kind, link.step, link.path]),
	]);
}
