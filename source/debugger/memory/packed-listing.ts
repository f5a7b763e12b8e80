import {Buffer} from 'node:buffer';
import {setImmediate} from 'node:timers/promises';
import {promisify} from 'node:util';
import {gunzip, gzip} from 'node:zlib';
import type {Entry, EntryKind} from '../../filesystem/tree/entry.js';
import {
	type FileTree,
	FileTreeBuilder,
} from '../../filesystem/tree/file-tree.js';
import {asBytePath} from '../../text/byte-path.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** How many entries are written at once, before others get their turn: about two milliseconds of work. */
const atOnce = 500;

/** What a listing may be when it is unpacked, in bytes: one that was tampered with doesn't fill the memory. */
const mostUnpacked = 256 * 1024 * 1024;

type Line = readonly [
	path: string,
	kind: EntryKind,
	mode: number,
	uid: number,
	gid: number,
	size: number,
	modified: string,
	linkTarget?: string | null,
	hardLinkTo?: string | null,
	device?: Entry['device'],
	xattrs?: ReadonlyArray<readonly [name: string, base64: string]>,
];

/** @returns A listing in few bytes: compressed lines of JSON, one per entry. */
export async function packListing(tree: FileTree): Promise<Uint8Array> {
	const chunks: Buffer[] = [];
	for (let from = 1; from < tree.paths.size; from += atOnce) {
		const to = Math.min(tree.paths.size, from + atOnce);
		let text = '';
		for (let node = from; node < to; node++) {
			text += `${JSON.stringify(lineOf(tree.entry(node)))}\n`;
		}

		chunks.push(Buffer.from(text));
		// eslint-disable-next-line no-await-in-loop -- a pause for whoever waits
		await setImmediate();
	}

	return compress(Buffer.concat(chunks));
}

/** @returns The listing, or `null` when the bytes are none. */
export async function unpackListing(
	bytes: Uint8Array,
): Promise<FileTree | null> {
	try {
		const unpacked = await decompress(bytes, {maxOutputLength: mostUnpacked});
		const builder = new FileTreeBuilder();
		for (const line of unpacked.toString('utf8').split('\n')) {
			if (line !== '') {
				builder.add(entryOf(JSON.parse(line) as Line));
			}
		}

		return builder.finish();
	} catch {
		// It is of another version of mstage, or was cut off.
		return null;
	}
}

function lineOf(entry: Entry): Line {
	const {path, kind, mode, uid, gid, size, modified} = entry;
	const {linkTarget, hardLinkTo, device, xattrs} = entry;
	const usual = [path, kind, mode, uid, gid, size, String(modified)] as const;
	const isUsual =
		linkTarget === null &&
		hardLinkTo === null &&
		device === null &&
		xattrs.size === 0;
	return isUsual
		? usual
		: [
				...usual,
				linkTarget,
				hardLinkTo,
				device,
				[...xattrs].map(
					([name, value]) =>
						[name, Buffer.from(value).toString('base64')] as const,
				),
			];
}

function entryOf([
	path,
	kind,
	mode,
	uid,
	gid,
	size,
	modified,
	linkTarget = null,
	hardLinkTo = null,
	device = null,
	xattrs = [],
]: Line): Entry {
	return {
		path: asBytePath(path),
		kind,
		mode,
		uid,
		gid,
		size,
		modified: BigInt(modified),
		linkTarget: linkTarget === null ? null : asBytePath(linkTarget),
		hardLinkTo: hardLinkTo === null ? null : asBytePath(hardLinkTo),
		device,
		xattrs: new Map(
			xattrs.map(([name, value]) => [name, Buffer.from(value, 'base64')]),
		),
	};
}
