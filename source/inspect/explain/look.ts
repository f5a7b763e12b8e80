import {Buffer} from 'node:buffer';
import type {Files} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import {type Entry, plainRoot} from '../../filesystem/tree/entry.js';
import {parentOf} from '../../filesystem/tree/paths.js';
import {
	type ResolvedPath,
	resolvePath,
} from '../../filesystem/tree/resolve-path.js';
import {asBytePath, type BytePath} from '../../text/byte-path.js';

/** Looks into a filesystem, each thing once, and knows what it has seen. */
export class Look {
	readonly files: Files;
	readonly #entries = new Map<BytePath, Promise<Entry | undefined>>();
	readonly #levels = new Map<BytePath, Promise<readonly Entry[]>>();
	#listing: Promise<readonly Entry[] | null> | undefined;

	constructor(files: Files) {
		this.files = files;
	}

	/**
	@param path - A real path, without links on the way.
	@returns What is there.
	*/
	async entry(path: BytePath): Promise<Entry | undefined> {
		const known =
			this.#entries.get(path) ?? orNothing(this.files.stat(path), undefined);
		this.#entries.set(path, known);
		return known;
	}

	/** @returns Where a path leads, through links. */
	async resolve(path: string): Promise<ResolvedPath> {
		return resolvePath(asBytePath(path), async real => this.entry(real));
	}

	/** @returns What a path leads to, through links, or `undefined` when that is nothing. */
	async find(path: string): Promise<Entry | undefined> {
		const resolved = await this.resolve(path);
		return resolved.kind === 'found'
			? (resolved.entry ?? plainRoot)
			: undefined;
	}

	/** @returns What is in a folder, by its real path; nothing when there is no such folder. */
	async readDirectory(path: BytePath): Promise<readonly Entry[]> {
		const known =
			this.#levels.get(path) ?? orNothing(this.files.readDirectory(path), []);
		this.#levels.set(path, known);
		return known;
	}

	/**
	@param path - Of a regular file.
	@returns A part of it; empty where it can't be read.
	*/
	async read(
		path: BytePath,
		offset: number,
		length: number,
	): Promise<Uint8Array> {
		const chunks = async (): Promise<Uint8Array> => {
			const read: Uint8Array[] = [];
			for await (const chunk of this.files.readFile(path, {offset, length})) {
				read.push(chunk);
			}

			return Buffer.concat(read);
		};

		return length <= 0
			? new Uint8Array()
			: orNothing(chunks(), new Uint8Array());
	}

	/**
	@returns The text of a small file, links followed; `null` where there is none.
	*/
	async text(path: string): Promise<string | null> {
		const found = await this.find(path);
		return found?.kind === 'file'
			? Buffer.from(await this.read(found.path, 0, mostText)).toString()
			: null;
	}

	/**
	@param signal - Ends the listing.
	@returns Every entry, or `null` when there was no time for that.
	*/
	async list(signal: AbortSignal): Promise<readonly Entry[] | null> {
		this.#listing ??= this.#list(signal);
		return this.#listing;
	}

	/**
	@param files - Another filesystem, which may be the same where this one was looked at.
	@returns Whether all that was seen, and wasn't, is the same there.
	*/
	async agreesWith(files: Files): Promise<boolean> {
		const seen = await Promise.all(
			[...this.#entries].map(
				async ([path, entry]) => [path, await entry] as const,
			),
		);
		const entries = await files.statAll!(seen.map(([path]) => path));
		const there = new Map(entries.map(entry => [entry.path, entry]));
		return seen.every(([path, entry]) => isSame(entry, there.get(path)));
	}

	async #list(signal: AbortSignal): Promise<readonly Entry[] | null> {
		const entries: Entry[] = [];
		try {
			for await (const entry of this.files.list(signal)) {
				entries.push(entry);
			}
		} catch (error) {
			if (signal.aborted || error instanceof UsageError) {
				return null;
			}

			throw error;
		}

		return entries;
	}
}

/** @returns A path from the root, as people write it. */
export function absolute(path: BytePath): string {
	return `/${path}`;
}

/** @returns The nearest folder above a path that is there, by the first name on the way that isn't. */
export async function nearestFolder(
	look: Look,
	missing: BytePath,
): Promise<Entry> {
	const parent = parentOf(missing);
	return (await look.entry(parent)) ?? plainRoot;
}

/** More than the files have that are read whole, in bytes. */
const mostText = 262_144;

/** What isn't there is found out by asking for it. */
async function orNothing<Found, Nothing>(
	asked: Promise<Found>,
	nothing: Nothing,
): Promise<Found | Nothing> {
	try {
		return await asked;
	} catch (error) {
		if (error instanceof UsageError) {
			return nothing;
		}

		throw error;
	}
}

function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
	if (!one || !other) {
		return one === other;
	}

	return (
		one.kind === other.kind &&
		one.mode === other.mode &&
		one.uid === other.uid &&
		one.gid === other.gid &&
		one.linkTarget === other.linkTarget &&
		(one.kind !== 'file' ||
			(one.modified === other.modified &&
				(other.hardLinkTo !== null || one.size === other.size)))
	);
}
