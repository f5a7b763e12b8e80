import type {ImageConfiguration} from '../dockerfile/image-configuration.js';
import type {StageGraph} from '../dockerfile/types.js';
import type {CopyStep} from '../filesystem/copies.js';
import type {EngineError} from '../errors.js';
import type {Entry} from '../filesystem/entry.js';
import type {BytePath} from '../text/byte-path.js';

/** What can build images: an engine with one of its builders, reached at one address. */
export type Engine = {
	/** @returns What is known of the engine once it has answered. */
	readonly description: EngineDescription;

	/**
	Opens a build: loads its program and runs nothing.

	@throws {DockerfileError} The engine can't read the Dockerfile.
	@throws {UsageError} The request names something that isn't there: a target, a secret's file.
	@throws {EngineError} The engine can't be talked to any more.
	*/
	openBuild(request: BuildRequest, signal?: AbortSignal): Promise<Build>;

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

	/** Lets go of the connection; the engine goes on without us. */
	close(): Promise<void>;
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
};

/** What to build, with the meanings of `docker build`'s flags. */
export type BuildRequest = {
	/** The build context's folder, absolute. */
	readonly context: string;

	/** The Dockerfile's path, absolute. */
	readonly dockerfile: string;

	/** The Dockerfile as the user named it; for messages. */
	readonly dockerfileName: string;

	readonly target?: string;
	readonly buildArguments: Readonly<Record<string, string>>;
	readonly secrets: readonly SecretSource[];

	/** The SSH agents that `RUN --mount=type=ssh` may use (`--ssh`). */
	readonly ssh?: readonly SshSource[];

	/** What instructions may do beside the usual (`--allow`). */
	readonly entitlements?: readonly Entitlement[];
	readonly platform?: string;
	readonly noCache: boolean;

	/** The names that the finished image gets; without any, nothing is exported. */
	readonly tags: readonly string[];

	/**
	What shells in images without one are made of (`--toolbox`): the path of a static busybox, or an image that has one.
	Default: the busybox of this machine.
	*/
	readonly toolbox?: string;

	/** Default: nothing of them. */
	readonly settings?: BuildSettings;
};

/** How images are opened that are part of no build. */
export type ImagesRequest = Pick<BuildRequest, 'platform' | 'toolbox'>;

/** Images of an engine, to be looked into. */
export type Images = {
	/**
	@param reference - As FROM names it; it is fetched when the engine doesn't have it.
	@throws {UsageError} There is no such image.
	@throws {EngineError} The engine was lost.
	*/
	snapshot(reference: string): Promise<Snapshot>;

	/** Drops whatever they hold on the engine. Never fails. */
	close(): Promise<void>;
};

/** What `docker build`'s other flags say. */
export type BuildSettings = {
	/** Of the finished image (`--label`). */
	readonly labels: Readonly<Record<string, string>>;

	/** Whether base images come from their registries although the engine has them (`--pull`). */
	readonly pull: boolean;

	/** Of every RUN (`--network`); `null` leaves it to the builder. */
	readonly network: string | null;

	/** Names that every RUN can look up (`--add-host`). */
	readonly hosts: ReadonlyArray<{
		readonly name: string;
		readonly address: string;
	}>;

	/** The size of `/dev/shm` of every RUN (`--shm-size`), in bytes; `null` leaves it to the builder. */
	readonly sharedMemory: number | null;

	/** Of the processes of every RUN (`--ulimit`); -1 is none. */
	readonly limits: ReadonlyArray<{
		readonly name: string;
		readonly soft: number;
		readonly hard: number;
	}>;

	/** What FROM and `--from` find by a name (`--build-context`). */
	readonly contexts: Readonly<Record<string, NamedContext>>;

	/** Whether the image is exported although it gets no name: its id is asked for (`--iidfile`). */
	readonly keepsImage: boolean;
};

export type NamedContext =
	/** An absolute path. */
	| {readonly kind: 'folder'; readonly path: string}
	/** Something that BuildKit fetches: `docker-image://alpine:3.20`, a Git repository. */
	| {readonly kind: 'address'; readonly address: string};

/** Where a secret's value comes from (`--secret`). */
export type SecretSource = {readonly id: string} & (
	| {readonly kind: 'file'; readonly path: string}
	| {readonly kind: 'environment'; readonly variable: string}
);

/** Where an SSH agent is (`--ssh`): the path of its socket, or those of private keys that it has to hold. */
export type SshSource = {
	readonly id: string;
	readonly paths: readonly string[];
};

/** What BuildKit lets an instruction do only when the user allows it (moby/buildkit util/entitlements). */
export type Entitlement = 'network.host' | 'security.insecure';

/** A build that waits for us: everything that it has reached stays readable until it is closed. */
export type Build = {
	readonly program: Program;

	/** Resolves with what is to be said when the engine is lost, whether anything runs or not; left out by a builder that only sees it by its next call. */
	readonly lost?: Promise<EngineError>;

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
	@returns The values of the secrets, as they were when the build was opened and as they were sent since: what must not be
	shown. It grows while the build runs.
	*/
	secretValues(): readonly Uint8Array[];

	/**
	@param step - A step's id.
	@returns What the step copies and from where, or `null` when it copies nothing that has a path, or isn't needed for the
	target.
	*/
	copiesOf(step: number): CopyStep | null;

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
	Finds where two points may differ without listing either: what the steps between them touched.

	@param from - Something that has been reached.
	@param to - Something that has been reached, and was made from the other by steps.
	@param signal - Aborting it makes this throw its reason.
	@returns Entries of both, or `null` when only whole listings tell: the builder can't say what a step touched, the one
	wasn't made from the other, or too much was touched.
	@throws {UsageError} A point can't be opened.
	@throws {EngineError} The engine was lost.
	*/
	touched(
		from: Point,
		to: Point,
		signal?: AbortSignal,
	): Promise<TouchedEntries | null>;

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

/** What a step's result depends on: what must differ when it wasn't taken from the cache. */
export type StepInputs = {
	/** The step's own key. */
	readonly key: string;

	/** The instruction with its variables expanded, as the builder runs it; a secret's value is never in it. */
	readonly text: string;

	/** Of its process; empty for a step that starts none. */
	readonly environment: Readonly<Record<string, string>>;

	/** What else counts, by name: `user`, `working directory`, `network`, `owner`, `mode` … */
	readonly settings: Readonly<Record<string, string>>;

	/** What it reads; `name` is for people: `the step before`, `the stage builder`, `the image busybox`. */
	readonly inputs: ReadonlyArray<{
		readonly name: string;
		readonly key: string;
	}>;

	/** The patterns of what it reads from the build context, relative to its root; `null` when it reads nothing of it. */
	readonly contextFiles: readonly string[] | null;
};

/** The build context by path: text as `textOf` gives it, relative, `/` apart, in the order of a transfer. */
export type ContextListing = ReadonlyMap<string, ContextFile>;

export type ContextFile = {
	/** Equal for what is equal for the engine's cache: contents, mode and owner count, the time doesn't. */
	readonly fingerprint: string;

	/** Size, time and number of the file when the fingerprint was taken: while it stays, the contents aren't read again. */
	readonly stamp: string;
};

export type ListingOptions = {
	/** An earlier listing of the same context: what still has its stamp keeps its fingerprint. */
	readonly earlier?: ContextListing;
	readonly signal?: AbortSignal;
};

/** A Dockerfile as a builder understood it: what there is to run, in file order. */
export type Program = {
	readonly graph: StageGraph;

	/** The index of the stage that the build is for. */
	readonly target: number;

	readonly stages: readonly ProgramStage[];

	/** Every instruction of every stage in file order; a step's id is its place here. */
	readonly steps: readonly Step[];
};

export type ProgramStage = {
	readonly index: number;

	/** As `AS` names it, or `null`. */
	readonly name: string | null;

	/** Whether this builder builds it for the target. */
	readonly needed: boolean;

	/** Whether the target reads anything of it; the legacy builder builds also what stands before the target unused. */
	readonly used: boolean;

	/** The ids of its steps, FROM first. */
	readonly steps: readonly number[];

	/** Of its base image; `null` when that is another stage or the empty filesystem, or when it isn't known. */
	readonly baseConfiguration: ImageConfiguration | null;
};

export type Step = {
	readonly id: number;

	/** The index of its stage. */
	readonly stage: number;

	/** Which of its stage's instructions it is; 0 is FROM. */
	readonly index: number;

	readonly keyword: string;

	/** The instruction as one line. */
	readonly text: string;

	/** First and last line in the Dockerfile, counted from 1. */
	readonly lines: readonly [first: number, last: number];

	/** Whether there is something to run; the others (ENV, CMD, LABEL …) only change the image's configuration. */
	readonly executes: boolean;

	/**
	Equal keys in two programs stand for the same operation on the same inputs, the contents of the build context apart;
	`null` when the builder doesn't tell.
	*/
	readonly key: string | null;

	/** The indices of the stages that its `--from` or its mounts read, ascending. */
	readonly reads: readonly number[];
};

export type BuildEvent =
	| {readonly type: 'started'; readonly step: number; readonly at: number}
	| {readonly type: 'cached'; readonly step: number}
	| {readonly type: 'done'; readonly step: number; readonly seconds: number}
	| {readonly type: 'log'; readonly step: number; readonly data: Uint8Array}
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

/** A filesystem that a shell, a listing or a comparison can be asked of. `debugger/point.ts` spells them. */
export type Point =
	/** A step's result. */
	| {readonly kind: 'after'; readonly step: number}
	/** What a step starts from; for FROM, the base itself. */
	| {readonly kind: 'before'; readonly step: number}
	/** The end of a stage. */
	| {readonly kind: 'stage'; readonly stage: number}
	/** What a failed step left behind; without a step, the first that failed. */
	| {readonly kind: 'failed'; readonly step?: number}
	/** What a failed COPY or ADD looked in; without a step, the first step that failed. */
	| {readonly kind: 'source'; readonly step?: number}
	/** The end of the target's stage. */
	| {readonly kind: 'final'}
	/** The build context as the engine sees it, without what the .dockerignore names. */
	| {readonly kind: 'context'}
	/** An image as FROM names it. */
	| {readonly kind: 'image'; readonly reference: string};

/**
Files to be looked at. Paths start at the root, without a leading slash. No symbolic link is followed: in a path to a file,
only the root and real directories count (`resolvePath` of the filesystem room follows links, inside the root).
*/
export type Files = {
	/**
	@returns What is in a directory, one level of it, names in the order of their bytes.
	@throws {UsageError} There is no such directory.
	@throws {EngineError} The engine was lost.
	*/
	readDirectory(path: BytePath): Promise<readonly Entry[]>;

	/**
	@throws {UsageError} There is nothing of that name.
	@throws {EngineError} The engine was lost.
	*/
	stat(path: BytePath): Promise<Entry>;

	/**
	@param range - In bytes; what lies beyond the end of the file is left out. Default: all of it.
	@returns The contents in chunks, fetched as they are asked for.
	@throws {UsageError} From the iterable: there is no such file.
	@throws {EngineError} From the iterable: the engine was lost.
	*/
	readFile(path: BytePath, range?: FileRange): AsyncIterable<Uint8Array>;

	/**
	@param signal - Aborting it ends the listing; the iterable then throws the signal's reason.
	@returns Every entry but the root, in the order of a listing (see `Entry`), as they come; no contents are moved.
	@throws {EngineError} From the iterable: the engine was lost.
	*/
	list(signal?: AbortSignal): AsyncIterable<Entry>;

	/**
	@param paths - Regular files, by paths of a listing.
	@param signal - Aborting it ends the reading; the iterables then throw the signal's reason.
	@returns The contents of many files in one transfer, one file after the other in the order of a listing. Chunks that
	weren't read when the next file is asked for are dropped.
	@throws {UsageError} From the iterable: there is no such file.
	@throws {EngineError} From the iterable: the engine was lost.
	*/
	readFiles(
		paths: readonly BytePath[],
		signal?: AbortSignal,
	): AsyncIterable<FileContents>;
};

/**
What two filesystems have of the paths in which they may differ, each in the order of a listing, with the root first. Names
that were linked to a file that was touched, and weren't touched themselves, aren't among them.
*/
export type TouchedEntries = {
	readonly before: readonly Entry[];
	readonly after: readonly Entry[];
};

export type FileRange = {readonly offset: number; readonly length: number};

export type FileContents = {
	readonly path: BytePath;
	readonly chunks: AsyncIterable<Uint8Array>;
};

/** A filesystem at a point. */
export type Snapshot = Files & {
	/**
	Opens a shell in a container of its own, which is removed when the shell is closed.

	@throws {UsageError} There is no shell in the filesystem, no toolbox, and no command was given.
	@throws {EngineError} The engine was lost.
	*/
	openShell(options: ShellOptions): Promise<Shell>;

	/**
	@returns A container in which shells are opened one after the other, each with the changes of those before.
	@throws {UsageError} The container can't be made, or nothing in the filesystem, and no toolbox, could keep it.
	@throws {EngineError} The engine was lost.
	*/
	openContainer(): Promise<Container>;
};

/** A throw-away container made from a snapshot. Its changes last until it is closed. */
export type Container = {
	/** Whether shells can still be opened in it: it may have ended by itself, or been killed from inside. */
	readonly isOpen: boolean;

	/** @throws {UsageError} As `Snapshot.openShell`. */
	openShell(options: ShellOptions): Promise<Shell>;

	/** Ends its processes and removes it. Never fails. */
	close(): Promise<void>;
};

export type ShellOptions = {
	/** Default: `/bin/bash`, the stage's SHELL, `/bin/sh`, or that of the toolbox, whichever is there first. */
	readonly command?: readonly string[];

	/** The terminal's size, or `null` for plain pipes. */
	readonly terminal: TerminalSize | null;
};

export type TerminalSize = {readonly rows: number; readonly columns: number};

/** A process in a throw-away container made from a snapshot. */
export type Shell = {
	/** The command that was started. */
	readonly command: readonly string[];

	/** Whether it is the shell of the toolbox: the filesystem has none. */
	readonly isOfToolbox: boolean;

	/** What it prints, in order, until it ends; with a terminal everything is stream 1. */
	readonly output: AsyncIterable<{
		readonly stream: 1 | 2;
		readonly data: Uint8Array;
	}>;

	/** Its exit code. Rejects with an `EngineError` when the engine is lost. */
	readonly exited: Promise<number>;

	/** @returns When the engine has taken the bytes. */
	write(data: Uint8Array): Promise<void>;
	endInput(): void;
	resize(size: TerminalSize): void;

	/** @param name - Without `SIG`: `INT`. */
	signal(name: string): void;

	/** Ends the process and removes the container. Never fails. */
	close(): Promise<void>;
};
