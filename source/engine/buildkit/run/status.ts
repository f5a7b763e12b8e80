import {timestampMs} from '@bufbuild/protobuf/wkt';
import type {BuildEvent} from '../../port.js';
import type {
	StatusResponse,
	Vertex,
	VertexStatus,
} from '../proto/generated/control_pb.js';
import {Conclusions, isConclusion} from './conclusions.js';
import {OutputTail} from './output-tail.js';
import {SharedVertices} from './shared-vertices.js';
import {SplitReports} from './split-reports.js';

type Known = {
	readonly done: boolean;

	/** In milliseconds since the epoch, by the engine's clock. */
	readonly startedAt: number | null;

	/** When its start was reported first, on our clock. */
	readonly seenAt: number;

	/** How long it ran until it last ended, or `null` while it didn't. */
	readonly seconds: number | null;

	/** Whether the engine reported, when it ended, that it came from its cache. */
	readonly cached: boolean;
	readonly inputs: readonly string[];
};

/** Which steps a vertex, named by its digest, belongs to. */
export type VertexOwners = {
	/** @returns The ids of the steps that it runs for. */
	stepsOf(digest: string): readonly number[];

	/** @returns Those of them whose result it is: they are done with it. */
	stepsEndingWith(digest: string): readonly number[];

	/** @returns Whether a start of it shows that what it is made of is there. */
	startsWhenItRuns(digest: string): boolean;
};

/** Stands for whichever vertex fails next; no digest is empty. */
const anyFailure = '';

/** How much of what a vertex printed tells why it failed, in bytes: a shell writes a word of its complaint at a time. */
const tailLength = 4096;

/** What a vertex ends with when another one's failure, or the user, ended it. */
const canceled = 'context canceled';

/**
In how many beats a time without reports is counted: between two of them what has come is read. A clock alone would take
the time for silence in which a report of megabytes is worked on.
*/
const beats = 6;

/** How long reports are waited for at most while they come, in milliseconds. */
const longestLag = 30_000;

/** What the end of a RUN says whose process was started, so that all that it is made of was there. */
const ranProcess = /^(?:process "|executor failed running )/v;

/**
Turns BuildKit's status stream, which speaks of vertices, into events, which speak of steps. A vertex may start and
complete several times (while its cache is looked up, or for another stage that shares it): a step is told done once.
*/
export class StatusTranslator {
	readonly owners: VertexOwners;

	/** Other builds' operations that run for this one, too. */
	readonly shared = new SharedVertices();
	readonly #conclusions = new Conclusions();
	readonly #split = new SplitReports();
	readonly #vertices = new Map<string, Known>();
	readonly #reported = new Set<string>();
	readonly #waiting = new Map<string, Set<() => void>>();

	/** By digest, in the order of the reports: what each vertex that failed in this run says of it. */
	readonly #failed = new Map<string, string>();
	readonly #tails = new Map<string, OutputTail>();

	/** When the last report came, on our clock. */
	#heardAt = 0;

	readonly #received: () => number;

	/**
	@param received - How many bytes have come over the connection of the reports, of which one may take long on a slow link.
	*/
	constructor(owners: VertexOwners, received: () => number = () => 0) {
		this.owners = owners;
		this.#received = received;
	}

	/**
	@param reported - A response of the stream.
	@returns What it says, in order. What is only concluded is told once it is known to be right.
	*/
	translate(reported: StatusResponse): readonly BuildEvent[] {
		this.#heardAt = performance.now();
		const response = this.#asOurs(reported);
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
				...(log.stream === 2n && {stream: 2}),
				data: log.msg,
			})),
		);
		const progress = response.statuses.map(status => this.#progress(status));
		const ends = this.#completedAll(this.#split.ended(response));
		const concluded = response.logs.flatMap(({vertex}) =>
			this.inputsAreThere(vertex),
		);
		return [
			...starts,
			...concluded,
			...logs,
			...progress,
			...ends,
			...this.#behindRunning(),
		];
	}

	/** @returns What the reports said that came last, where more of them was waited for in vain. */
	flush(): readonly BuildEvent[] {
		return this.#completedAll(this.#split.release());
	}

	/**
	@param digest - Of a vertex that ran, or is done.
	@returns What was only concluded of what it is made of, which is right, then.
	*/
	inputsAreThere(digest: string): readonly BuildEvent[] {
		return this.#conclusions
			.takeBehind(digest, at => this.#vertices.get(at)?.inputs ?? [])
			.flatMap(vertex =>
				this.#ended(vertex, this.#vertices.get(vertex.digest)),
			);
	}

	/**
	A step that prints megabytes is done long before all of that has come: as long as something comes, more is waited for.

	@returns When the vertex has been reported as completed, or for as many milliseconds as the deadline says nothing came.
	*/
	async completed(digest: string, deadline: number): Promise<void> {
		if (this.#reported.has(digest) || this.#vertices.get(digest)?.done) {
			return;
		}

		await new Promise<void>(resolve => {
			const since = performance.now();
			let [heardAt, received] = [this.#heardAt, this.#received()];
			let quiet = 0;
			const timer = setInterval(() => {
				const receivedNow = this.#received();
				quiet =
					heardAt === this.#heardAt && received === receivedNow ? quiet + 1 : 0;
				[heardAt, received] = [this.#heardAt, receivedNow];
				if (quiet >= beats || performance.now() - since > longestLag) {
					clearInterval(timer);
					resolve();
				}
			}, deadline / beats);
			this.#wakes(digest, () => {
				clearInterval(timer);
				resolve();
			});
		});
	}

	/**
	@param message - What a solve failed with.
	@param deadline - How long its report is waited for, in milliseconds.
	@returns The digest of the vertex that failed with it in this run; `null` when none was reported until then.
	*/
	async failedVertex(
		message: string,
		deadline: number,
	): Promise<string | null> {
		const until = performance.now() + deadline;
		for (;;) {
			const failed = [...this.#failed];
			const [digest] =
				failed.find(([, error]) => error === message) ??
				failed.find(([, error]) => message.includes(error)) ??
				[];
			const left = until - performance.now();
			if (digest !== undefined || left <= 0) {
				return digest ?? null;
			}

			// eslint-disable-next-line no-await-in-loop -- until the one comes that it is
			await this.#nextFailure(left);
		}
	}

	/** What failed in this run, by digest, with what it says of it; not what was only canceled. */
	get failed(): ReadonlyMap<string, string> {
		return this.#failed;
	}

	/** When the last report came, as `performance.now()` counts; `null` while something runs. */
	get idleSince(): number | null {
		return [...this.#vertices.values()].some(known => isRunning(known))
			? null
			: this.#heardAt;
	}

	/** @returns The end of what the vertex printed. */
	tailOf(digest: string): string {
		return this.#tails.get(digest)?.text ?? '';
	}

	/** @returns For how long, in seconds, its last report says that the vertex runs; `null` when it doesn't. */
	runningFor(digest: string): number | null {
		const known = this.#vertices.get(digest);
		return known && isRunning(known)
			? (performance.now() - known.seenAt) / 1000
			: null;
	}

	/** @returns How long the vertex ran until it last ended, or `null` when it didn't. */
	secondsOf(digest: string | null): number | null {
		return this.#vertices.get(digest ?? '')?.seconds ?? null;
	}

	/** @returns Whether the engine reported that the vertex came from its cache. */
	wasCached(digest: string): boolean {
		return this.#vertices.get(digest)?.cached ?? false;
	}

	/** @returns Whether the start of the vertex has been reported. */
	began(digest: string | null): boolean {
		return typeof this.#vertices.get(digest ?? '')?.startedAt === 'number';
	}

	/** @returns Whether the vertex has completed, without an error, in this run or an earlier one. */
	isDone(digest: string): boolean {
		return this.#vertices.get(digest)?.done ?? false;
	}

	/** A new run begins: what failed or was canceled may be reported again. */
	forgetEnds(): void {
		this.#reported.clear();
		this.#failed.clear();
		this.#conclusions.clear();
	}

	/** The digests of other builds are replaced by ours where they stand for the same. */
	#asOurs(response: StatusResponse): StatusResponse {
		const ours = (digest: string): string => this.shared.resolve(digest);
		for (const vertex of response.vertexes) {
			this.shared.learn(vertex);
		}

		return {
			...response,
			vertexes: response.vertexes.map(vertex => ({
				...vertex,
				digest: ours(vertex.digest),
				inputs: vertex.inputs.map(input => ours(input)),
			})),
			logs: response.logs.map(log => ({...log, vertex: ours(log.vertex)})),
			statuses: response.statuses.map(status => ({
				...status,
				vertex: ours(status.vertex),
			})),
		};
	}

	/** What was concluded of what those are made of that run. */
	#behindRunning(): readonly BuildEvent[] {
		return this.#conclusions.isEmpty
			? []
			: [...this.#vertices].flatMap(([digest, known]) =>
					isRunning(known) && this.owners.startsWhenItRuns(digest)
						? this.inputsAreThere(digest)
						: [],
				);
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
		if (at !== null) {
			this.#conclusions.drop(vertex.digest);
		}

		this.#vertices.set(vertex.digest, {
			done: false,
			startedAt: at,
			seenAt: known?.startedAt === at ? known.seenAt : performance.now(),
			seconds: null,
			cached: false,
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

	#completedAll(vertices: readonly Vertex[]): readonly BuildEvent[] {
		return vertices
			.toSorted(inOrder)
			.flatMap(vertex => this.#completed(vertex));
	}

	#completed(vertex: Vertex): readonly BuildEvent[] {
		const known = this.#vertices.get(vertex.digest);
		if (
			!vertex.completed ||
			(isConclusion(vertex) && this.#isUnderWay(vertex.digest))
		) {
			return [];
		}

		if (isConclusion(vertex) && !known?.done) {
			this.#conclusions.hold(vertex);
			this.#report(vertex.digest);
			return [];
		}

		const events = known?.done
			? []
			: [
					...(vertex.error === '' || ranProcess.test(vertex.error)
						? this.inputsAreThere(vertex.digest)
						: []),
					...this.#ended(vertex, known),
				];
		this.#report(vertex.digest);
		if (vertex.error !== '' && !vertex.error.includes(canceled)) {
			this.#failed.set(vertex.digest, vertex.error);
			this.#report(anyFailure);
		}

		return events;
	}

	/** Resolves when a vertex is reported as failed, or after as many milliseconds. */
	async #nextFailure(deadline: number): Promise<void> {
		await new Promise<void>(resolve => {
			const timer = setTimeout(resolve, deadline);
			this.#wakes(anyFailure, () => {
				clearTimeout(timer);
				resolve();
			});
		});
	}

	#wakes(key: string, wake: () => void): void {
		const waiters = this.#waiting.get(key) ?? new Set();
		this.#waiting.set(key, waiters);
		waiters.add(wake);
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
			seenAt: known?.seenAt ?? performance.now(),
			seconds,
			cached: vertex.cached,
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
			isRunning(known) ||
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

/** A conclusion has the start of what it was drawn from, and comes before that. */
function inOrder(one: Vertex, other: Vertex): number {
	const at = ({started, completed}: Vertex) => started ?? completed!;
	return (
		Number(at(one).seconds - at(other).seconds) ||
		at(one).nanos - at(other).nanos ||
		Number(isConclusion(other)) - Number(isConclusion(one))
	);
}

function isRunning({startedAt, seconds}: Known): boolean {
	return startedAt !== null && seconds === null;
}
