import {isDiskFull} from '../../disk-full.js';
import {explainExit} from '../../exit-words.js';
import {
	explainImage,
	type FailureWords,
	lastReason,
	sentence,
	shortened,
	withoutMounts,
} from '../../failure-words.js';
import {explainAnswer} from '../../download-words.js';
import type {Entitlement} from '../../port.js';
import {imageOf} from '../program/base-images.js';
import type {Vertex} from '../program/definition.js';

/** What a failure is told from. */
export type FailureFacts = {
	/** What the engine says. */
	readonly message: string;
	readonly exitCode: number | null;

	/** The operation that failed, when it is known. */
	readonly vertex: Vertex | undefined;

	/** The end of what it printed. */
	readonly output: string;
};

/**
@returns What sort of failure it is, what happened in one sentence, and what to do next.
*/
export function explainFailure(facts: FailureFacts): FailureWords {
	const {vertex} = facts;
	const reference = vertex && imageOf(vertex);
	return (
		explainEntitlement(facts) ??
		explainSecret(facts) ??
		explainAgent(facts) ??
		explainDisk(facts) ??
		(reference ? explainImage(facts.message, reference) : undefined) ??
		explainDownload(facts) ??
		explainCommand(facts) ??
		explainSource(facts) ?? {
			kind: 'other',
			message: sentence(shortened(facts.message)),
			advice: null,
		}
	);
}

function explainSecret({message}: FailureFacts): FailureWords | undefined {
	const id = /\bsecret (?<id>[^\s:]+)(?: not found)?: not found$/v.exec(message)
		?.groups!['id'];
	return id === undefined
		? undefined
		: {
				kind: 'secret',
				message: `There is no secret ${id}.`,
				advice: `Give it with --secret id=${id},src=FILE.`,
			};
}

function explainAgent({message}: FailureFacts): FailureWords | undefined {
	const id = /\bthere is no SSH agent (?<id>[^\s;]+);/v.exec(message)?.groups![
		'id'
	];
	return id === undefined
		? undefined
		: {
				kind: 'secret',
				message: `There is no SSH agent ${id}.`,
				advice: `Start mstage again with --ssh ${id}.`,
			};
}

function explainEntitlement({message}: FailureFacts): FailureWords | undefined {
	const name = missingEntitlement(message);
	return name === null
		? undefined
		: {
				kind: 'other',
				message: `This build isn't allowed ${name}.`,
				advice: `Start mstage again with --allow ${name}.`,
			};
}

/**
@param message - What the engine says when an instruction needs something that the user didn't allow (moby/buildkit
util/entitlements): `network.host is not allowed`.
@returns What it needs, or `null` when the message says something else.
*/
export function missingEntitlement(message: string): Entitlement | null {
	const name =
		/\b(?<name>network\.host|security\.insecure) is not allowed$/v.exec(message)
			?.groups!['name'];
	return (name ?? null) as Entitlement | null;
}

/** What a command says may be of a mount of its own: only the engine itself speaks of its disk. */
function explainDisk({
	message,
	exitCode,
}: FailureFacts): FailureWords | undefined {
	return exitCode === null && isDiskFull(message)
		? {
				kind: 'disk',
				message: "There is no space left on the engine's disk.",
				advice:
					'docker system df shows what takes it: free some, then try again.',
			}
		: undefined;
}

function explainCommand({
	exitCode,
	message,
	output,
	vertex,
}: FailureFacts): FailureWords | undefined {
	const args =
		vertex?.op.op.case === 'exec' ? vertex.op.op.value.meta?.args : [];
	return exitCode === null
		? undefined
		: explainExit({
				exitCode,
				output,
				isOutOfMemory: /cannot allocate memory/iv.test(message) || null,
				command: args ?? [],
			});
}

function explainDownload({
	message,
	vertex,
}: FailureFacts): FailureWords | undefined {
	const op = vertex?.op.op;
	if (op?.case !== 'source' || op.value.identifier.startsWith('local:')) {
		return undefined;
	}

	const address = op.value.attrs['git.fullurl'] ?? op.value.identifier;
	const known = explainAnswer(shortened(message), address);
	return (
		known ?? {
			kind: 'network',
			message: `${address} can't be fetched: ${lastReason(message)}.`,
			advice:
				'Check the address and the network of the engine, then try again.',
		}
	);
}

function explainSource({
	message,
	vertex,
}: FailureFacts): FailureWords | undefined {
	const wanted = missingPath(message);
	const kind = vertex?.op.op.case;
	return wanted !== null && (kind === 'file' || kind === 'exec')
		? {
				kind: 'source',
				message: `There is no ${wanted} to copy.`,
				advice: 'Correct the path.',
			}
		: undefined;
}

/**
@param message - What the engine says when a COPY finds no source: `… "/dist/app": not found`, on engine 20.10
`"/dist/app" not found: not found`, or `lstat /…/dist/app: no such file or directory`.
@returns The path that isn't there, without a leading slash, or `null` when the message says something else.
*/
export function missingPath(message: string): string | null {
	const {quoted, path} =
		/(?:"\/?(?<quoted>(?:\\.|[^"\\])+)"(?: not found)?: not found|\blstat \/?(?<path>[^:]+): no such file or directory)$/v.exec(
			withoutMounts(message),
		)?.groups ?? {};
	return quoted === undefined ? (path ?? null) : unquoted(quoted);
}

/** What Go's `%q` put between quotes. */
function unquoted(text: string): string {
	return text.replaceAll(
		/\\(?:u(?<short>[\da-f]{4})|U(?<long>[\da-f]{8})|(?<sign>["\\]))/gv,
		(
			escape,
			short: string | undefined,
			long: string | undefined,
			sign: string | undefined,
		) => {
			const code = short ?? long;
			return code === undefined
				? (sign ?? escape)
				: String.fromCodePoint(Number.parseInt(code, 16));
		},
	);
}
