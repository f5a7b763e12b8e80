import type {Entry} from '../../tree/entry.js';
import type {Course, Link} from '../provenance.js';
import type {StepEffects} from './step-effects.js';
import type {State} from './timeline.js';

/** What became of a name behind one of the states of its stage. */
type Follow = (
	states: readonly State[],
	index: number,
	entry: Entry,
) => Promise<Course>;

/** Follows the other names of a file, which hard links give it. */
export class LinkedNames {
	readonly #effects: StepEffects;
	readonly #follow: Follow;

	/** @param follow - Follows one name. */
	constructor(effects: StepEffects, follow: Follow) {
		this.#effects = effects;
		this.#follow = follow;
	}

	/**
	Finds the names that a file got behind a state as hard links, and kept: what becomes of it under its first one, which may
	be overwritten, doesn't concern these.

	@param states - Of the file's stage.
	@param index - Of the state in which it is looked at.
	@returns Each with how it got there.
	*/
	async linked(
		states: readonly State[],
		index: number,
		entry: Entry,
	): Promise<readonly Course[]> {
		const last = states.length - 1;
		const isAllCopies = states.slice(index + 1).every(({step}) => step?.copy);
		if (entry.kind !== 'file' || entry.size === 0 || isAllCopies) {
			return [];
		}

		const [from, to] = [states[index]!, states[last]!];
		const names = await this.#effects.names.added(from, to, entry);
		const courses = await Promise.all(
			names.map(async (name): Promise<readonly Course[]> => {
				const sameness = await this.#effects.lookup.compare(
					{place: from.place, path: entry.path},
					{place: to.place, path: name.path},
				);
				const links =
					sameness === 'same' || sameness === 'alike'
						? await this.#linksBetween(states.slice(index), name, entry)
						: null;
				// Where the name that it had is gone at once, its new ones look moved.
				const isRenamed =
					links?.some(({kind}) => kind === 'linked' || kind === 'moved') ===
					true;
				return isRenamed
					? [{path: name.path, links, fate: {kind: 'there'}}]
					: [];
			}),
		);
		return courses.flat();
	}

	/**
	@param states - Of the file's stage.
	@param index - Of the state in which it is looked at.
	@returns The names that it has there besides, and what became of it under those.
	*/
	async together(
		states: readonly State[],
		index: number,
		entry: Entry,
	): Promise<readonly Course[]> {
		if (entry.kind !== 'file') {
			return [];
		}

		const names = await this.#effects.names.together(
			states[index]!.place,
			entry,
		);
		return Promise.all(
			names.map(async name => this.#follow(states, index, name)),
		);
	}

	/** How something at the last of some states got there from the first; `null` when it was something else there. */
	async #linksBetween(
		states: readonly State[],
		end: Entry,
		start: Entry,
	): Promise<readonly Link[] | null> {
		const links: Link[] = [];
		let at = end;
		for (let index = states.length - 1; index > 0; index--) {
			const state = states[index]!;
			const step = state.step!.id;
			// eslint-disable-next-line no-await-in-loop -- from step to step, until one made it
			const cause = await this.#effects.causeOf(states[index - 1]!, state, at);
			if (cause.kind === 'copied' || cause.kind === 'written') {
				return null;
			}

			if (cause.kind === 'touched') {
				links.push({kind: 'touched', path: at.path, step});
			} else if (cause.kind !== 'none') {
				const {kind, confirmation, before} = cause;
				links.push({
					kind,
					path: at.path,
					step,
					from: before.path,
					confirmation,
				});
			}

			at = cause.before;
		}

		return at.path === start.path ? links : null;
	}
}
