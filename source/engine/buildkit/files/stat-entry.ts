import {
	type Entry,
	type EntryKind,
	noXattrs,
} from '../../../filesystem/tree/entry.js';
import {
	type BytePath,
	bytePathFromBytes,
	joinBytePath,
} from '../../../text/byte-path.js';
import type {Stat} from '../proto/generated/fsutil_pb.js';
import {fromGoFileMode} from '../../context/file-mode.js';

/** The fields of a `Stat` that an entry is made of. */
export type StatFields = Omit<Stat, '$typeName' | '$unknown'>;

/**
@param directory - What the path of the message starts from: the gateway gives names only, a transfer whole paths.
@param stat - What the engine tells of a file (tonistiigi/fsutil types/stat.proto).
@returns The same as an entry.
*/
export function entryOfStat(directory: BytePath, stat: StatFields): Entry {
	const {kind, mode} = fromGoFileMode(stat.mode);
	const linkName =
		stat.linkname.length > 0 ? bytePathFromBytes(stat.linkname) : null;
	const isLater = linkName !== null && kind !== 'symlink';
	return {
		path: joinBytePath(directory, bytePathFromBytes(stat.path)),
		kind,
		mode,
		uid: stat.uid,
		gid: stat.gid,
		size: kind === 'file' && !isLater ? Number(stat.size) : 0,
		modified: stat.modTime,
		linkTarget: kind === 'symlink' ? linkName : null,
		hardLinkTo: isLater ? joinBytePath(directory, linkName) : null,
		device: isDevice(kind)
			? {major: Number(stat.devmajor), minor: Number(stat.devminor)}
			: null,
		xattrs: xattrsOf(stat.xattrs),
	};
}

function isDevice(kind: EntryKind): boolean {
	return kind === 'character-device' || kind === 'block-device';
}

/**
Attributes with which the engine's storage marks its own layers; no container sees them, while some results come with them
(Linux Documentation/filesystems/overlayfs.rst).
*/
const storageAttribute = /^(?:trusted|user)\.overlay\./v;

function xattrsOf(xattrs: StatFields['xattrs']): Entry['xattrs'] {
	const pairs = Object.entries(xattrs).filter(
		([name]) => !storageAttribute.test(name),
	);
	return pairs.length === 0 ? noXattrs : new Map(pairs);
}
