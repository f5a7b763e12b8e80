import type {Point, Snapshot} from '../engine/port.js';
import type {Entry} from '../filesystem/tree/entry.js';
import {type FileTree, FileTreeBuilder} from '../filesystem/tree/file-tree.js';
import {formatPoint} from '../debugger/points/point.js';
import type {DebuggerStore} from '../debugger/session/store.js';

/** A filesystem with all its names. */
export type Listed = {readonly files: Snapshot; readonly tree: FileTree};

/** A filesystem with those of its names in which it may differ from another. */
export type Touched = {
	readonly files: Snapshot;
	readonly entries: readonly Entry[];
};

export type ListingOptions = {
	readonly signal: AbortSignal;

	/** Called now and then with how many names there are so far. */
	onCount(count: number): void;
};

type Kept = {
	readonly name: string;

	/** What the name is true of: the program, or the failure that left the state behind. */
	readonly of: unknown;
	readonly listed: Listed;
};

/** How many are kept: 300,000 names take about 30 MB. */
const most = 4;

/** Which points mean the same in the next session. */
const isKept: Readonly<Record<Point['kind'], boolean>> = {
	after: true,
	before: true,
	stage: true,
	final: true,
	context: true,
	failed: false,
	source: false,
	image: false,
};

/** How many names come between two reports. */
const countStep = 2048;

/** The filesystems of a session's points, and their listings: each is fetched once, and the last few are kept. */
export class Listings {
	readonly #store: DebuggerStore;
	#kept: readonly Kept[] = [];

	constructor(store: DebuggerStore) {
		this.#store = store;
	}

	/**
	@returns The filesystems of two points with what may differ between them, or `null` when only whole listings tell.
	@throws {UsageError} A point can't be opened.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async touched(
		from: Point,
		to: Point,
		signal: AbortSignal,
	): Promise<readonly [Touched, Touched] | null> {
		const touched = await this.#store.touched(from, to, signal);
		return (
			touched && [
				{files: await this.#store.snapshot(from), entries: touched.before},
				{files: await this.#store.snapshot(to), entries: touched.after},
			]
		);
	}

	/**
	@param point - Something that has been reached.
	@returns Its names.
	@throws {UsageError} The point can't be opened.
	@throws {EngineError} The engine was lost.
	@throws The signal's reason when it aborts.
	*/
	async load(point: Point, options: ListingOptions): Promise<Listed> {
		const {program, phase} = this.#store.state;
		const name = program ? formatPoint(point, program) : '';
		const isOfFailure = point.kind === 'failed' || point.kind === 'source';
		const of = isOfFailure && phase.kind === 'failed' ? phase.failure : program;
		const found = this.#kept.find(kept => kept.name === name && kept.of === of);
		const listed =
			found?.listed ?? (await list(await this.#store.snapshot(point), options));
		if (!found && isKept[point.kind]) {
			this.#store.earlierListings.keep(name, listed.tree);
		}

		this.#kept = [
			{name, of, listed},
			...this.#kept.filter(kept => kept.name !== name),
		].slice(0, most);
		return listed;
	}
}

async function list(
	files: Snapshot,
	{signal, onCount}: ListingOptions,
): Promise<Listed> {
	const builder = new FileTreeBuilder();
	let count = 0;
	signal.throwIfAborted();
	for await (const entry of files.list(signal)) {
		builder.add(entry);
		count++;
		if (count % countStep === 0) {
			onCount(count);
		}
	}

	return {files, tree: builder.finish()};
}
