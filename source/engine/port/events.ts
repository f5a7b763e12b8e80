import type {Point} from './point.js';

export type BuildEvent =
	| {readonly type: 'started'; readonly step: number; readonly at: number}
	| {readonly type: 'cached'; readonly step: number}
	| {readonly type: 'done'; readonly step: number; readonly seconds: number}
	| {
			readonly type: 'log';
			readonly step: number;

			/** 2 is standard error; default: 1, also where the builder doesn't tell. */
			readonly stream?: 1 | 2;
			readonly data: Uint8Array;
	  }
	| {
			readonly type: 'progress';
			readonly step: number | null;
			readonly progress: Progress;
	  }
	| {readonly type: 'reached'}
	| {
			readonly type: 'failed';

			/** The one that came first. */
			readonly failure: Failure;

			/** Those of steps that ran at the same time, in the order in which they came. */
			readonly others: readonly Failure[];
	  }
	| {readonly type: 'canceled'};

/** Something that moves while a build runs: a transfer, a pull, an export. */
export type Progress = {
	/** The same for all reports of one movement. */
	readonly id: string;
	readonly label: string;

	/** In bytes where the builder counts; 0 where it doesn't. */
	readonly current: number;

	/** In bytes; 0 when unknown. */
	readonly total: number;
	readonly finished: boolean;
};

/** Why a run stopped short of its goal. */
export type Failure = {
	/** The step that failed, or `null` when it was none of the Dockerfile's. */
	readonly step: number | null;

	readonly kind: FailureKind;

	/** What went wrong, in one sentence. */
	readonly message: string;

	/** What to do next, in one sentence. */
	readonly advice: string | null;

	/** Of the advice, what holds whatever else is found out: a secret that wasn't given. Left out where it may not hold. */
	readonly certainAdvice?: string;

	/** Of a COPY or ADD whose source isn't there: where it looked. */
	readonly missing: MissingSource | null;

	/** Of the step's process, or `null` when there was none. */
	readonly exitCode: number | null;

	/** How long the step had run, or `null` when it never started. */
	readonly seconds: number | null;

	/** Whether `{kind: 'failed'}` can be opened, or why not in one sentence. */
	readonly state:
		{readonly kept: true} | {readonly kept: false; readonly reason: string};

	/** Whether the state comes from running the command a second time: the engine kept nothing of the first. */
	readonly rerun: boolean;
};

/** What sort of thing failed. */
export type FailureKind =
	/** The process of a RUN. */
	| 'command'
	/** The source of a COPY or ADD isn't there. */
	| 'source'
	/** A base image that isn't there, or a registry that doesn't give it. */
	| 'image'
	| 'dockerfile'
	| 'secret'
	/** A download of the builder's own: ADD of an address, a Git repository. */
	| 'network'
	/** No space left. */
	| 'disk'
	| 'other';

/** Where a COPY or ADD looked for a source that isn't there. */
export type MissingSource = {
	/** The filesystem that it looked in. */
	readonly point: Point;

	/** What it looked for, without a leading slash: `dist/app`. */
	readonly wanted: string;

	/** The deepest directory on the way to it that exists, without a leading slash; empty for the root. */
	readonly directory: string;

	/** What is in that directory, in byte order; a directory's name ends in `/`. Bounded. */
	readonly names: readonly string[];

	/** Those of the names that may have been meant, the nearest first. */
	readonly nearMisses: readonly string[];
};

export type BuildResult = {
	/** `sha256:…` of the image in the engine's store, or `null` when nothing was exported. */
	readonly image: string | null;
	readonly tags: readonly string[];
};
