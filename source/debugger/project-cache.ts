import type {ContextListing, StepInputs} from '../engine/port.js';
import type {Outline} from './outline.js';

/** What sessions on the same Dockerfile leave for the next one. Nothing of it ever holds a secret's value. */
export type ProjectCache = {
	readonly breakpoints: readonly KeptBreakpoint[];

	/** When the listings that there are were taken, by the point's name, in milliseconds since 1970. */
	readonly listings: ReadonlyMap<string, number>;

	/** @returns What the steps depended on when they last ran, or `null` when nothing is known. Never fails. */
	readRun(): Promise<KeptRun | null>;

	/** Never fails: what can't be written isn't kept. */
	writeBreakpoints(breakpoints: readonly KeptBreakpoint[]): Promise<void>;

	/** Never fails: what can't be written isn't kept. */
	writeRun(run: KeptRun): Promise<void>;

	/** @returns A listing as it was written, or `null` when there is none. Never fails. */
	readListing(name: string): Promise<Uint8Array | null>;

	/** Leaves listings by their points' names; of more than a few, the oldest go. Never fails. */
	writeListings(listings: ReadonlyMap<string, Uint8Array>): Promise<void>;
};

export type KeptBreakpoint = {
	readonly text: string;
	readonly enabled: boolean;
};

export type KeptRun = {
	readonly outline: Outline;

	/** One per step of the outline; `null` for one that never ran. */
	readonly inputs: ReadonlyArray<StepInputs | null>;

	/** The build context at that time, or `null` when it isn't known. */
	readonly context: ContextListing | null;
};
