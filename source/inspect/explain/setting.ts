import {posix} from 'node:path';
import type {
	Identity,
	KeptNowhere,
	LinkCopy,
	Place,
} from '../../debugger/machine/explanation.js';
import type {StepProcess} from '../../engine/port.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import {parentOf} from '../../filesystem/tree/paths.js';
import type {BytePath} from '../../text/byte-path.js';
import {may, permissions} from './identity.js';
import {absolute, type Look} from './look.js';
import type {RunMount} from './mounts.js';

/** A RUN that came before something, in its stage or the stages that this starts from. */
export type EarlierRun = {
	/** `Dockerfile:3`. */
	readonly place: string;

	/** What a shell read; empty in exec form. */
	readonly text: string;

	/** The folder that it started in. */
	readonly directory: string;
};

/** What came before something, as far as its traces are gone. */
export type Earlier = {
	/** The latest first. */
	readonly runs: readonly EarlierRun[];

	/** Where was written what no image keeps, the latest first. */
	readonly lost: readonly LostPlace[];
};

/** A place that no image keeps, seen from a stage. */
export type LostPlace = KeptNowhere & {
	/** Where it is, or was copied to. */
	readonly at: string;

	/** What the RUN says. */
	readonly text: string;
};

/** A filesystem that is mounted somewhere. */
export type Space = {
	/** `/dev/shm`. */
	readonly mounted: string;

	/** `tmpfs`, or the name of a device. */
	readonly type: string;

	/** In bytes. */
	readonly size: number;
	readonly free: number;
};

/** Where something failed, and who ran it. */
export type Setting = {
	readonly look: Look;
	readonly process: StepProcess;
	readonly identity: Identity;

	/** The engine's: `linux/amd64`. */
	readonly platform: string;

	/** Of the instruction. */
	readonly mounts: readonly RunMount[];

	/** How a RUN is written; `null` of what is none. */
	readonly form: 'exec' | 'shell' | null;

	/** Whether the instruction itself says what network it has. */
	readonly isNetworkOfStep: boolean;

	/** What came before the instruction. */
	readonly earlier: Earlier;

	/** Looks at a folder as the instruction's own processes see it; `null` where nobody can. */
	readonly placeInContainer: (path: string) => Promise<Place | null>;

	/** Reads a small file likewise. */
	readonly readInContainer: (path: string) => Promise<string | null>;

	/** Looks at the filesystem that a path is in likewise. */
	readonly spaceInContainer: (path: string) => Promise<Space | null>;

	/** Finds the copy that brought a link; `null` where none did, or nobody knows. */
	readonly copyOf: (link: Entry) => Promise<LinkCopy | null>;

	/** Ends what takes long. */
	readonly signal: AbortSignal;
};

/** The folders of PATH that a process has when nobody says (moby/buildkit util/system, `DefaultPathEnv`). */
const defaultPath =
	'/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** @returns The folders of PATH. */
export function searchedFolders({process}: Setting): readonly string[] {
	return (process.environment['PATH'] ?? defaultPath)
		.split(':')
		.filter(folder => folder !== '');
}

/** @returns What an entry is, for telling. */
export function placeOf({path, kind, mode, uid, gid}: Entry): Place {
	return {
		path: absolute(path),
		isDirectory: kind === 'directory',
		mode,
		uid,
		gid,
	};
}

/** @returns A path as the process means it, without `.` and `..`. */
export function fullPath(path: string, directory: string): string {
	return posix.resolve('/', directory, path);
}

/**
@param path - A real path.
@returns The first folder on the way to it that the user can't enter.
*/
export async function closedFolder(
	{look, identity}: Setting,
	path: BytePath,
): Promise<Place | null> {
	for (const folder of foldersTo(path)) {
		// eslint-disable-next-line no-await-in-loop -- down the path
		const entry = await look.entry(folder);
		if (!entry) {
			return null;
		}

		const place = placeOf(entry);
		if (place.isDirectory && !may(identity, place, permissions.execute)) {
			return place;
		}
	}

	return null;
}

/** The folders that hold a path, but for the root, the outermost first. */
function foldersTo(path: BytePath): readonly BytePath[] {
	const parent = parentOf(path);
	return parent === '' ? [] : [...foldersTo(parent), parent];
}
