import process from 'node:process';
import type {BuilderKind} from '../dockerfile/stages/stage-queries.js';
import {EngineError, MstageError} from '../errors.js';
import {
	type Candidate,
	type EngineChoice,
	type Machine,
	listCandidates,
} from './candidates.js';
import {ConnectionError, nothingThere} from './docker/connection-error.js';
import {openBuilder} from './open-builder.js';
import type {Engine} from './port.js';

/** One place where an engine was looked for. */
export type Probe = {
	readonly origin: string;

	/** As the user or we spell it; empty when it isn't known. */
	readonly address: string;

	/** The engine that answers, or why none does. */
	readonly engine: Engine | null;
	readonly error: MstageError | null;

	/** Why none does, in a few words; empty when one does. */
	readonly reason: string;
};

/** What looking for an engine found: the probes up to the first that was answered. */
export type Search = {
	readonly engine: Engine | null;
	readonly probes: readonly Probe[];

	/** Why there is none. */
	readonly error: MstageError | null;
};

const ourMachine: Machine = {
	environment: process.env,
	platform: process.platform,
};

/**
Finds the engine as `docker` does, and where other programs that bring one have it.

@returns The engine, once it has answered.
@throws {UsageError} What names the engine is wrong.
@throws {EngineError} No engine answers.
*/
export async function openEngine(
	choice: EngineChoice,
	machine: Machine = ourMachine,
): Promise<Engine> {
	const {engine, error} = await searchEngine(choice, machine);
	if (!engine) {
		throw error!;
	}

	return engine;
}

/**
Tries one place after the other until an engine answers; when the user named one, only that.

@throws {UsageError} Two flags name an engine, or the Docker configuration can't be read.
*/
export async function searchEngine(
	choice: EngineChoice,
	machine: Machine = ourMachine,
): Promise<Search> {
	const {named, list} = await listCandidates(choice, machine);
	const probes: Probe[] = [];
	for (const candidate of list) {
		// eslint-disable-next-line no-await-in-loop -- the first that answers is taken, and the others are left alone
		const found = await probe(candidate, choice.builder);
		probes.push(found);
		if (found.engine) {
			return {engine: found.engine, probes, error: null};
		}
	}

	return {
		engine: null,
		probes,
		error: named ? probes[0]!.error : noEngine(probes),
	};
}

async function probe(
	{origin, address: find}: Candidate,
	builder: BuilderKind | undefined,
): Promise<Probe> {
	let text = '';
	try {
		const address = await find();
		text = address.text;
		const engine = await openBuilder(address, builder);
		return {origin, address: text, engine, error: null, reason: ''};
	} catch (error) {
		if (error instanceof MstageError) {
			return {
				origin,
				address: text,
				engine: null,
				error,
				reason: error instanceof ConnectionError ? error.reason : error.message,
			};
		}

		throw error;
	}
}

/**
@param probes - All failed, none of a place that the user named.
@returns One error for all of them: the first that looks like an engine is what the user most likely means.
*/
export function noEngine(probes: readonly Probe[]): EngineError {
	const suspect = probes.find(({reason}) => reason !== nothingThere);
	if (suspect) {
		return new EngineError(
			`${suspect.error!.message} mstage doctor shows where else it looked.`,
			{cause: suspect.error},
		);
	}

	const origins = [...new Set(probes.map(({origin}) => origin))];
	return new EngineError(
		`There is no engine on this machine: nothing is at ${listed(origins)}. Start Docker, name an engine with --host or --docker-context, or start one with --engine private; mstage doctor shows more.`,
	);
}

function listed(words: readonly string[]): string {
	return words.length < 2
		? words.join('')
		: `${words.slice(0, -1).join(', ')} or ${words.at(-1)!}`;
}
