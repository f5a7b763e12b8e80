import type {FileTree} from '../../filesystem/tree/file-tree.js';
import type {ProjectCache} from './project-cache.js';
import {packListing, unpackListing} from './packed-listing.js';

/** How many listings are left for the next session, and how many names each may have. */
const most = 8;
const mostNames = 120_000;

/** The listings that earlier sessions on the Dockerfile left, and those that this one leaves: the last that were looked at. */
export class EarlierListings {
	readonly #cache: ProjectCache | null;
	readonly #kept = new Map<string, Promise<Uint8Array>>();

	constructor(cache: ProjectCache | null) {
		this.#cache = cache;
	}

	/** When the listings were taken, by the point's name, in milliseconds since 1970. */
	get times(): ReadonlyMap<string, number> {
		return this.#cache?.listings ?? new Map();
	}

	/** @returns What an earlier session saw at the point of that name, or `null` when it isn't known any more. */
	async load(name: string): Promise<FileTree | null> {
		const bytes = (await this.#cache?.readListing(name)) ?? null;
		return bytes && unpackListing(bytes);
	}

	/** Leaves a listing for the next session. */
	keep(name: string, tree: FileTree): void {
		if (this.#cache && tree.paths.size <= mostNames) {
			this.#kept.delete(name);
			this.#kept.set(name, packListing(tree));
			const [oldest] = this.#kept.keys();
			if (this.#kept.size > most) {
				this.#kept.delete(oldest!);
			}
		}
	}

	/** Never fails: what can't be written isn't kept. */
	async close(): Promise<void> {
		const packed = await Promise.all(
			[...this.#kept].map(
				async ([name, bytes]) => [name, await bytes] as const,
			),
		);
		if (packed.length > 0) {
			await this.#cache?.writeListings(new Map(packed));
		}
	}
}
