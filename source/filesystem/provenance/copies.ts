/** What a COPY or ADD copies from. */
export type CopySource =
	| {readonly kind: 'stage'; readonly stage: number}
	| {readonly kind: 'image'; readonly reference: string}
	/** The build context, or another one by its name. */
	| {readonly kind: 'context'; readonly name: string | null}
	/** What the builder fetches itself: a URL, a Git repository. */
	| {readonly kind: 'address'; readonly address: string}
	/** A heredoc of the instruction. */
	| {readonly kind: 'heredoc'};

/** One source of a COPY or ADD, as the builder was told (BuildKit's `FileActionCopy`). */
export type CopyOperation = {
	readonly from: CopySource;

	/** From the root of the source, without a leading slash; may be a glob. */
	readonly source: string;

	/** From the root, without a leading slash; with a slash at the end it is a directory. */
	readonly destination: string;

	/** Whether the source is a path even where it has `*`, `?` or `[` in it; default: it is a glob then. */
	readonly isLiteral?: boolean;

	/** Whether a source that is a symbolic link is copied as one; default: what it leads to is copied. */
	readonly keepsLinks?: boolean;

	/** Whether a directory goes into a destination that is there; default: what is in it does. */
	readonly keepsFolder?: boolean;

	/** Whether archives are unpacked into the destination. */
	readonly unpacks?: boolean;

	/** Patterns, relative to what the source matches: when there are any, only what one of them matches is copied. */
	readonly included?: readonly string[];

	/** Patterns, relative to what the source matches: what one of them matches isn't copied (`--exclude`). */
	readonly excluded?: readonly string[];
};

/** All that a COPY or ADD does, in this order. */
export type CopyStep = {
	/** Its id. */
	readonly step: number;
	readonly operations: readonly CopyOperation[];
};

/** @returns Whether two sources are the same filesystem. */
export function isSameSource(a: CopySource, b: CopySource): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
