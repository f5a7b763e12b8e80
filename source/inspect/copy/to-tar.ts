/* eslint-disable no-await-in-loop -- one after the other: what is in flight stays small, and the order matters */
import {Buffer} from 'node:buffer';
import type {Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {type Header, type Pack, pack} from 'tar-stream';
import type {Files} from '../../engine/port.js';
import type {Entry, EntryKind} from '../../filesystem/tree/entry.js';
import {tarModeOf} from '../../filesystem/tree/tar-mode.js';
import {type BytePath, bytesOf, joinBytePath} from '../../text/byte-path.js';
import {extendedHeader} from '../../text/extended-header.js';
import {contentsOf, type Selected} from './selection.js';

const types: Readonly<Record<EntryKind, Header['type'] | null>> = {
	file: 'file',
	directory: 'directory',
	symlink: 'symlink',
	'character-device': 'character-device',
	'block-device': 'block-device',
	fifo: 'fifo',
	socket: null,
};

/** What fits into the fields of a header as it is (POSIX pax, ustar interchange format). */
const plainName = /^[ -~]{1,99}$/v;
const maximumSize = 0o77_7777_7777;

/**
Writes what was selected as a tar archive, in the pax format where a name or an attribute needs it.

@param name - What what is copied is called in the archive.
@returns The entries that an archive has no place for: sockets.
*/
export async function copyToTar(
	files: Files,
	selected: readonly Selected[],
	{
		name,
		output,
		signal,
	}: {
		readonly name: BytePath;
		readonly output: Writable;
		readonly signal: AbortSignal;
	},
): Promise<readonly Selected[]> {
	const archive = new Archive(name);
	const sent = pipeline(archive.pack, output, {end: false, signal});
	try {
		await addAll(archive, files, selected, signal);
		archive.pack.finalize();
	} catch (error) {
		archive.pack.destroy();
		await sent.catch(() => undefined);
		throw error;
	}

	await sent;
	return selected.filter(({entry}) => types[entry.kind] === null);
}

/** In the order of a listing: what unpacks it sets the time of a directory once it is past what is in it. */
async function addAll(
	archive: Archive,
	files: Pick<Files, 'readFiles'>,
	selected: readonly Selected[],
	signal: AbortSignal,
): Promise<void> {
	const wanted = contentsOf(selected);
	let next = 0;
	for await (const {path, chunks} of files.readFiles(
		[...wanted.keys()],
		signal,
	)) {
		const file = selected.indexOf(wanted.get(path)!, next);
		for (const one of selected.slice(next, file)) {
			await archive.add(one);
		}

		await archive.add(selected[file]!, chunks);
		next = file + 1;
	}

	for (const one of selected.slice(next)) {
		await archive.add(one);
	}
}

class Archive {
	readonly pack: Pack = pack();
	readonly #name: BytePath;

	constructor(name: BytePath) {
		this.#name = name;
	}

	async add(
		{path, entry, sameAs}: Selected,
		chunks?: AsyncIterable<Uint8Array>,
	): Promise<void> {
		const type = sameAs === null ? types[entry.kind] : 'link';
		if (type === null) {
			return;
		}

		const name = this.#pathOf(path);
		const linkName = sameAs === null ? entry.linkTarget : this.#pathOf(sameAs);
		this.#addAttributes(entry, name, linkName);
		const sink = this.pack.entry({
			name: plainName.test(name) ? name : 'long',
			...(linkName !== null && {
				linkname: plainName.test(linkName) ? linkName : 'long',
			}),
			type,
			mode: tarModeOf(entry.mode),
			uid: entry.uid,
			gid: entry.gid,
			size: type === 'file' ? entry.size : 0,
			mtime: new Date(Number(entry.modified / 1_000_000n)),
			...(entry.device && {
				devmajor: entry.device.major,
				devminor: entry.device.minor,
			}),
		});
		if (type === 'file' && entry.size > 0) {
			await pipeline(chunks!, sink);
		} else if (type === 'file') {
			sink.end(Buffer.alloc(0));
		}
	}

	/** What a header can't hold goes before it. */
	#addAttributes(
		{xattrs, size}: Entry,
		name: BytePath,
		linkName: BytePath | null,
	): void {
		const records: Array<readonly [key: string, value: Uint8Array]> = [
			...[...xattrs].map(
				([key, value]) => [`SCHILY.xattr.${key}`, value] as const,
			),
		];
		if (!plainName.test(name)) {
			records.push(['path', bytesOf(name)]);
		}

		if (linkName !== null && !plainName.test(linkName)) {
			records.push(['linkpath', bytesOf(linkName)]);
		}

		if (size > maximumSize) {
			records.push(['size', Buffer.from(String(size))]);
		}

		if (records.length > 0) {
			this.pack.push(extendedHeader(records));
		}
	}

	#pathOf(path: BytePath): BytePath {
		return path === '' ? this.#name : joinBytePath(this.#name, path);
	}
}
