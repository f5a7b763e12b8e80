import type {Lines} from '../types.js';

/** Something about a build that doesn't stop it, and is most likely not meant. */
export type BuildWarning = {
	/** Whose words it is in: those of the builder, or of mstage, which then only tells what is certain. */
	readonly from: 'builder' | 'mstage';

	/** The name of the rule that it is by: `UndefinedVar`; `null` when it has none. */
	readonly rule: string | null;

	/** What is wrong, in one sentence or a few words. */
	readonly message: string;

	/** What else there is to say, one sentence each. */
	readonly details: readonly string[];

	/** Where the rule is described, or `null`. */
	readonly url: string | null;

	/** Where it is in the Dockerfile, or `null` when it is about no line of it. */
	readonly lines: Lines | null;
};

/**
@returns The same text for the same warning: of those with equal keys one is told.
*/
export function warningKey({rule, message, lines}: BuildWarning): string {
	return JSON.stringify([rule, message, lines?.[0] ?? null]);
}
