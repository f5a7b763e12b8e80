import type {BuildWarning} from '../dockerfile/hints/warning.js';
import type {AutomaticArguments} from '../dockerfile/types.js';
import type {EngineError} from '../errors.js';
import type {CopyStep} from '../filesystem/provenance/copies.js';
import type {BuildEvent, BuildResult} from './port/events.js';
import type {Files, LayerContents, TouchedEntries} from './port/files.js';
import type {
	ContextListing,
	ListingOptions,
	StepInputs,
	StepProcess,
} from './port/inputs.js';
import type {Point} from './port/point.js';
import type {Program} from './port/program.js';
import type {FinalImage} from './port/image.js';
import type {BuildRequest, ImagesRequest, KnownSecret} from './port/request.js';
import type {Snapshot} from './port/shell.js';

export type * from '../dockerfile/hints/warning.js';
export type * from './port/details.js';
export type * from './port/events.js';
export type * from './port/files.js';
export type * from './port/image.js';
export type * from './port/inputs.js';
export type * from './port/point.js';
export type * from './port/program.js';
export type * from './port/request.js';
export type * from './port/shell.js';

/** What can build images: an engine with one of its builders, reached at one address. */
export type Engine = {
	/** @returns What is known of the engine once it has answered. */
	readonly description: EngineDescription;

	/** Tells when the engine doesn't answer for 10 seconds, and when it does again; left out where nobody asks it. */
	readonly liveness?: EngineLiveness;

	/**
	Opens a build: loads its program and runs nothing.

	@throws {DockerfileError} The engine can't read the Dockerfile.
	@throws {UsageError} The request names something that isn't there: a target, a secret's file.
	@throws {EngineError} The engine can't be talked to any more.
	*/
	openBuild(request: BuildRequest, signal?: AbortSignal): Promise<Build>;

	/**
	Checks a Dockerfile without building anything of it; left out by a builder that can't.

	@returns What the builder's own checks, and mstage's, find.
	@throws {UsageError} This engine's frontend knows no checks.
	@throws {DockerfileError} It can't read the Dockerfile.
	@throws {EngineError} The engine can't be talked to any more.
	*/
	check?(
		request: BuildRequest,
		signal?: AbortSignal,
	): Promise<readonly BuildWarning[]>;

	/**
	Opens images of the engine, without anything to build.

	@throws {EngineError} The engine can't be talked to any more.
	*/
	openImages(request: ImagesRequest): Promise<Images>;

	/**
	@returns What of what mstage can use the engine has, and what mstage does without it.
	@throws {EngineError} The engine can't be talked to any more.
	*/
	capabilities(): Promise<readonly Capability[]>;

	/**
	Removes what sessions of processes that were killed have left on the engine.

	@returns How many of each were removed.
	@throws {EngineError} The engine can't be talked to any more.
	*/
	removeLeftBehind(): Promise<{
		readonly containers: number;
		readonly images: number;
	}>;

	/** Lets go of the connection; the engine goes on without us. */
	close(): Promise<void>;
};

/** Whether an engine answers while something of it is open. */
export type EngineLiveness = {
	/**
	@param listener - Told when the engine hasn't answered for 10 seconds, and when it answers again.
	@returns Ends that.
	*/
	onChange(listener: (isSilent: boolean) => void): () => void;
};

/** Something that an engine has or lacks. */
export type Capability = {
	/** As the builder calls it where it has a name for it: `gateway.exec.signals`. */
	readonly id: string;

	/** For people: `Signals to shells`. */
	readonly name: string;
	readonly available: boolean;

	/** Why the engine lacks it, in its own words; empty when it has it, or doesn't know of it. */
	readonly reason: string;

	/** What mstage does without it: the rest of a sentence, without a full stop. */
	readonly without: string;
};

/** What an engine says of itself. */
export type EngineDescription = {
	/** `docker`, as the header of the screen shows it. */
	readonly name: string;

	/** Of the engine: `26.1.5`. */
	readonly version: string;

	readonly builder: 'BuildKit' | 'legacy';

	/** Where it is: `unix:///var/run/docker.sock`. */
	readonly address: string;

	/** As `--platform` spells it: `linux/amd64`. */
	readonly platform: string;

	/** What its builder does about the arguments that it sets by itself; default: as the newest. */
	readonly automaticArguments?: AutomaticArguments;
};

/** Images of an engine, to be looked into. */
export type Images = {
	/**
	@param reference - As FROM names it; it is fetched when the engine doesn't have it.
	@throws {UsageError} There is no such image.
	@throws {EngineError} The engine was lost.
	*/
	snapshot(reference: string): Promise<Snapshot>;

	/**
	Finds where two images may differ without listing either.

	@param before - As FROM names it; so is `after`.
	@param signal - Aborting it makes this throw its reason.
	@returns Entries of both, or `null` when only whole listings tell: the images don't share layers, too much differs, or the
	builder can't say.
	@throws {EngineError} The engine was lost.
	*/
	touched(
		before: string,
		after: string,
		signal?: AbortSignal,
	): Promise<TouchedEntries | null>;

	/** Drops whatever they hold on the engine. Never fails. */
	close(): Promise<void>;
};

/** A build that waits for us: everything that it has reached stays readable until it is closed. */
export type Build = {
	readonly program: Program;

	/** Of `--build-arg`. */
	readonly buildArguments: Readonly<Record<string, string>>;

	/** Resolves with what is to be said when the engine is lost, whether anything runs or not; left out by a builder that only sees it by its next call. */
	readonly lost?: Promise<EngineError>;

	/**
	What the builder warns of, from its loading on, each as it comes; to be taken once. It ends when the build is closed. Left
	out by a builder that never does.
	*/
	readonly warnings?: AsyncIterable<BuildWarning>;

	/**
	Runs what is missing until each of the steps is done, in parallel where the builder can.

	@param steps - The ids of the steps, all of stages that the target needs.
	@param signal - Aborting it cancels what runs; the iterable then ends with a `canceled` event.
	@returns What happens, as it happens; the last event is `reached`, `failed` or `canceled`.
	@throws {EngineError} From the iterable: the engine was lost.
	*/
	run(
		steps: readonly number[],
		signal: AbortSignal,
		options?: RunOptions,
	): AsyncIterable<BuildEvent>;

	/**
	@param step - A step's id.
	@returns What the step's result depends on, or `null` when the builder doesn't tell: it isn't needed for the target.
	*/
	inputsOf(step: number): StepInputs | null;

	/**
	@param step - A step's id.
	@returns The process that it starts; `null` when it is not a RUN, or isn't built for the target.
	*/
	processOf(step: number): StepProcess | null;

	/**
	@returns The values of the secrets, as they were when the build was opened and as they were sent since: what must not be
	shown. It grows while the build runs.
	*/
	secretValues(): readonly Uint8Array[];

	/** The same, each with the id that it was given under; the last value is the current one. */
	secrets(): readonly KnownSecret[];

	/**
	@param step - A step's id.
	@returns What the step copies and from where, or `null` when it copies nothing, or isn't needed for the target.
	*/
	copiesOf(step: number): CopyStep | null;

	/**
	@param step - A step's id.
	@param operation - The index of one of the operations that `copiesOf` tells of the step.
	@returns What that operation reads: of the build context, at least what is copied from it.
	@throws {UsageError} It can't be opened: the builder keeps nothing of a download.
	@throws {EngineError} The engine was lost.
	*/
	copySource(step: number, operation: number): Promise<Files>;

	/**
	Lists the build context as the engine would get it, `.dockerignore` applied, with what its cache goes by.

	@throws {MstageError} Something in the context can't be read.
	*/
	contextListing(options?: ListingOptions): Promise<ContextListing>;

	/**
	@param point - Something that has been reached.
	@returns Its filesystem.
	@throws {UsageError} The point can't be opened: not reached, not there, or the engine keeps no such state.
	*/
	snapshot(point: Point): Promise<Snapshot>;

	/**
	Finds where two points may differ without listing either: what the steps between them touched, or what an image doesn't
	share with a point.

	@param from - Something that has been reached.
	@param to - Something that has been reached, and was made from the other by steps, unless one of them is an image.
	@param signal - Aborting it makes this throw its reason.
	@param options - `isQuick`: whether what takes seconds is left to whole listings.
	@returns Entries of both, or `null` when only whole listings tell: the builder can't say what a step touched, the one
	wasn't made from the other, or too much was touched.
	@throws {UsageError} A point can't be opened.
	@throws {EngineError} The engine was lost.
	*/
	touched(
		from: Point,
		to: Point,
		signal?: AbortSignal,
		options?: {readonly isQuick?: boolean},
	): Promise<TouchedEntries | null>;

	/**
	@param step - One that is done.
	@param signal - Aborting it makes this throw its reason.
	@returns What the layer of the step holds.
	@throws {EngineError} The engine was lost.
	*/
	layer(step: number, signal?: AbortSignal): Promise<LayerContents>;

	/**
	@param reference - An image that a stage starts from, as FROM names it.
	@returns What its layers cost, in bytes, as `docker images` says; `null` when the engine doesn't tell.
	@throws {EngineError} The engine was lost.
	*/
	imageSize(reference: string): Promise<number | null>;

	/**
	@returns What the finished image says beside its files; `null` when the engine doesn't tell.
	@throws {EngineError} The engine was lost.
	*/
	finalImage(): Promise<FinalImage | null>;

	/**
	Leaves what `docker build` would: with tags, the image is in the engine's store. Every step that the target needs
	must be done. Snapshots stay until `close`.
	*/
	finish(): Promise<BuildResult>;

	/** Drops the build and whatever it holds on the engine: containers, states, the session. Never fails. */
	close(): Promise<void>;
};

export type RunOptions = {
	/** The ids of steps that run again, whatever the cache holds; later points are read from their new results. */
	readonly withoutCache?: readonly number[];
};
