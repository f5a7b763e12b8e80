import type {SizeSummary} from '../../debugger/machine/sizes.js';
import type {Outline} from './outline.js';

/** What the pane of what is left behind shows. */
export type LeftView = {
	readonly status:
		| {readonly kind: 'idle'}
		/** `place` is being looked at now. */
		| {readonly kind: 'loading'; readonly place: string}
		| {readonly kind: 'failed'; readonly reason: string}
		| {readonly kind: 'ready'};

	/** What is known so far; `null` before anything is. */
	readonly outline: Outline | null;

	/** `null` until all of it is known. */
	readonly sizes: SizeSummary | null;

	/** The stages that aren't done yet, as they are called. */
	readonly missing: readonly string[];
};

/** Before the pane was opened. */
export const noLeft: LeftView = {
	status: {kind: 'idle'},
	outline: null,
	sizes: null,
	missing: [],
};
