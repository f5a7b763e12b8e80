import type {BytePath} from '../../../text/byte-path.js';
import type {Entry} from '../../tree/entry.js';
import {type BuildGraph, type Link, statAt} from '../provenance.js';
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
		let checked = {index: states.length - 1, path};
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

			const changed = await this.#changedAt(states, index, checked, entry);
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
					const {kind, before, confirmation} = made;
					links.push({
						kind,
						path: entry.path,
						step,
						from: before.path,
						confirmation,
					});
					entry = before;
					index = last;
					checked = {index: last - 1, path: entry.path};
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

	/**
	Which state has other contents of the same size and time than the one before: few have, and all are asked of at once.

	@returns Its index; `null` when none has.
	*/
	async #changedAt(
		states: readonly State[],
		index: number,
		checked: {readonly index: number; readonly path: BytePath},
		{kind, size, path}: Entry,
	): Promise<number | null> {
		const isAllCopies = states
			.slice(index + 1, checked.index + 1)
			.every(({step}) => step?.copy);
		if (kind !== 'file' || size === 0 || isAllCopies) {
			return null;
		}

		const isSame = async (at: number): Promise<boolean> =>
			(await this.#effects.lookup.compare(
				{place: states[at]!.place, path},
				{place: states[checked.index]!.place, path: checked.path},
			)) !== 'different';
		if (await isSame(index)) {
			return null;
		}

		let [different, same] = [index, checked.index];
		while (same - different > 1) {
			const middle = Math.floor((same + different) / 2);
			// eslint-disable-next-line no-await-in-loop -- halves what is left
			[different, same] = (await isSame(middle))
				? [different, middle]
				: [middle, same];
		}

		return same;
	}
}
