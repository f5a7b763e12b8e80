import type {StatusResponse, Vertex} from '../proto/generated/control_pb.js';

/** A report is split where its output is longer, in bytes. */
const splitAt = 1024 * 1024;

/** What each piece of output counts besides its bytes, at most. */
const overhead = 16;

type Report = Pick<StatusResponse, 'vertexes' | 'statuses' | 'logs'>;

/**
A report with more than 1 MiB of output comes in several responses: the first has all that isn't output, also what has
completed, and those behind it have the rest of the output, until an empty one (moby/buildkit client/status.go, `Marshal`).
What has completed hasn't been told of in full before that.
*/
export class SplitReports {
	readonly #held: Vertex[] = [];

	/** Whether more of a report is to come. */
	#isOpen = false;

	/** @returns The vertices that have completed, and of which nothing is to come any more. */
	ended({vertexes, statuses, logs}: Report): readonly Vertex[] {
		const size = logs.reduce((sum, {msg}) => sum + msg.length + overhead, 0);
		const goesOn =
			this.#isOpen &&
			vertexes.length === 0 &&
			statuses.length === 0 &&
			logs.length > 0;
		this.#isOpen = goesOn || size > splitAt;
		this.#held.push(...vertexes.filter(({completed}) => completed));
		return this.#isOpen ? [] : this.release();
	}

	/** @returns Those that are held back: nothing comes any more. */
	release(): readonly Vertex[] {
		this.#isOpen = false;
		return this.#held.splice(0);
	}
}
