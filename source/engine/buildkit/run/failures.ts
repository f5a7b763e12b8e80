import type {
	BuildRequest,
	EngineDescription,
	Entitlement,
	Failure,
	FailureKind,
	MissingSource,
} from '../../port.js';
import {contextLister} from '../../context/context-lister.js';
import {explainMissingInContext} from '../../context/explain-missing.js';
import {lookalikeWords} from '../../lookalike-words.js';
import type {FailureWords} from '../../failure-words.js';
import {explainOwner} from '../../owner-words.js';
import {describeMissing, filesLister, lookFor} from '../../missing-source.js';
import type {Result, Vertex} from '../program/definition.js';
import {ReferenceFiles} from '../files/reference-files.js';
import type {LoadedBuild} from '../program/loading.js';
import {alike} from '../program/recognise.js';
import {NetMode, type Op, SecurityMode} from '../proto/generated/ops_pb.js';
import {isContext, nameOfInput, readingsOf} from '../program/step-inputs.js';
import {absentMounts} from './absent-mounts.js';
import {
	explainFailure,
	missingEntitlement,
	missingPath,
} from './failure-words.js';
import {
	type FailureDetails,
	readFailure,
	readMessageOnly,
} from './error-details.js';
import {type Evaluation, statusLag} from './evaluation.js';
import {type Remains, keptState, runOf} from './remains.js';

export type FailureOptions = {
	readonly request: BuildRequest;
	readonly engine: EngineDescription;

	/** @returns Why the engine couldn't get a file of ours, when that happened: clearer than what the engine says. */
	readonly transferError: () => Error | undefined;
};

/** The failures of the latest run: tells what each was, and keeps what it left. */
export class Failures {
	readonly evaluation: Evaluation;
	readonly options: FailureOptions;
	readonly #remains = new Map<number | null, Remains>();

	constructor(evaluation: Evaluation, options: FailureOptions) {
		this.evaluation = evaluation;
		this.options = options;
	}

	/** The operations that failed; a new solve of one of them would only get its error again. */
	get digests(): ReadonlySet<string> {
		return digestsOf([...this.#remains.values()]);
	}

	/** Those of them whose error even a new attempt would get again. */
	get sharedDigests(): ReadonlySet<string> {
		return digestsOf(
			[...this.#remains.values()].filter(({isShared}) => isShared),
		);
	}

	/** What is left of a failure is another state now. */
	keep(remains: Remains, held: Pick<Remains, 'state' | 'ownRun'>): void {
		for (const [step, known] of this.#remains) {
			if (known === remains) {
				this.#remains.set(step, {...remains, ...held});
			}
		}
	}

	/** A new run begins. */
	forget(): void {
		this.#remains.clear();
	}

	/**
	@param step - Default: the first that failed.
	@returns What is left of its failure, or `undefined` when it didn't fail.
	*/
	remainsOf(step?: number): Remains | undefined {
		return step === undefined
			? [...this.#remains.values()][0]
			: this.#remains.get(step);
	}

	/**
	@param errors - What solves ended with, in their order.
	@param stepsOf - The ids of the steps that an operation, by its digest, was run for.
	@returns The failures, each told once, although whatever depends on what failed fails with the same error; with them
	the operations that were run.
	*/
	async read(
		errors: readonly unknown[],
		load: LoadedBuild,
		stepsOf: (digest: string) => readonly number[],
	): Promise<{
		readonly failures: readonly Failure[];
		readonly ran: readonly string[];
	}> {
		const failures: Failure[] = [];
		const ran: string[] = [];
		const add = async (
			details: FailureDetails,
			digest: string | null,
		): Promise<void> => {
			const step =
				digest === null
					? null
					: (stepsOf(digest)[0] ?? load.mapping.readersOf.get(digest) ?? null);
			if (!this.#remains.has(step)) {
				failures.push(await this.#tell(load, details, digest, step));
			}
		};

		for (const error of errors) {
			const details = readFailure(error);
			// eslint-disable-next-line no-await-in-loop -- what one of them is decides whether the next is another
			const digest = await this.#vertexOf(load, details);
			// eslint-disable-next-line no-await-in-loop
			await add(details, digest);
			if (digest !== null && details.ran) {
				ran.push(digest);
			}
		}

		// A solve ends with one error, also when more than one operation of it failed.
		const {status} = this.evaluation;
		for (const [digest, message] of errors.length > 0 ? status.failed : []) {
			if (load.loaded.vertices.has(digest) && !status.isDone(digest)) {
				// eslint-disable-next-line no-await-in-loop
				await add(readMessageOnly(message, digest), digest);
			}
		}

		return {failures, ran};
	}

	/** The operation of ours that failed. */
	async #vertexOf(
		load: LoadedBuild,
		details: FailureDetails,
	): Promise<string | null> {
		const {status} = this.evaluation;
		const {vertices} = load.loaded;
		const {vertex, message} = details;
		const entitlement = missingEntitlement(message);
		if (entitlement) {
			// Nothing began: the engine looks at what each operation needs before any of them.
			return (
				[...vertices.values()].find(
					({digest, op}) => needs(op, entitlement) && !status.isDone(digest),
				)?.digest ?? null
			);
		}

		const reported =
			vertex === null || !vertices.has(status.shared.resolve(vertex))
				? await status.failedVertex(message, statusLag)
				: null;
		const named = [
			...(vertex === null ? [] : [status.shared.resolve(vertex)]),
			...(reported === null ? [] : [reported]),
		].find(candidate => vertices.has(candidate));
		const [first] = status.failed.keys();
		const digest = named ?? this.#unreported(load, details) ?? first ?? null;
		if (digest !== null) {
			await status.completed(digest, statusLag);
		}

		return digest;
	}

	/** Engine 20.10 passes nothing on of what another build runs: what it does is all that names it. */
	#unreported(
		{loaded}: LoadedBuild,
		{op, message}: FailureDetails,
	): string | null {
		const {status} = this.evaluation;
		const all = [...loaded.vertices.values()];
		const possible = (
			op ? alike(op, all) : all.filter(vertex => isCommandOf(vertex, message))
		).filter(({digest}) => !status.isDone(digest));
		const next = possible.find(({inputs}) =>
			inputs.every(input => status.isDone(input.digest)),
		);
		return (next ?? possible[0])?.digest ?? null;
	}

	async #tell(
		load: LoadedBuild,
		details: FailureDetails,
		digest: string | null,
		step: number | null,
	): Promise<Failure> {
		const {status} = this.evaluation;
		const vertex =
			digest === null ? undefined : load.loaded.vertices.get(digest);
		const exitCode = exitCodeOf(details, vertex);
		const instruction =
			step === null ? '' : load.mapping.program.steps[step]!.text;
		const words =
			explainOwner(details.message, instruction) ??
			explainFailure({
				message: details.message,
				exitCode,
				vertex,
				output: digest === null ? '' : status.tailOf(digest),
			});
		const absent =
			vertex && words.kind === 'command' && words.advice === null
				? absentMounts(vertex, this.options.request)
				: null;
		const lookalike =
			step === null || words.kind !== 'command'
				? null
				: lookalikeWords(load.mapping.program.steps[step]!, exitCode);
		const looked =
			vertex && step !== null && words.kind === 'source'
				? await this.#lookAround(load, step, vertex, details.message)
				: null;
		const state = keptState(details, vertex);
		const again = state === null && exitCode !== null ? runOf(vertex) : null;
		const seconds = status.secondsOf(digest);
		// Engines that send details pass on what other builds run.
		const isElsewhere =
			details.vertex === null && exitCode !== null && !status.began(digest);
		const isShared = isElsewhere || status.shared.isRunElsewhere(digest);
		this.#remains.set(step, {
			digest,
			isShared,
			again,
			state,
			ownRun: null,
			source: looked?.source ?? null,
		});
		return {
			step,
			...words,
			...(absent !== null && {advice: absent, certainAdvice: absent}),
			...this.#elsewhere(words, {isShared, isUnheard: isElsewhere}),
			...lookalike,
			...looked?.words,
			...this.#transferWords(),
			missing: looked?.missing ?? null,
			exitCode,
			seconds,
			state:
				state || again
					? {kept: true}
					: {kept: false, reason: this.#whyNotKept(load, step, words.kind)},
			rerun: again !== null,
		};
	}

	/** What is different about a step that another build ran. */
	#elsewhere(
		{advice}: FailureWords,
		{isShared, isUnheard}: Readonly<Record<'isShared' | 'isUnheard', boolean>>,
	): {readonly advice?: string} {
		const {name, version} = this.options.engine;
		return isUnheard
			? {
					advice: `Another build ran it, and ${name} ${version} doesn't pass on what it printed: continue runs it again here.`,
				}
			: isShared
				? {advice: advice ?? elsewhere}
				: {};
	}

	#transferWords(): {readonly message?: string; readonly advice?: null} {
		const error = this.options.transferError();
		return error ? {message: error.message, advice: null} : {};
	}

	/** What is where a COPY looked: told from the context as it is on disk, as an engine gets of it only what it asks for. */
	async #lookAround(
		load: LoadedBuild,
		step: number,
		vertex: Vertex,
		message: string,
	): Promise<Looked | null> {
		const missing = missingPath(message)!;
		const reading = readingsOf(vertex).find(({path}) =>
			`${path}/`.startsWith(`${missing}/`),
		);
		if (!reading) {
			return null;
		}

		const source = reading.from;
		const ofContext = isContext(load.loaded.vertices.get(source.digest)!);
		const {request} = this.options;
		const list = ofContext
			? contextLister(request)
			: filesLister(
					new ReferenceFiles(
						this.evaluation.gateway,
						await this.evaluation.reference(load, source),
					),
				);
		const found = await lookFor(reading.path, list);
		const {isTypo = false, ...words} = ofContext
			? await explainMissingInContext(
					load.mapping.program.steps[step]!,
					found,
					request,
				)
			: {
					isTypo: true,
					message: describeMissing(found, nameOfInput(load, step, source)),
				};
		return {
			source,
			missing: {
				...found,
				...(!isTypo && {nearMisses: []}),
				point: ofContext ? {kind: 'context'} : {kind: 'source', step},
			},
			words,
		};
	}

	#whyNotKept(
		{mapping}: LoadedBuild,
		step: number | null,
		kind: FailureKind,
	): string {
		if (step === null) {
			return 'No step of the Dockerfile was running.';
		}

		const {keyword} = mapping.program.steps[step]!;
		const {name, version} = this.options.engine;
		if (keyword === 'RUN' && kind !== 'command' && kind !== 'disk') {
			return 'The command never ran, so it changed nothing.';
		}

		return keyword === 'RUN'
			? `${name} ${version} keeps no state of a failed RUN.`
			: `A failed ${keyword} changes nothing.`;
	}
}

const elsewhere =
	'Another build ran it: if that ends first, a shell here runs the command again.';

function digestsOf(all: readonly Remains[]): ReadonlySet<string> {
	return new Set(all.flatMap(({digest}) => digest ?? []));
}

/** A failed clone has an exit code too, but it is git's. */
function exitCodeOf(
	{exitCode}: FailureDetails,
	vertex: Vertex | undefined,
): number | null {
	return vertex && runOf(vertex) === null ? null : exitCode;
}

/** What engine 20.10 says of a RUN that failed (moby/buildkit 0.8, solver/llbsolver/ops/exec.go). */
function isCommandOf({op: {op}}: Vertex, message: string): boolean {
	return (
		op.case === 'exec' &&
		message.startsWith(
			`executor failed running [${op.value.meta?.args.join(' ')}]`,
		)
	);
}

function needs({op}: Op, entitlement: Entitlement): boolean {
	return (
		op.case === 'exec' &&
		(entitlement === 'network.host'
			? op.value.network === NetMode.HOST
			: op.value.security === SecurityMode.INSECURE)
	);
}

type Looked = {
	readonly source: Result;
	readonly missing: MissingSource;
	readonly words: {readonly message: string; readonly advice?: string};
};
