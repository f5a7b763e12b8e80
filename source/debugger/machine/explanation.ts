/** Who ran a command. */
export type Identity = {
	/** As `/etc/passwd` has it, or `null` where it names none. */
	readonly name: string | null;
	readonly uid: number;
	readonly gid: number;

	/** All of its groups, `gid` too. */
	readonly groups: readonly number[];
};

/** Something in a filesystem, and who may do what with it. */
export type Place = {
	/** From the root, with a leading slash; one character per byte where it isn't text. */
	readonly path: string;
	readonly isDirectory: boolean;

	/** `st_mode & 0o7777`. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
};

/** A C library: what programs are linked with, and what a loader belongs to. */
export type Libc = 'glibc' | 'musl';

/** Why something failed, found in the files of the state that failed. Paths have a leading slash. */
export type Cause =
	/** A program is there, but what its header names as its loader isn't. */
	| {
			readonly kind: 'missing-loader';
			readonly program: string;
			readonly loader: string;

			/** What the loader belongs to, by its name. */
			readonly libc: Libc | null;

			/** What the filesystem has instead, by the loaders in it. */
			readonly has: Libc | null;

			/** What could bring another C library, if the filesystem has it. */
			readonly installer: 'apk' | 'apt-get' | null;
	  }
	/** A program is for another processor. */
	| {
			readonly kind: 'wrong-architecture';
			readonly program: string;
			readonly architecture: string;

			/** The engine's: `linux/amd64`. */
			readonly platform: string;
	  }
	/** The first line of a script names a program that isn't there. */
	| {
			readonly kind: 'missing-interpreter';
			readonly script: string;

			/** As the line has it, but for a carriage return at its end. */
			readonly interpreter: string;

			/** Whether the line ends as on Windows, with a carriage return, which Linux takes for part of the name. */
			readonly hasCarriageReturn: boolean;

			/** Whether a program of that name would be there without it; `null` when there is none. */
			readonly place: string | null;
	  }
	/** A file has no `#!` and is not a program. */
	| {
			readonly kind: 'no-format';
			readonly program: string;
			readonly isEmpty: boolean;

			/** Whether a `#!` stands behind a byte order mark or blank space. */
			readonly isShifted: boolean;
	  }
	| {
			readonly kind: 'not-executable';
			readonly program: Place;
			readonly user: Identity;
	  }
	/** On the way to something is a folder that the user can't enter. */
	| {
			readonly kind: 'closed-folder';
			readonly path: string;
			readonly folder: Place;
			readonly user: Identity;
	  }
	/** A folder was to be run. */
	| {readonly kind: 'folder-started'; readonly path: string}
	| {
			readonly kind: 'missing-library';
			readonly program: string;
			readonly library: string;

			/** Where it is, outside of the folders that were searched. */
			readonly places: readonly string[];

			/** Other versions of it that are there. */
			readonly similar: readonly string[];

			/** Whether there is an `ldconfig`, which makes glibc find libraries in its usual folders. */
			readonly hasLdconfig: boolean;

			/** Whether all of the filesystem was looked through. */
			readonly isWhole: boolean;
	  }
	/** A program is there, but in no folder of PATH. */
	| {
			readonly kind: 'outside-path';
			readonly program: string;
			readonly places: readonly string[];

			/** The folders of PATH. */
			readonly searched: readonly string[];
	  }
	| {
			readonly kind: 'missing-program';
			readonly program: string;

			/** The folders of PATH, or the folder that it was named in. */
			readonly searched: readonly string[];
			readonly nearMisses: readonly string[];

			/** Whether all of the filesystem was looked through for it. */
			readonly isWhole: boolean;

			/** Whether SHELL, or the builder's own choice, named it: the shell of the instruction. */
			readonly isShell: boolean;

			/** Shells that are there. */
			readonly shells: readonly string[];
	  }
	/** Permission was denied. */
	| {
			readonly kind: 'denied';
			readonly path: string;

			/** What is there, or the nearest folder above it that is. */
			readonly place: Place;
			readonly user: Identity;

			/** The mount that it is in. */
			readonly mount: MountPlace | null;
	  }
	/** Only the owner of something, or root, may change what was to be changed. */
	| {
			readonly kind: 'not-owner';
			readonly place: Place;
			readonly user: Identity;
	  }
	/** Something in a folder with the sticky bit isn't removed by somebody else. */
	| {
			readonly kind: 'sticky-folder';
			readonly place: Place;
			readonly folder: Place;
			readonly user: Identity;
	  }
	/** Something in a mount that can't be written to. */
	| {
			readonly kind: 'read-only-mount';
			readonly path: string;
			readonly mount: MountPlace;
	  }
	| {
			readonly kind: 'unknown-user' | 'unknown-group';
			readonly name: string;

			/** Whether the file that names them is there. */
			readonly hasFile: boolean;
			readonly nearMisses: readonly string[];
	  }
	| {
			readonly kind: 'missing-path';
			readonly path: string;

			/** The first name on the way to it that isn't there. */
			readonly missing: string;

			/** The folder that lacks that. */
			readonly folder: string;
			readonly nearMisses: readonly string[];

			/** Where something of that name is. */
			readonly places: readonly string[];

			/** The folder that a relative path was looked for in; `null` of an absolute one. */
			readonly directory: string | null;
	  }
	/** A symbolic link leads to nothing. */
	| {
			readonly kind: 'dangling-link';

			/** What was asked for. */
			readonly path: string;

			/** The link on the way to it, and what is written in it. */
			readonly link: string;
			readonly written: string;

			/** The first name that isn't there where it leads. */
			readonly target: string;
			readonly copy: LinkCopy | null;
	  }
	/** Something that a folder was needed for is another thing. */
	| {readonly kind: 'not-a-folder'; readonly path: string}
	/** A command needed the network, which the instruction has none of. */
	| {
			readonly kind: 'no-network';
			readonly host: string | null;

			/** Whether the instruction says so itself, and not the build. */
			readonly isOfStep: boolean;
	  }
	/** `apt-get install` without the lists of packages. */
	| {readonly kind: 'no-package-lists'; readonly package: string}
	/** Words that a shell would have read were given to a program as they are. */
	| {
			readonly kind: 'exec-form';
			readonly program: string;

			/** The word as it stands in the array. */
			readonly word: string;

			/** The shells that are there. */
			readonly shells: readonly string[];
	  }
	/** A shell that knows little more than POSIX has was given something of bash's. */
	| {
			readonly kind: 'other-shell';

			/** As it is written, or what it is like: `source`, `<<<`, `${NAME^^}`. */
			readonly word: string;

			/** What every shell knows in its place: `. instead of source`. */
			readonly instead: string | null;

			/** The script that holds it; `null` of the instruction's own text. */
			readonly script: string | null;

			/** As it was named, and what that is. */
			readonly shell: string;
			readonly real: string;

			/** Where bash is; `null` where it isn't. */
			readonly bash: string | null;

			/** What an earlier instruction made of the word; `null` where this one stumbled over it. */
			readonly made: string | null;
	  }
	/** A file that no shell of a RUN reads puts the folder of a program in PATH. */
	| {
			readonly kind: 'unread-profile';
			readonly file: string;

			/** The program that is there. */
			readonly found: string;
	  }
	/** There was no space left in a filesystem. */
	| {
			readonly kind: 'no-space';

			/** What was written; `null` where the command didn't say. */
			readonly path: string | null;

			/** Where its filesystem is mounted, and what that is: `/dev/shm`, `tmpfs`. */
			readonly mounted: string;
			readonly type: string;

			/** In bytes, as it is in a container of the state. */
			readonly size: number;
			readonly free: number;

			/** What a tmpfs mount of the instruction may hold, as that says it; `null` where it says nothing. */
			readonly limit: string | null;
	  }
	/** What is known of the network of a command that needed it. */
	| {
			readonly kind: 'network';
			readonly host: string | null;
			readonly network: 'default' | 'host';

			/** What `/etc/resolv.conf` of the instruction's containers names as servers; `null` where it couldn't be read. */
			readonly servers: readonly string[] | null;

			/** Whether the command said that a name couldn't be resolved. */
			readonly isUnresolved: boolean;
	  }
	/** What was written to a place that no image keeps. */
	| ({readonly kind: 'kept-nowhere'; readonly path: string} & KeptNowhere)
	/** What a shell did for itself ended with its RUN. */
	| {
			readonly kind: 'ended-shell';

			/** What it did: `cd /app`, `. /venv/bin/activate`. */
			readonly words: string;

			/** Where that stands: `Dockerfile:3`. */
			readonly place: string;

			/** What is there, and wasn't found without it. */
			readonly found: string;
			readonly remedy: 'folder' | 'variable';
	  };

/** A place that an instruction writes to and that isn't part of the image. */
export type KeptNowhere = {
	/** Of a mount (`cache`, `tmpfs`, `bind`, `secret`), or `volume`. */
	readonly type: string;
	readonly target: string;

	/** The RUN that wrote there: `Dockerfile:3`. */
	readonly place: string;

	/** The COPY that takes the place from another stage; `null` where the path is in the place itself. */
	readonly copy: string | null;
};

/** The COPY or ADD that brought a link. */
export type LinkCopy = {
	readonly instruction: string;

	/** `Dockerfile:3`. */
	readonly place: string;

	/** Whether the link leads out of what the copy reads. */
	readonly leadsOut: boolean;
	readonly source: 'build context' | 'source';
};

/** A mount of a RUN. */
export type MountPlace = {
	readonly type: string;
	readonly target: string;

	/** Whose its folder is in the container: seen there, or `null` when it couldn't be looked at. */
	readonly place: Place | null;
};

/** What was found of a failure. */
export type Explanation = {
	/** The most certain first. */
	readonly causes: readonly Cause[];

	/** Whether only what the step started from could be looked at, and not what it left. */
	readonly isOfInput: boolean;
};

/** A part of a command that a shell ran. */
export type TracedCommand = {
	/** As the shell tells it. */
	readonly text: string;

	/** In the command, counted from 1; `null` where the shell doesn't tell. */
	readonly line: number | null;
};

/** What came of running a failed command again with its shell telling what it runs. */
export type Retrace =
	| {
			readonly kind: 'traced';

			/** What it ended in; `null` when it ended before anything was run. */
			readonly last: TracedCommand | null;

			/** Commands before it that ended with another code than 0 without ending all, the latest last; bounded. */
			readonly failedBefore: ReadonlyArray<
				TracedCommand & {readonly exitCode: number}
			>;

			/** Of a pipeline that it ended in: the codes of its parts, in their order. */
			readonly pipeline: readonly number[];

			/** Of the whole command; 0 when it succeeded this time. */
			readonly exitCode: number;

			/** The last lines that it printed. */
			readonly output: readonly string[];
	  }
	/** It can't be traced: one sentence. */
	| {readonly kind: 'refused'; readonly reason: string};
