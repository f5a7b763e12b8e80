/* eslint-disable no-bitwise -- modes and device numbers are bit fields */
import {constants} from 'node:fs';
import type {EntryKind} from '../../filesystem/tree/entry.js';

/** The bits of Go's `os.FileMode` (documentation of Go's package `io/fs`), which the transfer protocol carries. */
export const goFileMode = {
	directory: 2 ** 31,
	symbolicLink: 2 ** 27,
	device: 2 ** 26,
	namedPipe: 2 ** 25,
	socket: 2 ** 24,
	setUserId: 2 ** 23,
	setGroupId: 2 ** 22,
	characterDevice: 2 ** 21,
	sticky: 2 ** 20,
} as const;

// A socket is left out: BuildKit's own clients send it as an empty regular file, so a COPY of it makes one.
const types = new Map<number, number>([
	[constants.S_IFDIR, goFileMode.directory],
	[constants.S_IFLNK, goFileMode.symbolicLink],
	[constants.S_IFBLK, goFileMode.device],
	[constants.S_IFCHR, goFileMode.device + goFileMode.characterDevice],
	[constants.S_IFIFO, goFileMode.namedPipe],
]);

const permissionBits = 0o777;
const specialBits: ReadonlyArray<readonly [st: number, go: number]> = [
	[0o4000, goFileMode.setUserId],
	[0o2000, goFileMode.setGroupId],
	[0o1000, goFileMode.sticky],
];

/**
@param mode - The `st_mode` of a file.
@returns The same as the bits of Go's `os.FileMode`, unsigned.
*/
export function toGoFileMode(mode: number): number {
	let goMode =
		(mode & permissionBits) + (types.get(mode & constants.S_IFMT) ?? 0);
	for (const [st, go] of specialBits) {
		if ((mode & st) !== 0) {
			goMode += go;
		}
	}

	return goMode;
}

/**
@param goMode - The bits of an `os.FileMode`.
@returns Whether the receiver may ask for the contents: for a regular file, and for nothing else.
*/
export function hasContents(goMode: number): boolean {
	const typeBits =
		goFileMode.directory +
		goFileMode.symbolicLink +
		goFileMode.device +
		goFileMode.namedPipe +
		goFileMode.characterDevice;
	return (goMode & typeBits) === 0;
}

const kinds: ReadonlyArray<readonly [bit: number, kind: EntryKind]> = [
	[goFileMode.directory, 'directory'],
	[goFileMode.symbolicLink, 'symlink'],
	[goFileMode.characterDevice, 'character-device'],
	[goFileMode.device, 'block-device'],
	[goFileMode.namedPipe, 'fifo'],
	[goFileMode.socket, 'socket'],
];

/**
@param goMode - The bits of an `os.FileMode`.
@returns What kind of file it is of, and the bits of its `st_mode` without the kind.
*/
export function fromGoFileMode(goMode: number): {
	readonly kind: EntryKind;
	readonly mode: number;
} {
	let mode = goMode & permissionBits;
	for (const [st, go] of specialBits) {
		if ((goMode & go) !== 0) {
			mode += st;
		}
	}

	const [, kind = 'file'] = kinds.find(([bit]) => (goMode & bit) !== 0) ?? [];
	return {kind, mode};
}

/**
@param device - The `st_rdev` of a device.
@returns Its two numbers, as Linux packs them (fsutil does the same on every system).
*/
export function deviceNumbers(device: bigint): {major: bigint; minor: bigint} {
	return {
		major: (device >> 8n) & 0xf_ffn,
		minor: (device & 0xffn) | ((device >> 12n) & 0xf_ff_00n),
	};
}
