import type {LoadedDefinition, Vertex} from '../program/definition.js';
import {type ReportedVertex, recognise} from '../program/recognise.js';

/** Knows which operations of other builds, that the engine runs for us too, stand for which of ours. */
export class SharedVertices {
	#own: ReadonlyMap<string, Vertex> = new Map();

	/** Also those that were ours until they were to run again: they stay what they were. */
	readonly #everOwn = new Set<string>();
	readonly #recognised = new Map<string, string>();

	/** The build is loaded, or some of its operations are others now. */
	adopt(loaded: LoadedDefinition): void {
		this.#own = loaded.vertices;
		this.leaveOut(loaded);
	}

	/** These are ours, but none of the build's: they stand for nothing else. */
	leaveOut({vertices}: LoadedDefinition): void {
		for (const digest of vertices.keys()) {
			this.#everOwn.add(digest);
		}
	}

	/** The engine reports an operation. */
	learn(reported: ReportedVertex): void {
		const {digest} = reported;
		if (this.#everOwn.has(digest) || this.#recognised.has(digest)) {
			return;
		}

		const own = recognise(reported, this.#own.values(), input =>
			this.#ownOf(input),
		);
		if (own) {
			this.#recognised.set(digest, own.digest);
		}
	}

	/** @returns The digest of our operation that it stands for, or else the digest itself. */
	resolve(digest: string): string {
		return this.#ownOf(digest) ?? digest;
	}

	/** @returns Whether our operation was run, or is being run, by another build. */
	isRunElsewhere(digest: string | null): boolean {
		return digest !== null && [...this.#recognised.values()].includes(digest);
	}

	#ownOf(digest: string): string | undefined {
		return this.#everOwn.has(digest) ? digest : this.#recognised.get(digest);
	}
}
