import type {Aspect, Change} from '../../filesystem/change.js';
import type {Entry} from '../../filesystem/entry.js';
import {type BytePath, bytesOf} from '../../text/byte-path.js';
import {formatBytes} from '../../text/format.js';
import {decodeName} from '../../text/sanitise.js';

/** @returns A path as one safe line; the root is `/`, a directory ends in one. */
export function shownPath(path: BytePath, isDirectory: boolean): string {
	return `${decodeName(bytesOf(path))}${isDirectory ? '/' : ''}`;
}

/** @returns What differs, in words: `mode 644 → 600, owner 0:0 → 1000:1000`; empty when nothing but the path is to be said. */
export function describeChange(change: Change, arrow: string): string {
	const {kind, from, to, aspects} = change;
	if (kind !== 'changed') {
		return describeEntry((from ?? to)!, arrow);
	}

	// What else differs says more than when.
	return aspects
		.filter(aspect => aspect !== 'time' || aspects.length === 1)
		.map(aspect => describeAspect(aspect, from!, to!, arrow))
		.join(', ');
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

function describeAspect(
	aspect: Aspect,
	from: Entry,
	to: Entry,
	arrow: string,
): string {
	const change = (show: (entry: Entry) => string): string =>
		`${show(from)} ${arrow} ${show(to)}`;
	switch (aspect) {
		case 'type': {
			return change(({kind}) => kind.replace('-', ' '));
		}

		case 'contents': {
			return from.size === to.size
				? 'contents'
				: `contents ${change(({size}) => formatBytes(size))}`;
		}

		case 'mode': {
			return `mode ${change(({mode}) => mode.toString(8))}`;
		}

		case 'owner': {
			return `owner ${change(({uid, gid}) => `${uid}:${gid}`)}`;
		}

		case 'link target': {
			return `link ${change(({linkTarget}) => (linkTarget === null ? 'none' : decodeName(bytesOf(linkTarget))))}`;
		}

		case 'hard link': {
			return to.hardLinkTo === null
				? 'a file of its own now'
				: `same file as ${decodeName(bytesOf(to.hardLinkTo))} now`;
		}

		case 'device': {
			return `device ${change(({device}) => (device === null ? 'none' : `${device.major}:${device.minor}`))}`;
		}

		case 'xattrs':
		case 'capabilities':
		case 'time': {
			return aspect;
		}
	}
}
