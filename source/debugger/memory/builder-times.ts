import {type Outline, outlineOf, pairSteps} from '../machine/outline.js';
import type {DebuggerState} from '../machine/state.js';
import type {BuilderName, KeptTimes, ProjectCache} from './project-cache.js';

/** How long the builders took for instructions, over sessions. */
export class BuilderTimes {
	readonly #cache: ProjectCache | null;
	readonly #hide: (text: string) => string;

	/** @param hide - Takes out of a text what must not be kept. */
	constructor(cache: ProjectCache | null, hide: (text: string) => string) {
		this.#cache = cache;
		this.#hide = hide;
	}

	/** What sessions left that finished before this one. */
	get kept(): ReadonlyMap<BuilderName, KeptTimes> {
		return this.#cache?.times ?? new Map();
	}

	/** Leaves for later sessions what is known now. Never fails. */
	async keep(state: DebuggerState): Promise<void> {
		if (state.program) {
			const hide = this.#hide;
			await this.#cache?.writeTimes({
				outline: outlineOf(state.program).map(({name, steps}) => ({
					name,
					steps: steps.map(text => hide(text)),
				})),
				seconds: secondsNow(state, this.kept),
			});
		}
	}
}

/**
@param state - With a program.
@returns By step, in seconds: how long the session's own builder took when it last ran it, now or earlier; `null` where
nobody knows.
*/
export function secondsNow(
	{program, steps, engine}: DebuggerState,
	kept: ReadonlyMap<BuilderName, KeptTimes>,
): ReadonlyArray<number | null> {
	const earlier = secondsKept(outlineOf(program!), kept.get(engine.builder));
	return steps.map((step, id) =>
		step.kind === 'done' ? step.seconds : earlier[id]!,
	);
}

/**
@returns By step of the outline, in seconds, what was kept of the same instruction; `null` where nothing was.
*/
export function secondsKept(
	outline: Outline,
	kept: KeptTimes | undefined,
): ReadonlyArray<number | null> {
	const {oldOf} = pairSteps(kept?.outline ?? [], outline);
	const texts = kept?.outline.flatMap(({steps}) => steps) ?? [];
	return outline
		.flatMap(({steps}) => steps)
		.map((text, id) => {
			const old = oldOf.get(id);
			return old !== undefined && texts[old] === text
				? (kept!.seconds[old] ?? null)
				: null;
		});
}
