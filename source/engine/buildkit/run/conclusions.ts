import {timestampMs} from '@bufbuild/protobuf/wkt';
import type {Vertex} from '../proto/generated/control_pb.js';

/**
BuildKit concludes that a vertex without an end is cached when one that reads from it starts, and gives it that one's
start for both its times (moby/buildkit solver/progress.go, `vertexStream`). But a COPY whose source isn't there, and a
RUN with such a mount, are reported as started though what is before them was never looked at.
*/
export function isConclusion({cached, started, completed}: Vertex): boolean {
	return (
		cached &&
		started !== undefined &&
		completed !== undefined &&
		timestampMs(started) === timestampMs(completed) &&
		started.nanos === completed.nanos
	);
}

/** What BuildKit only concluded, until it is known to be right. */
export class Conclusions {
	readonly #held = new Map<string, Vertex>();

	get isEmpty(): boolean {
		return this.#held.size === 0;
	}

	hold(vertex: Vertex): void {
		this.#held.set(vertex.digest, vertex);
	}

	/** It isn't a conclusion any more: the vertex itself is reported. */
	drop(digest: string): void {
		this.#held.delete(digest);
	}

	clear(): void {
		this.#held.clear();
	}

	/**
	@param digest - Of a vertex whose inputs are there.
	@param inputsOf - The digests that a vertex reads from.
	@returns What was concluded of it and of all that it is made of, inputs first; they are held no longer.
	*/
	takeBehind(
		digest: string,
		inputsOf: (digest: string) => readonly string[],
	): readonly Vertex[] {
		const taken: Vertex[] = [];
		const seen = new Set<string>();
		const visit = (at: string): void => {
			if (seen.has(at)) {
				return;
			}

			seen.add(at);
			const held = this.#held.get(at);
			for (const input of held?.inputs ?? inputsOf(at)) {
				visit(input);
			}

			if (held) {
				this.#held.delete(at);
				taken.push(held);
			}
		};

		if (!this.isEmpty) {
			visit(digest);
		}

		return taken;
	}
}
