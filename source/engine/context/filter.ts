import {
	PatternMatcher,
	type PatternMatches,
} from '../../text/ignore-patterns.js';

/** What the engine wants of a tree; empty lists don't restrict anything. */
export type FilterOptions = {
	readonly includePatterns: readonly string[];
	readonly excludePatterns: readonly string[];

	/**
	Whether Docker's client for the legacy builder is followed instead of BuildKit's: it goes into a directory that is left out
	only for an exception whose text, wildcards and all, goes on from the directory's path (moby pkg/archive,
	`TarWithOptions`).
	*/
	readonly isLegacy?: boolean;
};

export type FilterVerdict = {
	/** Whether the entry itself is sent. */
	readonly isIncluded: boolean;
	/** For a directory: whether anything below it can be sent. */
	readonly isEntered: boolean;
	readonly includeMatches?: PatternMatches;
	readonly excludeMatches?: PatternMatches;
};

const patternCharacters = /[*\[\]?^\\]/v;

/** Decides entry by entry what of a tree is sent, and which directories needn't be walked. */
export class Filter {
	readonly #includes: PatternMatcher | undefined;
	readonly #excludes: PatternMatcher | undefined;
	readonly #includedPrefixes: readonly string[] | undefined;
	readonly #exceptedPrefixes: readonly string[] | undefined;

	/**
	@param options - The patterns.
	@throws UsageError - When a pattern is malformed.
	*/
	constructor({
		includePatterns,
		excludePatterns,
		isLegacy = false,
	}: FilterOptions) {
		if (includePatterns.length > 0) {
			this.#includes = new PatternMatcher(includePatterns);
			this.#includedPrefixes = literalPrefixes(this.#includes, {
				ofExceptions: false,
			});
		}

		if (excludePatterns.length > 0) {
			this.#excludes = new PatternMatcher(excludePatterns);
			this.#exceptedPrefixes = isLegacy
				? this.#excludes.patterns
						.filter(({isException}) => isException)
						.map(({text}) => text)
				: literalPrefixes(this.#excludes, {ofExceptions: true});
		}
	}

	/**
	@param path - The path of an entry as text, relative to the root.
	@param parent - The verdict about the directory that it is in; none for an entry of the root.
	@returns What becomes of it.
	*/
	judge(path: string, parent?: FilterVerdict): FilterVerdict {
		const include = this.#includes?.judge(path, parent?.includeMatches);
		const exclude = this.#excludes?.judge(path, parent?.excludeMatches);
		const isUnwanted = include?.isMatched === false;
		const isExcluded = exclude?.isMatched === true;
		return {
			isIncluded: !isUnwanted && !isExcluded,
			isEntered:
				(!isUnwanted || leadsTo(path, this.#includedPrefixes)) &&
				(!isExcluded || leadsTo(path, this.#exceptedPrefixes)),
			includeMatches: include?.matches,
			excludeMatches: exclude?.matches,
		};
	}
}

/**
Docker's own client takes `/**` and then `/*` off a pattern's end too, so it finds nothing for one that ends in both
(fsutil, filter.go). A build must send here what it sends there.

@returns The patterns as paths, or nothing when one has wildcards in it, so could match in any directory.
*/
function literalPrefixes(
	matcher: PatternMatcher,
	{ofExceptions}: {readonly ofExceptions: boolean},
): string[] | undefined {
	const prefixes = matcher.patterns
		.filter(pattern => pattern.isException === ofExceptions)
		.map(pattern => pattern.text.replace(/\/\*\*$/v, '').replace(/\/\*$/v, ''));
	return prefixes.some(prefix => patternCharacters.test(prefix))
		? undefined
		: prefixes;
}

function leadsTo(
	directory: string,
	prefixes: readonly string[] | undefined,
): boolean {
	return (
		prefixes === undefined ||
		prefixes.some(prefix => `${prefix}/`.startsWith(`${directory}/`))
	);
}
