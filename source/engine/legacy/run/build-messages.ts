/** What the legacy builder tells while it builds, one message of its stream each. */
export type BuildMessage =
	/** It begins an instruction; they are counted from 1, the ARG instructions before the first FROM too. */
	| {readonly type: 'step'; readonly number: number}
	| {readonly type: 'cached'}
	/** A container with the first 12 digits of its id does the work of the instruction. */
	| {readonly type: 'container'; readonly id: string}
	/** That container is done, and gone. */
	| {readonly type: 'removed'}
	/** The instruction is done; the first 12 digits of its image's id, empty after FROM scratch. */
	| {readonly type: 'image'; readonly id: string}
	/** The end of a stage: the whole id of its last image. */
	| {readonly type: 'result'; readonly id: string}
	| {readonly type: 'output'; readonly text: string}
	| {readonly type: 'warning'; readonly text: string}
	| {
			readonly type: 'transfer';
			readonly id: string;
			readonly status: string;

			/** In bytes; 0 where the engine doesn't count. */
			readonly current: number;
			readonly total: number;
	  }
	| {
			readonly type: 'error';
			readonly message: string;

			/** Of the process; `null` when there was none. */
			readonly code: number | null;
	  };

/** One object of the stream (moby/moby pkg/jsonmessage, `JSONMessage`; `aux` is `types.BuildResult`). */
type RawMessage = {
	readonly stream?: string;
	readonly aux?: {readonly ID?: string};
	readonly errorDetail?: {readonly code?: number; readonly message?: string};
	readonly error?: string;
	readonly status?: string;
	readonly id?: string;
	readonly progressDetail?: {
		readonly current?: number;
		readonly total?: number;
	};
};

const stepLine = /^Step (?<number>\d+)\/\d+ : /v;
const imageLine = /^ ---> (?<id>[0-9a-f]{12})?\n$/v;
const containerLine = /^ ---> Running in (?<id>[0-9a-f]{12})\n$/v;
const removedLine =
	/^(?: ---> Removed|Removing) intermediate container (?<id>[0-9a-f]{12})\n$/v;

/** What it warns of (moby/moby builder/dockerfile: buildargs.go, containerbackend.go). */
const warningLine = /^(?: ---> )?\[Warning\] (?<text>[^\n]+)\n$/v;

/** How the builder marks what was printed on the standard error (moby/moby pkg/streamformatter, `stderrFormatter`). */
const errorStart = '\u001B[91m';
const errorEnd = '\u001B[0m';

/**
Reads the messages of one request. The builder mixes its own lines with what the instructions print (moby/moby
builder/dockerfile: dispatchers.go, evaluator.go, containerbackend.go); while a container runs, only the line that says
that this very container is removed is the builder's.
*/
export class BuildMessages {
	#container: string | null = null;
	#isInstruction = false;

	/**
	@param raw - An object of the stream.
	@returns What it says; `null` when that is nothing.
	*/
	read(raw: unknown): BuildMessage | null {
		const {stream, aux, errorDetail, error, status, id, progressDetail} =
			raw as RawMessage;
		if (stream !== undefined) {
			return this.#container === null
				? this.#readLine(stream)
				: this.#readOutput(stream, this.#container);
		}

		if (error !== undefined || errorDetail) {
			return {
				type: 'error',
				message: errorDetail?.message ?? error ?? '',
				code: errorDetail?.code || null,
			};
		}

		if (aux?.ID) {
			return {type: 'result', id: aux.ID};
		}

		return status === undefined
			? null
			: {
					type: 'transfer',
					id: id ?? '',
					status,
					current: progressDetail?.current ?? 0,
					total: progressDetail?.total ?? 0,
				};
	}

	#readLine(line: string): BuildMessage | null {
		const step = stepLine.exec(line)?.groups!['number'];
		if (step !== undefined) {
			this.#isInstruction = true;
			return {type: 'step', number: Number(step)};
		}

		const container = containerLine.exec(line)?.groups!['id'];
		if (container !== undefined) {
			this.#container = container;
			return {type: 'container', id: container};
		}

		const image = this.#isInstruction ? imageLine.exec(line) : null;
		if (image) {
			this.#isInstruction = false;
			return {type: 'image', id: image.groups!['id'] ?? ''};
		}

		const warning = warningLine.exec(line)?.groups!['text'];
		return warning === undefined
			? line === ' ---> Using cache\n'
				? {type: 'cached'}
				: null
			: {type: 'warning', text: warning};
	}

	#readOutput(text: string, container: string): BuildMessage | null {
		if (removedLine.exec(text)?.groups!['id'] === container) {
			this.#container = null;
			return {type: 'removed'};
		}

		return {
			type: 'output',
			text:
				text.startsWith(errorStart) && text.endsWith(errorEnd)
					? text.slice(errorStart.length, -errorEnd.length)
					: text,
		};
	}
}
