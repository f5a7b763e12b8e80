import {timestampMs} from '@bufbuild/protobuf/wkt';
import type {BuildEvent} from '../../port.js';
import type {
	StatusResponse,
	Vertex,
	VertexStatus,
} from '../proto/generated/control_pb.js';
import {OutputTail} from './output-tail.js';

type Known = {
	readonly done: boolean;

	/** In milliseconds since the epoch, by the engine's clock. */
	readonly startedAt: number | null;

	/** How long it ran until it last ended, or `null` while it didn't. */
	readonly seconds: number | null;
	readonly inputs: readonly string[];
};

/** Which steps a vertex, named by its digest, belongs to. */
export type VertexOwners = {
	/** @returns The ids of the steps that it runs for. */
	stepsOf(digest: string): readonly number[];

	/** @returns Those of them whose result it is: they are done with it. */
	stepsEndingWith(digest: string): readonly number[];
};

/** Stands for whichever vertex fails first; no digest is empty. */
const anyFailure = '';

/** How much of what a vertex printed tells why it failed, in bytes: a shell writes a word of its complaint at a time. */
const tailLength = 4096;

/** What a vertex ends with when another one's failure, or the user, ended it. */
const canceled = 'context canceled';

/**
Turns BuildKit's status stream, which speaks of vertices, into events, which speak of steps. A vertex may start and
complete several times (while its cache is looked up, or for another stage that shares it): a step is told done once.
*/
export class StatusTranslator {
	readonly owners: VertexOwners;
	readonly #vertices = new Map<string, Known>();
	readonly #reported = new Set<string>();
	readonly #waiting = new Map<string, Set<() => void>>();

	/** By digest, in the order of the reports: what each vertex that failed in this run says of it. */
	readonly #failed = new Map<string, string>();
	readonly #tails = new Map<string, OutputTail>();

	constructor(owners: VertexOwners) {
		this.owners = owners;
	}

	/** @returns What the response says, in order. */
	translate(response: StatusResponse): readonly BuildEvent[] {
		const starts = response.vertexes.flatMap(vertex => this.#started(vertex));
		for (const {vertex, msg} of response.logs) {
			const tail = this.#tails.get(vertex) ?? new OutputTail(tailLength);
			this.#tails.set(vertex, tail);
			tail.add(msg);
		}

		const logs = response.logs.flatMap(log =>
			this.owners.stepsOf(log.vertex).map((step): BuildEvent => ({
				type: 'log',
				step,
				data: log.msg,
			})),
		);
		const progress = response.statuses.map(status => this.#progress(status));
		const ends = response.vertexes.flatMap(vertex => this.#completed(vertex));
		return [...starts, ...logs, ...progress, ...ends];
	}

	/** @returns When the vertex has been reported as completed, or the deadline in milliseconds has passed. */
	async completed(digest: string, deadline: number): Promise<void> {
		if (this.#reported.has(digest) || this.#vertices.get(digest)?.done) {
			return;
		}

		await new Promise<void>(resolve => {
			const timer = setTimeout(resolve, deadline);
			const waiters = this.#waiting.get(digest) ?? new Set();
			this.#waiting.set(digest, waiters);
			waiters.add(() => {
				clearTimeout(timer);
				resolve();
			});
		});
	}

	/**
	@param message - What a solve failed with.
	@param deadline - In milliseconds.
	@returns The digest of the vertex that failed with it in this run, or else of the first that failed at all, as soon as
	one is reported; `null` after the deadline.
	*/
	async failedVertex(
		message: string,
		deadline: number,
	): Promise<string | null> {
		if (this.#failed.size === 0) {
			await this.completed(anyFailure, deadline);
		}

		const failed = [...this.#failed];
		const [digest] =
			failed.find(([, error]) => error === message) ??
			failed.find(([, error]) => message.includes(error)) ??
			failed[0] ??
			[];
		return digest ?? null;
	}

	/** @returns The end of what the vertex printed. */
	tailOf(digest: string): string {
		return this.#tails.get(digest)?.text ?? '';
	}

	/** @returns How long the vertex ran until it last ended, or `null` when it didn't. */
	secondsOf(digest: string): number | null {
		return this.#vertices.get(digest)?.seconds ?? null;
	}

	/** @returns Whether the vertex has completed, without an error, in this run or an earlier one. */
	isDone(digest: string): boolean {
		return this.#vertices.get(digest)?.done ?? false;
	}

	/** A new run begins: what failed or was canceled may be reported again. */
	forgetEnds(): void {
		this.#reported.clear();
		this.#failed.clear();
	}

	#started(vertex: Vertex): readonly BuildEvent[] {
		const known = this.#vertices.get(vertex.digest);
		if (
			known?.done ||
			isConclusion(vertex) ||
			(known && vertex.started === undefined)
		) {
			return [];
		}

		const at = vertex.started ? timestampMs(vertex.started) : null;
		this.#vertices.set(vertex.digest, {
			done: false,
			startedAt: at,
			seconds: null,
			inputs: vertex.inputs,
		});
		return at === null || known?.startedAt === at || vertex.cached
			? []
			: this.owners.stepsOf(vertex.digest).map((step): BuildEvent => ({
					type: 'started',
					step,
					at,
				}));
	}

	#completed(vertex: Vertex): readonly BuildEvent[] {
		if (
			!vertex.completed ||
			(isConclusion(vertex) && this.#isUnderWay(vertex.digest))
		) {
			return [];
		}

		const known = this.#vertices.get(vertex.digest);
		const events = known?.done ? [] : this.#ended(vertex, known);
		this.#report(vertex.digest);
		if (vertex.error !== '' && !vertex.error.includes(canceled)) {
			this.#failed.set(vertex.digest, vertex.error);
			this.#report(anyFailure);
		}

		return events;
	}

	#report(key: string): void {
		this.#reported.add(key);
		for (const wake of this.#waiting.get(key) ?? []) {
			wake();
		}

		this.#waiting.delete(key);
	}

	#ended(vertex: Vertex, known: Known | undefined): readonly BuildEvent[] {
		const completed = timestampMs(vertex.completed!);
		const started = vertex.started ? timestampMs(vertex.started) : completed;
		const seconds = (completed - started) / 1000;
		this.#vertices.set(vertex.digest, {
			done: vertex.error === '',
			startedAt: known?.startedAt ?? null,
			seconds,
			inputs: vertex.inputs,
		});
		if (vertex.error !== '') {
			return [];
		}

		return this.owners
			.stepsEndingWith(vertex.digest)
			.map((step): BuildEvent =>
				vertex.cached ? {type: 'cached', step} : {type: 'done', step, seconds},
			);
	}

	/** Whether the vertex, or something that it waits for, has started and not ended. */
	#isUnderWay(digest: string, seen = new Set<string>()): boolean {
		const known = this.#vertices.get(digest);
		if (!known || known.done || seen.has(digest)) {
			return false;
		}

		seen.add(digest);
		return (
			(known.startedAt !== null && known.seconds === null) ||
			known.inputs.some(input => this.#isUnderWay(input, seen))
		);
	}

	#progress(status: VertexStatus): BuildEvent {
		return {
			type: 'progress',
			step: this.owners.stepsOf(status.vertex)[0] ?? null,
			progress: {
				id: `${status.vertex} ${status.ID}`,
				label: status.name === '' ? status.ID : status.name,
				current: Number(status.current),
				total: Number(status.total),
				finished: status.completed !== undefined,
			},
		};
	}
}

/**
BuildKit concludes that a vertex without an end is cached when one that reads from it starts, and gives it that one's
start for both its times (moby/buildkit solver/progress.go, `vertexStream`). But a COPY that fails is reported as started
while what it waits for still runs.
*/
function isConclusion({cached, started, completed}: Vertex): boolean {
	return (
		cached &&
		started !== undefined &&
		completed !== undefined &&
		timestampMs(started) === timestampMs(completed) &&
		started.nanos === completed.nanos
	);
}
