import type {Files} from '../../engine/port.js';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import {UsageError} from '../../errors.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import type {
	BuildGraph,
	Lookup,
	Place,
	Spot,
} from '../../filesystem/provenance/provenance.js';
import type {BytePath} from '../../text/byte-path.js';
import {type FileAt, compareContents, hashOf} from '../compare-contents.js';
import {type Member, archiveMembers} from './archive-members.js';
import {listTouched} from './list-touched.js';

/** @returns What following files through a build takes to know of it. */
export function buildGraph(build: BuildFiles): BuildGraph {
	const {program} = build;
	return {
		stages: program.stages.map(({index, steps}) => ({
			base: program.graph.stages[index]!.base,
			steps: steps.map(id => ({
				id,
				executes: program.steps[id]!.executes,
				copy: build.copiesOf(id),
			})),
		})),
	};
}

/**
@returns A look into the filesystems of a build: each is opened once, and only when it is asked for, and each answer is kept.
*/
export function buildLookup(build: BuildFiles): Lookup {
	return new BuildLookup(build);
}

/** How many listings are kept: of up to 20,000 entries each, mostly. */
const keptListings = 6;

/** How many names filesystems may have that are listed as a whole where the builder can't tell what differs. */
const mostListed = 20_000;

class BuildLookup implements Lookup {
	readonly #listings = new Map<string, Promise<readonly Entry[] | null>>();

	/** How many entries a place has at least, where a listing was given up. */
	readonly #larger = new Map<string, number>();
	readonly #build: BuildFiles;
	readonly #opened = new Map<string, Promise<Files>>();
	readonly #answers = new Map<string, Promise<unknown>>();

	constructor(build: BuildFiles) {
		this.#build = build;
	}

	readonly stat: Lookup['stat'] = async (place, path) =>
		this.#once(['stat', place, path], async () =>
			this.#reading(place, async files => files.stat(path), null),
		);

	readonly readDirectory: Lookup['readDirectory'] = async (place, path) =>
		this.#once(['read', place, path], async () =>
			this.#reading(place, async files => files.readDirectory(path), []),
		);

	readonly compare: Lookup['compare'] = async (a, b) =>
		this.#once(['compare', a, b], async () =>
			orNothing(async () => {
				const [size, other] = await Promise.all([
					this.#sizeOf(a),
					this.#sizeOf(b),
				]);
				return size === other
					? compareContents(await this.#at(a), await this.#at(b), size)
					: 'different';
			}, 'unknown'),
		);

	readonly compareMember: Lookup['compareMember'] = async (
		archive,
		path,
		unpacked,
	) => {
		const members = await this.#membersOf(archive);
		if (members === null) {
			return 'unknown';
		}

		const member = members.get(path);
		const entry = await this.stat(unpacked.place, unpacked.path);
		if (member?.isFile !== (entry?.kind === 'file')) {
			return null;
		}

		return member.hash === null ||
			member.hash === (await hashOf(await this.#at(unpacked)))
			? 'same'
			: 'different';
	};

	readonly namesOf: Lookup['namesOf'] = async (place, path) =>
		this.#once(['names', place, path], async () =>
			this.#reading(
				place,
				async files => (await files.namesOf?.(path)) ?? null,
				null,
			),
		);

	readonly list: Lookup['list'] = async (place, most) => {
		const spot = JSON.stringify(place);
		if (most <= (this.#larger.get(spot) ?? 0)) {
			return null;
		}

		const key = JSON.stringify([place, most]);
		const listing = this.#listings.get(key) ?? this.#list(place, most);
		this.#listings.delete(key);
		this.#listings.set(key, listing);
		if (this.#listings.size > keptListings) {
			const [oldest] = this.#listings.keys();
			this.#listings.delete(oldest!);
		}

		return listing;
	};

	readonly touched: Lookup['touched'] = async (from, to) =>
		this.#once(['touched', from, to], async () => {
			if (from.kind === 'copy' || to.kind === 'copy') {
				return null;
			}

			const touched = await this.#build.touched(from, to, undefined, {
				isQuick: true,
			});
			if (touched !== null) {
				return touched;
			}

			const [before, after] = await Promise.all([
				this.list(from, mostListed),
				this.list(to, mostListed),
			]);
			return before && after && listTouched(before, after);
		});

	async #list(place: Place, most: number): Promise<readonly Entry[] | null> {
		const entries: Entry[] = [];
		const files = await this.#open(place);
		const limit = new AbortController();
		try {
			for await (const entry of files.list(limit.signal)) {
				entries.push(entry);
				if (entries.length > most) {
					limit.abort();
				}
			}
		} catch (error) {
			if (!limit.signal.aborted) {
				throw error;
			}

			this.#larger.set(JSON.stringify(place), most);
			return null;
		}

		if (entries.length > most) {
			this.#larger.set(JSON.stringify(place), most);
			return null;
		}

		return entries;
	}

	/** A download that the builder doesn't keep is as one that has nothing. */
	async #reading<T>(
		place: Place,
		read: (files: Files) => Promise<T>,
		nothing: T,
	): Promise<T> {
		const files =
			place.kind === 'copy'
				? await orNothing(async () => this.#open(place), null)
				: await this.#open(place);
		return files === null
			? nothing
			: orNothing(async () => read(files), nothing);
	}

	async #membersOf(
		archive: Spot,
	): Promise<ReadonlyMap<BytePath, Member> | null> {
		return this.#once(['members', archive], async () =>
			archiveMembers(await this.#at(archive), await this.#sizeOf(archive)),
		);
	}

	async #sizeOf({place, path}: Spot): Promise<number> {
		const files = await this.#open(place);
		const {size} = await files.stat(path);
		return size;
	}

	async #at({place, path}: Spot): Promise<FileAt> {
		return {files: await this.#open(place), path};
	}

	async #open(place: Place): Promise<Files> {
		const key = JSON.stringify(place);
		const files =
			this.#opened.get(key) ??
			(place.kind === 'copy'
				? this.#build.copySource(place.step, place.operation)
				: this.#build.snapshot(place));
		this.#opened.set(key, files);
		return files;
	}

	async #once<T>(
		question: readonly unknown[],
		ask: () => Promise<T>,
	): Promise<T> {
		const key = JSON.stringify(question);
		const answer = (this.#answers.get(key) as Promise<T> | undefined) ?? ask();
		this.#answers.set(key, answer);
		return answer;
	}
}

async function orNothing<T>(read: () => Promise<T>, nothing: T): Promise<T> {
	try {
		return await read();
	} catch (error) {
		if (error instanceof UsageError) {
			return nothing;
		}

		throw error;
	}
}
