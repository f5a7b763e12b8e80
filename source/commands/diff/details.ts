import {describeAspects} from '../../debugger/files/describe-change.js';
import type {Change} from '../../filesystem/change.js';
import type {Entry} from '../../filesystem/entry.js';
import {type BytePath, bytesOf} from '../../text/byte-path.js';
import {decodeName} from '../../text/sanitise.js';

/** @returns A path as one safe line; the root is `/`, a directory ends in one. */
export function shownPath(path: BytePath, isDirectory: boolean): string {
	return `${decodeName(bytesOf(path))}${isDirectory ? '/' : ''}`;
}

/** @returns What differs, in words: `mode 644 → 600, owner 0:0 → 1000:1000`; empty when nothing but the path is to be said. */
export function describeChange(change: Change, arrow: string): string {
	const {kind, from, to} = change;
	return kind === 'changed'
		? describeAspects(change, arrow)
		: describeEntry((from ?? to)!, arrow);
}

function describeEntry(
	{kind, linkTarget, hardLinkTo}: Entry,
	arrow: string,
): string {
	if (linkTarget !== null) {
		return `${arrow} ${decodeName(bytesOf(linkTarget))}`;
	}

	if (hardLinkTo !== null) {
		return `same file as ${decodeName(bytesOf(hardLinkTo))}`;
	}

	return kind === 'file' || kind === 'directory' ? '' : kind.replace('-', ' ');
}
