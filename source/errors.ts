/** The exit codes of mstage. */
export const exitCodes = {
	done: 0,
	buildFailed: 1,
	usage: 2,
	noEngine: 3,
	interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
An error that a user can act on: its message is one sentence that says what is wrong, where, and what to do next.
Anything thrown that isn't one of these is a defect of mstage.
*/
export class MstageError extends Error {
	override readonly name: string = 'MstageError';
	readonly exitCode: ExitCode;

	/**
	@param message - The sentence for the user.
	@param exitCode - What the process exits with when nobody handles the error.
	@param options - `cause` is the error this one explains; `--debug` shows it.
	*/
	constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
		super(message, options);
		this.exitCode = exitCode;
	}
}

/** Wrong flags, arguments or points: exit code 2. */
export class UsageError extends MstageError {
	override readonly name = 'UsageError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, exitCodes.usage, options);
	}
}

/** A Dockerfile that can't be read, with its place: exit code 2. */
export class DockerfileError extends MstageError {
	override readonly name = 'DockerfileError';
	readonly reason: string;
	readonly file: string;
	readonly line: number | null;

	/** Where in the line, counted from 1 in UTF-16 code units, or `null` when the whole line is meant. */
	readonly column: number | null;

	/**
	@param reason - What is wrong, without the place.
	@param file - The Dockerfile as the user named it.
	@param line - The line of the fault, counted from 1, or `null` when the whole file is meant.
	@param options - `column` is the place in the line, counted from 1, when it is known.
	*/
	constructor(
		reason: string,
		file: string,
		line: number | null,
		options?: ErrorOptions & {readonly column?: number | null},
	) {
		super(
			line === null ? `${file}: ${reason}` : `${file}:${line}: ${reason}`,
			exitCodes.usage,
			options,
		);
		this.reason = reason;
		this.file = file;
		this.line = line;
		this.column = options?.column ?? null;
	}
}

/** No engine could be reached, or the one in use was lost: exit code 3. */
export class EngineError extends MstageError {
	override readonly name = 'EngineError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, exitCodes.noEngine, options);
	}
}

/**
@param value - Anything thrown.
@returns It as an `Error`. Of an error for the user that a library has wrapped as its own error's cause, that one.
*/
export function toError(value: unknown): Error {
	if (!(value instanceof Error)) {
		return new Error(String(value));
	}

	return value instanceof MstageError ? value : (wrappedIn(value) ?? value);
}

/** A library that wraps what it was thrown does it once or twice. */
function wrappedIn({cause}: Error, depth = 3): MstageError | undefined {
	if (cause instanceof MstageError) {
		return cause;
	}

	return cause instanceof Error && depth > 0
		? wrappedIn(cause, depth - 1)
		: undefined;
}
