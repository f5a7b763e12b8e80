import type {BytePath} from '../../../text/byte-path.js';
import type {Entry} from '../../tree/entry.js';
import {type BuildGraph, type Link, statAt} from '../provenance.js';
import {changedBetween} from './changed-between.js';
import type {Cause, StepEffects} from './step-effects.js';
import {type State, type Timeline, timelineOf} from './timeline.js';

/** Follows files back to where they came from: what each step did is asked of the files before and after it. */
export class OriginTracer {
	readonly #graph: BuildGraph;
	readonly #effects: StepEffects;

	constructor(graph: BuildGraph, effects: StepEffects) {
		this.#graph = graph;
		this.#effects = effects;
	}

	/**
	@param timeline - At whose end the file is.
	@param path - Without links on the way.
	@returns What happened to it, the last first; empty when there is no such file. Its end is where its contents come from:
	a copy from something that isn't a stage, the step that wrote them, or the base that has the very file. Nothing is told of
	it where the files don't tell.
	*/
	async trace(timeline: Timeline, path: BytePath): Promise<readonly Link[]> {
		const {states, base, from} = timeline;
		const end = states.at(-1)!;
		const found = await statAt(this.#effects.lookup, end.place, path);
		if (found === null) {
			return [];
		}

		let entry: Entry = found;

		const links: Link[] = [];
		// Of the steps behind an index whose files look the same on both sides, the contents are compared at once.
		let checked = states.length - 1;
		let touches: Array<{readonly index: number; readonly link: Link}> = [];
		for (let index = states.length - 1; ; index--) {
			/* eslint-disable no-await-in-loop -- from step to step, until one made it */
			const state = states[index]!;
			const cause: Cause | null =
				index > 0
					? await this.#effects.causeOf(states[index - 1]!, state, entry)
					: null;
			if (cause?.kind === 'none' || cause?.kind === 'touched') {
				if (cause.kind === 'touched') {
					const link = {path: entry.path, step: state.step!.id};
					touches.push({index, link: {kind: 'touched', ...link}});
				}

				entry = cause.before;
				continue;
			}

			const changed = await changedBetween(this.#effects.lookup, states, {
				entry,
				same: checked,
				end: index,
			});
			const last = changed ?? index;
			links.push(
				...touches.filter(touch => touch.index > last).map(({link}) => link),
			);
			touches = [];
			if (cause === null && changed === null) {
				return base.kind === 'scratch'
					? links
					: [...links, {kind: 'base', path: entry.path, step: from, base}];
			}

			const made: Cause =
				changed === null
					? cause!
					: await this.#effects.changeOf(
							states[changed - 1]!,
							states[changed]!,
							entry.path,
						);
			const {id: step} = states[last]!.step!;
			switch (made.kind) {
				case 'moved':
				case 'linked': {
					const {before} = made;
					const between = [states[last - 1]!, states[last]!] as const;
					links.push({step, ...(await this.#renamed(between, entry, made))});
					entry = before;
					index = last;
					checked = last - 1;
					break;
				}

				case 'copied': {
					const {link} = made;
					return [
						...links,
						link,
						...(link.from.kind === 'stage'
							? await this.trace(
									timelineOf(this.#graph, link.from.stage),
									link.source,
								)
							: []),
					];
				}

				default: {
					return [...links, {kind: 'written', path: entry.path, step}];
				}
			}
			/* eslint-enable no-await-in-loop */
		}
	}

	/** How a file got its name. */
	async #renamed(
		[from, to]: readonly [State, State],
		entry: Entry,
		{
			kind,
			before,
			isReplaced,
			confirmation,
		}: Extract<Cause, {kind: 'moved' | 'linked'}>,
	): Promise<Omit<Extract<Link, {kind: 'moved' | 'linked'}>, 'step'>> {
		const alternatives =
			kind === 'moved'
				? await this.#effects.names.rivals(from, to, entry, before)
				: [];
		return {
			kind,
			path: entry.path,
			from: before.path,
			...(isReplaced && {isReplaced}),
			...(alternatives.length > 0 && {alternatives}),
			confirmation,
		};
	}
}
