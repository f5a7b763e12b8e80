import type {
	ContextListing,
	EngineDescription,
	StepInputs,
} from '../../engine/port.js';
import type {Outline} from '../machine/outline.js';
import type {DownloadSums} from './download-sums.js';

/** As the header names it. */
export type BuilderName = EngineDescription['builder'];

/** What sessions on the same Dockerfile leave for the next one. Nothing of it ever holds a secret's value. */
export type ProjectCache = {
	readonly breakpoints: readonly KeptBreakpoint[];

	/** When the listings that there are were taken, by the point's name, in milliseconds since 1970. */
	readonly listings: ReadonlyMap<string, number>;

	/** What sessions that finished left, by the builder that they were under. */
	readonly times: ReadonlyMap<BuilderName, KeptTimes>;

	/** @returns What the steps depended on when the session's own builder last ran them, or `null` when nothing is known. Never fails. */
	readRun(): Promise<KeptRun | null>;

	/** Never fails: what can't be written isn't kept. */
	writeBreakpoints(breakpoints: readonly KeptBreakpoint[]): Promise<void>;

	/** Of the session's own builder. Never fails: what can't be written isn't kept. */
	writeTimes(times: KeptTimes): Promise<void>;

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

/** How long instructions took. */
export type KeptTimes = {
	readonly outline: Outline;

	/** When its builder last ran each step of the outline, in seconds; `null` for what only changes the configuration. */
	readonly seconds: ReadonlyArray<number | null>;
};

export type KeptRun = {
	readonly outline: Outline;

	/** One per step of the outline; `null` for one that never ran. */
	readonly inputs: ReadonlyArray<StepInputs | null>;

	/** The steps of the outline, by their places, that failed when they last ran; left out by earlier versions. */
	readonly failed?: readonly number[];

	/** By the places of its steps: the checksums of what they fetched; left out by earlier versions. */
	readonly downloads?: ReadonlyArray<readonly [number, DownloadSums]>;

	/** The build context at that time, or `null` when it isn't known. */
	readonly context: ContextListing | null;
};
