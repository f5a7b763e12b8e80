import {fromJson} from '@bufbuild/protobuf';
import {ConnectError} from '@connectrpc/connect';
import {type Op, OpSchema} from '../proto/generated/ops_pb.js';

/** What BuildKit tells of a failed solve besides its message. */
export type FailureDetails = {
	readonly message: string;

	/** The digest of the operation that failed. */
	readonly vertex: string | null;

	/** The exit code of its process; `null` when there was none or it is unknown. */
	readonly exitCode: number | null;

	/** What it left behind, when the engine kept it. */
	readonly state: FailedState | null;

	/** The operation itself, when the engine sends it: of another build, if that runs the same. */
	readonly op: Op | null;

	/** Whether it ran, so that all that it is made of was there; `false` also when that is unknown. */
	readonly ran: boolean;

	/** The place in the Dockerfile that the frontend complains about, both counted from 1. */
	readonly line: number | null;
	readonly column: number | null;
};

/**
For a RUN, `mounts[i]` is the id of what its mount `i` held when it failed; empty where nothing is kept. For other
operations `inputs` are the ids of what they read (moby/buildkit solver/errdefs/errdefs.proto, message Solve).
*/
export type FailedState = {
	readonly op: Op;
	readonly mounts: readonly string[];
	readonly inputs: readonly string[];
};

/** How BuildKit spells an exit code that it doesn't know (util/errdefs, `UnknownExitStatus`). */
const unknownExitCode = 255;

/**
@param thrown - What a gateway call was rejected with. The details stand in the trailer `grpc-status-details-bin`, each
as JSON behind a type name that ends in `+json` (moby/buildkit util/grpcerrors/grpcerrors.go).
*/
export function readFailure(thrown: unknown): FailureDetails {
	const error = ConnectError.from(thrown);
	const details = error.details.flatMap(detail =>
		'type' in detail && detail.type.endsWith('+json')
			? [
					{
						type: detail.type,
						value: JSON.parse(
							new TextDecoder().decode(detail.value),
						) as JsonObject,
					},
				]
			: [],
	);
	const find = (type: string): JsonObject | undefined =>
		details.find(detail => detail.type.endsWith(type))?.value;

	const code = find('ExitMessage+json')?.['Code'];
	const digest = find('errdefs.Vertex+json')?.['digest'];
	const {message, line} = readMessage(error.rawMessage);
	const start = readStart(find('errdefs.Source+json'));
	const solve = find('errdefs.Solve+json');
	const state = readState(solve);
	const exitCode =
		typeof code === 'number' && code !== unknownExitCode
			? code
			: exitCodeIn(error.rawMessage);
	return {
		message,
		vertex: typeof digest === 'string' ? digest : null,
		exitCode,
		state,
		op: state?.op ?? null,
		ran:
			exitCode !== null ||
			(state?.mounts.length ?? 0) > 0 ||
			solve?.['file'] !== undefined,
		line: start?.line ?? line,
		column: start?.character ? start.character + 1 : null,
	};
}

/**
@param text - What the status stream says that a vertex failed with.
@param vertex - Its digest.
@returns The same of a failure that no call was rejected with.
*/
export function readMessageOnly(text: string, vertex: string): FailureDetails {
	const {message, line} = readMessage(text);
	const exitCode = exitCodeIn(text);
	return {
		message,
		vertex,
		exitCode,
		state: null,
		op: null,
		ran: exitCode !== null,
		line,
		column: null,
	};
}

/**
Engine 20.10 puts the way that an error took before it, and has the line of a Dockerfile that can't be parsed in words
only (moby/buildkit 0.8, frontend/dockerfile/parser).
*/
function readMessage(text: string): {
	readonly message: string;
	readonly line: number | null;
} {
	const {line, message} =
		/^(?:failed to solve with frontend \S+: |failed to create LLB definition: )*(?:dockerfile parse error (?:on )?line (?<line>\d+): )?(?<message>.*)$/sv.exec(
			text,
		)!.groups!;
	return {message: message!, line: line === undefined ? null : Number(line)};
}

type JsonObject = Readonly<Record<string, unknown>>;

function readState(solve: JsonObject | undefined): FailedState | null {
	return solve?.['op']
		? {
				op: fromJson(OpSchema, solve['op'] as Parameters<typeof fromJson>[1], {
					ignoreUnknownFields: true,
				}),
				mounts: (solve['mountIDs'] ?? []) as readonly string[],
				inputs: (solve['inputIDs'] ?? []) as readonly string[],
			}
		: null;
}

type Position = {readonly line?: number; readonly character?: number};

/** A character of 0 is what a parser says that knows only lines. */
function readStart(source: JsonObject | undefined): Position | undefined {
	const [range] = (source?.['ranges'] ?? []) as ReadonlyArray<{
		readonly start?: Position;
	}>;
	return range?.start;
}

/** Engines without details (20.10) say it in words only (moby/buildkit executor/runcexecutor). */
function exitCodeIn(message: string): number | null {
	const code = /(?:exit code: |exit status )(?<code>\d+)$/v.exec(message)
		?.groups?.['code'];
	return code === undefined ? null : Number(code);
}
