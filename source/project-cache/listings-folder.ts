import {readFile, readdir, rm, stat} from 'node:fs/promises';
import path from 'node:path';
import {replaceFile} from './replace-file.js';

/** How many listings stay, and how long a point's name may be to become a file's. */
const most = 24;
const longestName = 80;
const ending = '.gz';

type KeptFile = {readonly name: string; readonly time: number};

/** Listings in files of their own, named by their points. Whatever can't be read or written counts as not there. */
export class ListingsFolder {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** @returns When each was written, in milliseconds since 1970. */
	async times(): Promise<ReadonlyMap<string, number>> {
		const files = await this.#files();
		return new Map(files.map(({name, time}) => [name, time]));
	}

	async read(name: string): Promise<Uint8Array | null> {
		try {
			return await readFile(this.#place(name));
		} catch {
			// Another session may have taken it away.
			return null;
		}
	}

	async write(listings: ReadonlyMap<string, Uint8Array>): Promise<void> {
		try {
			for (const [name, bytes] of listings) {
				if (name.length <= longestName) {
					// eslint-disable-next-line no-await-in-loop -- a few files
					await replaceFile(this.#place(name), bytes);
				}
			}

			const files = await this.#files();
			const oldest = files.toSorted((a, b) => b.time - a.time).slice(most);
			await Promise.all(
				oldest.map(async ({name}) => rm(this.#place(name), {force: true})),
			);
		} catch {
			// The session was worth more than its memory.
		}
	}

	async #files(): Promise<readonly KeptFile[]> {
		try {
			const names = await readdir(this.#folder);
			const files = await Promise.all(
				names
					.filter(file => file.endsWith(ending))
					.map(async file => this.#file(file)),
			);
			return files.filter(file => file !== null);
		} catch {
			// The first session, or a folder that isn't ours.
			return [];
		}
	}

	async #file(file: string): Promise<KeptFile | null> {
		try {
			const {mtimeMs} = await stat(path.join(this.#folder, file));
			const name = decodeURIComponent(file.slice(0, -ending.length));
			return {name, time: mtimeMs};
		} catch {
			// Another session has taken it away, or it isn't ours.
			return null;
		}
	}

	#place(name: string): string {
		return path.join(this.#folder, `${encodeURIComponent(name)}${ending}`);
	}
}
