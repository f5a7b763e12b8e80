/** What to build, with the meanings of `docker build`'s flags. */
export type BuildRequest = {
	/** The build context's folder, absolute. */
	readonly context: string;

	/** Whether the context was fetched from elsewhere: then nothing in it leads to other files of this machine. */
	readonly isFetched?: boolean;

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

/** The value of a secret, as it was given at some time. */
export type KnownSecret = {readonly id: string; readonly value: Uint8Array};

/** Where an SSH agent is (`--ssh`): the path of its socket, or those of private keys that it has to hold. */
export type SshSource = {
	readonly id: string;
	readonly paths: readonly string[];
};

/** What BuildKit lets an instruction do only when the user allows it (moby/buildkit util/entitlements). */
export type Entitlement = 'network.host' | 'security.insecure';
