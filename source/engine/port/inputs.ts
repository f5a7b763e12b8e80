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
	/** Equal for what is equal for the engine's cache: contents, mode and owner count, the time doesn't; `null` where it wasn't read. */
	readonly fingerprint: string | null;

	/** Size, time and number of the file when the fingerprint was taken: while it stays, the contents aren't read again. */
	readonly stamp: string;
};

export type ListingOptions = {
	/** An earlier listing of the same context: what still has its stamp keeps its fingerprint. */
	readonly earlier?: ContextListing;

	/** Whether the contents of a file count; large ones for which they don't aren't read. By default all do. */
	readonly reads?: (path: string) => boolean;
	readonly signal?: AbortSignal;
};

/** The process that a RUN starts, as its builder starts it. */
export type StepProcess = {
	/** The program and its arguments; in shell form what SHELL says, and the command behind it. */
	readonly arguments: readonly string[];

	/** Without the values of secrets. */
	readonly environment: Readonly<Record<string, string>>;

	/** As USER has it, `dev` or `1000:1000`; empty for root. */
	readonly user: string;

	/** Absolute. */
	readonly directory: string;
	readonly network: 'default' | 'none' | 'host';
};
