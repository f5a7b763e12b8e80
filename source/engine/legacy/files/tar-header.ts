import {Buffer} from 'node:buffer';
import {
	type Entry,
	type EntryKind,
	noXattrs,
} from '../../../filesystem/tree/entry.js';
import {asBytePath, type BytePath} from '../../../text/byte-path.js';

/** The length of everything in a tar is a multiple of it. */
export const blockSize = 512;

/** What pax headers say of the next entry (POSIX, pax, "pax Extended Header"); one character per byte. */
export type PaxRecords = ReadonlyMap<string, string>;

/** A header of a tar: an entry, or something about the next one. */
export type TarHeader =
	| {readonly type: 'entry'; readonly entry: Entry; readonly size: number}
	| {
			readonly type: 'pax' | 'long-name' | 'long-link' | 'other';
			readonly size: number;
	  };

const kinds: Readonly<Record<string, EntryKind>> = {
	'\0': 'file',
	'0': 'file',
	'2': 'symlink',
	'3': 'character-device',
	'4': 'block-device',
	'5': 'directory',
	'6': 'fifo',
	'7': 'file',
};

const aboutTheNext: Readonly<
	Record<string, 'pax' | 'long-name' | 'long-link'>
> = {x: 'pax', L: 'long-name', K: 'long-link'};

const xattrPrefix = 'SCHILY.xattr.';

/**
Tar-stream reads names as UTF-8 and extended attributes as text; in an image both are bytes.

@param block - A header, 512 bytes (POSIX, pax, "ustar Interchange Format").
@param pax - What was said before it of the same entry.
@returns What it says; `null` for an empty block, which is the end.
*/
export function readHeader(block: Buffer, pax: PaxRecords): TarHeader | null {
	const type = String.fromCodePoint(block[156]!);
	const size = pax.has('size')
		? Number(pax.get('size'))
		: numberAt(block, 124, 12);
	if (block.every(byte => byte === 0)) {
		return null;
	}

	const about = aboutTheNext[type];
	if (about) {
		return {type: about, size};
	}

	const isHardLink = type === '1';
	const kind = isHardLink ? 'file' : kinds[type];
	return kind === undefined
		? {type: 'other', size}
		: {
				type: 'entry',
				size: isHardLink ? 0 : size,
				entry: entryOf(block, pax, {kind, isHardLink, size}),
			};
}

/**
@param bytes - The contents of a pax header.
@returns Its records by name.
*/
export function readPaxRecords(bytes: Buffer): PaxRecords {
	const text = bytes.toString('latin1');
	const records = new Map<string, string>();
	for (let start = 0; start < text.length;) {
		const length = Number.parseInt(text.slice(start, start + 20), 10);
		if (!(length > 0)) {
			break;
		}

		const record = text.slice(text.indexOf(' ', start) + 1, start + length - 1);
		const equals = record.indexOf('=');
		records.set(record.slice(0, equals), record.slice(equals + 1));
		start += length;
	}

	return records;
}

/** @returns A path in a tar as a path from the root. */
export function pathOf(name: string): BytePath {
	return asBytePath(name.replace(/^(?:\.?\/)+/v, '').replace(/\/+$/v, ''));
}

function entryOf(
	block: Buffer,
	pax: PaxRecords,
	{
		kind,
		isHardLink,
		size,
	}: {
		readonly kind: EntryKind;
		readonly isHardLink: boolean;
		readonly size: number;
	},
): Entry {
	const link = pax.get('linkpath') ?? textAt(block, 157, 100);
	const isDevice = kind === 'character-device' || kind === 'block-device';
	return {
		path: pathOf(pax.get('path') ?? nameIn(block)),
		kind,
		mode: numberAt(block, 100, 8) % 0o1_0000,
		uid: Number(pax.get('uid') ?? numberAt(block, 108, 8)),
		gid: Number(pax.get('gid') ?? numberAt(block, 116, 8)),
		size: kind === 'file' && !isHardLink ? size : 0,
		modified: modifiedOf(block, pax),
		linkTarget: kind === 'symlink' ? asBytePath(link) : null,
		hardLinkTo: isHardLink ? pathOf(link) : null,
		device: isDevice
			? {major: numberAt(block, 329, 8), minor: numberAt(block, 337, 8)}
			: null,
		xattrs: xattrsOf(pax),
	};
}

function nameIn(block: Buffer): string {
	const prefix = textAt(block, 345, 155);
	const isUstar = textAt(block, 257, 6) === 'ustar';
	const name = textAt(block, 0, 100);
	return isUstar && prefix !== '' ? `${prefix}/${name}` : name;
}

function textAt(block: Buffer, start: number, length: number): string {
	const end = block.indexOf(0, start);
	return block.toString(
		'latin1',
		start,
		end === -1 ? start + length : Math.min(end, start + length),
	);
}

/** In octal digits, or, with the highest bit set, in binary (GNU tar, "Extensions"). */
function numberAt(block: Buffer, start: number, length: number): number {
	if (block[start]! < 0x80) {
		return Number.parseInt(textAt(block, start, length).trim() || '0', 8);
	}

	let value = block[start]! % 0x80;
	for (const byte of block.subarray(start + 1, start + length)) {
		value = value * 0x1_00 + byte;
	}

	return value;
}

function modifiedOf(block: Buffer, pax: PaxRecords): bigint {
	const [seconds = '', fraction = ''] = (
		pax.get('mtime') ?? String(numberAt(block, 136, 12))
	).split('.');
	return BigInt(seconds + fraction.slice(0, 9).padEnd(9, '0'));
}

function xattrsOf(pax: PaxRecords): Entry['xattrs'] {
	const xattrs = [...pax]
		.filter(([name]) => name.startsWith(xattrPrefix))
		.map(
			([name, value]) =>
				[name.slice(xattrPrefix.length), Buffer.from(value, 'latin1')] as const,
		);
	return xattrs.length === 0 ? noXattrs : new Map(xattrs);
}
