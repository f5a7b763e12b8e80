import picomatch from 'picomatch';
import {bytePathFromText, bytesOf, textOf} from '../text/byte-path.js';
import type {PathTree} from './path-tree.js';

/** What a filter leaves of a tree. */
export type FilteredTree = {
	/** By node: 1 for those that match, and for the directories on the way to them. */
	readonly shown: Uint8Array;

	/** How many match. */
	readonly count: number;
};

const globCharacter = /[*?\[\{]/v;
const upperCase = /\p{Lu}/v;

/**
@param text - What a name is to contain; with a slash, what a path is to contain up to some place in its last name; with
`*`, `?`, `[` or `{`, a glob for the whole name or path. ASCII letters match in either case unless the text has a capital.
@returns What is left of the tree.
*/
export function filterTree(tree: PathTree, text: string): FilteredTree {
	const isCaseIgnored = !upperCase.test(text);
	const matches = matcherOf(tree, text, isCaseIgnored);
	const needle = new Needle(literalOf(text), isCaseIgnored);
	const shown = new Uint8Array(tree.size);
	let count = 0;
	for (let node = 1; node < tree.size; node++) {
		if (needle.isInName(tree, node) && (matches?.(node) ?? true)) {
			count++;
			for (let at = node; at !== 0 && shown[at] === 0; at = tree.parents[at]!) {
				shown[at] = 1;
			}
		}
	}

	shown[0] = 1;
	return {shown, count};
}

/** Whether a node matches whose name contains the literal; `null` when each of them does. */
function matcherOf(
	tree: PathTree,
	text: string,
	isCaseIgnored: boolean,
): ((node: number) => boolean) | null {
	const isPath = text.includes('/');
	if (globCharacter.test(text)) {
		const expression = picomatch.makeRe(text.replace(/^\/+/v, ''), {
			dot: true,
			nocase: isCaseIgnored,
		});
		return node =>
			expression.test(textOf(isPath ? tree.path(node) : tree.name(node)));
	}

	if (!isPath) {
		return null;
	}

	const wanted = isCaseIgnored ? text.toLowerCase() : text;
	return node => {
		const path = `/${textOf(tree.path(node))}`;
		const place = (isCaseIgnored ? path.toLowerCase() : path).lastIndexOf(
			wanted,
		);
		return place !== -1 && place + wanted.length > path.lastIndexOf('/');
	};
}

/** What every name contains that can match: of a glob the longest run that plainly stands for itself. */
function literalOf(text: string): string {
	const last = text.slice(text.lastIndexOf('/') + 1);
	if (!globCharacter.test(text)) {
		return last;
	}

	return /[\(\[\\\{]/v.test(text)
		? ''
		: last.split(/[!*+?@]+/v).toSorted((a, b) => b.length - a.length)[0]!;
}

/** Looks for bytes in names, where nothing may be made for each name. */
class Needle {
	readonly #bytes: Uint8Array;
	readonly #fold = Uint8Array.from({length: 256}, (_, byte) => byte);

	constructor(text: string, isCaseIgnored: boolean) {
		if (isCaseIgnored) {
			for (let byte = 0x41; byte <= 0x5a; byte++) {
				this.#fold[byte] = byte + 0x20;
			}
		}

		this.#bytes = bytesOf(bytePathFromText(text)).map(
			byte => this.#fold[byte]!,
		);
	}

	isInName({names, nameStarts}: PathTree, node: number): boolean {
		const {length} = this.#bytes;
		const last = nameStarts[node + 1]! - length;
		for (let start = nameStarts[node]!; start <= last; start++) {
			let index = 0;
			while (
				index < length &&
				this.#fold[names[start + index]!] === this.#bytes[index]
			) {
				index++;
			}

			if (index === length) {
				return true;
			}
		}

		return length === 0;
	}
}
