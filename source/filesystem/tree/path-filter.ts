import {bytePathFromText, bytesOf, textOf} from '../../text/byte-path.js';
import {compileNameGlob} from '../../text/name-glob.js';
import type {PathTree} from './path-tree.js';

/** What a filter leaves of a tree. */
export type FilteredTree = {
	/** By node: 1 for those that match, and for the directories on the way to them. */
	readonly shown: Uint8Array;

	/** By node: 1 for those that match themselves. */
	readonly matched: Uint8Array;

	/** How many match. */
	readonly count: number;
};

const globCharacter = /[*?\[\{]/v;
const upperCase = /\p{Lu}/v;

/**
@param text - What a name is to contain; with a slash, what a path is to contain up to some place in its last name; with
`*`, `?`, `[` or `{`, a glob for the whole name or path. ASCII letters match in either case unless the text has a capital.
@param within - Nodes that can match, and the directories on the way to them: what an earlier filter left.
@returns What is left of the tree.
*/
export function filterTree(
	tree: PathTree,
	text: string,
	within: Uint8Array | null = null,
): FilteredTree {
	const matches = matcherOf(tree, text, !upperCase.test(text));
	const shown = new Uint8Array(tree.size);
	const matched = new Uint8Array(tree.size);
	const {ends, parents, size} = tree;
	let count = 0;
	let node = 1;
	while (node < size) {
		if (within !== null && within[node] === 0) {
			node = ends[node]!;
			continue;
		}

		if (matches(node)) {
			count++;
			matched[node] = 1;
			for (let at = node; at !== 0 && shown[at] === 0; at = parents[at]!) {
				shown[at] = 1;
			}
		}

		node++;
	}

	shown[0] = 1;
	return {shown, matched, count};
}

/** @returns Whether all that a filter leaves another one leaves too: what one types letter by letter. */
export function isNarrower(text: string, earlier: string): boolean {
	return (
		earlier !== '' &&
		text.startsWith(earlier) &&
		!globCharacter.test(text) &&
		!text.includes('/')
	);
}

type NodeMatcher = (node: number) => boolean;

/** A glob for names that has nothing but asterisks in it: bytes tell, and nothing has to be made for each name. */
const simpleGlob = /^[\w\-. ]*\*[\w\-.* ]*$/v;

function matcherOf(
	tree: PathTree,
	text: string,
	isCaseIgnored: boolean,
): NodeMatcher {
	const needlesOf = (parts: readonly string[]): readonly Needle[] =>
		parts.map(part => new Needle(part, isCaseIgnored));
	if (simpleGlob.test(text)) {
		return asteriskMatcher(tree, needlesOf(text.split(/\*+/v)));
	}

	if (globCharacter.test(text)) {
		return globMatcher(tree, text, new Needle(literalOf(text), isCaseIgnored));
	}

	return text.includes('/')
		? pathMatcher(tree, needlesOf(text.split('/')))
		: nameMatcher(tree, new Needle(text, isCaseIgnored));
}

function nameMatcher(
	{names, nameStarts}: PathTree,
	needle: Needle,
): NodeMatcher {
	return node =>
		needle.indexIn(names, nameStarts[node]!, nameStarts[node + 1]!) !== -1;
}

/** A name starts with the last of the parts; those before it are the names above it, the first of which only ends so. */
function pathMatcher(
	{names, nameStarts, parents}: PathTree,
	parts: readonly Needle[],
): NodeMatcher {
	const [end, ...above] = parts.toReversed();
	const top = above.pop()!;
	return node => {
		const start = nameStarts[node]!;
		if (
			end!.length > nameStarts[node + 1]! - start ||
			!end!.isAt(names, start)
		) {
			return false;
		}

		let at = parents[node]!;
		for (const part of above) {
			const from = nameStarts[at]!;
			if (
				part.length === 0 ||
				part.length !== nameStarts[at + 1]! - from ||
				!part.isAt(names, from)
			) {
				return false;
			}

			at = parents[at]!;
		}

		const from = nameStarts[at + 1]! - top.length;
		return from >= nameStarts[at]! && top.isAt(names, from);
	};
}

/** A name starts with the first of the parts, ends with the last, and has the others in their order between. */
function asteriskMatcher(
	{names, nameStarts}: PathTree,
	parts: readonly Needle[],
): NodeMatcher {
	const first = parts[0]!;
	const last = parts.at(-1)!;
	const between = parts.slice(1, -1);
	return node => {
		const start = nameStarts[node]!;
		const until = nameStarts[node + 1]! - last.length;
		let at = start + first.length;
		if (at > until || !last.isAt(names, until) || !first.isAt(names, start)) {
			return false;
		}

		for (const part of between) {
			const found = part.indexIn(names, at, until);
			if (found === -1) {
				return false;
			}

			at = found + part.length;
		}

		return true;
	};
}

function globMatcher(
	tree: PathTree,
	text: string,
	needle: Needle,
): NodeMatcher {
	const isPath = text.includes('/');
	const hasLiteral = nameMatcher(tree, needle);
	const matches = compileNameGlob(
		text.replace(/^\/+/v, ''),
		!upperCase.test(text),
	);
	return node =>
		hasLiteral(node) &&
		matches(textOf(isPath ? tree.path(node) : tree.name(node)));
}

/** What every name contains that can match a glob: the longest run that plainly stands for itself. */
function literalOf(text: string): string {
	const last = text.slice(text.lastIndexOf('/') + 1);
	return /[\(\[\\\{]/v.test(text)
		? ''
		: last.split(/[!*+?@]+/v).toSorted((a, b) => b.length - a.length)[0]!;
}

/** Bytes to be looked for where nothing may be made for each name. */
class Needle {
	readonly length: number;
	readonly #bytes: Uint8Array;

	/** The same with capitals, where these match too. */
	readonly #capitals: Uint8Array;

	constructor(text: string, isCaseIgnored: boolean) {
		this.#bytes = bytesOf(bytePathFromText(text));
		this.#capitals = isCaseIgnored
			? this.#bytes.map(byte =>
					byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte,
				)
			: this.#bytes;
		this.length = this.#bytes.length;
	}

	/** @returns Where it is first between two places, or -1. */
	indexIn(names: Uint8Array, start: number, end: number): number {
		if (this.length === 0) {
			return start;
		}

		const first = this.#bytes[0];
		const capital = this.#capitals[0];
		const last = end - this.length;
		for (let at = start; at <= last; at++) {
			const byte = names[at];
			if ((byte === first || byte === capital) && this.isAt(names, at)) {
				return at;
			}
		}

		return -1;
	}

	/** Whether it is at a place. */
	isAt(names: Uint8Array, at: number): boolean {
		const {length} = this;
		const bytes = this.#bytes;
		const capitals = this.#capitals;
		for (let index = 0; index < length; index++) {
			const byte = names[at + index];
			if (byte !== bytes[index] && byte !== capitals[index]) {
				return false;
			}
		}

		return true;
	}
}
