/* eslint-disable no-await-in-loop -- one after the other: what is in flight stays small, and the order matters */
import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import type {Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {type Header, type Pack, pack} from 'tar-stream';
import type {Files} from '../../engine/port.js';
import type {Entry, EntryKind} from '../../filesystem/entry.js';
import {type BytePath, bytesOf, joinBytePath} from '../../text/byte-path.js';
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
/** A type that tar-stream writes, though its types don't say so. */
const extendedHeader = 'pax-header';

const maximumSize = 0o77_7777_7777;

/**
Writes what was selected as a tar archive, in the pax format where a name or an attribute needs it.

@param name - What what is copied is called in the archive.
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
): Promise<void> {
	const archive = new Archive(name);
	const sent = pipeline(archive.pack, output, {end: false, signal});
	try {
		const wanted = contentsOf(selected);
		for (const one of selected) {
			if (one.entry.kind !== 'file') {
				await archive.add(one);
			}
		}

		for await (const {path, chunks} of files.readFiles(
			[...wanted.keys()],
			signal,
		)) {
			await archive.add(wanted.get(path)!, chunks);
		}

		for (const one of selected) {
			if (one.sameAs !== null) {
				await archive.add(one);
			}
		}

		archive.pack.finalize();
	} catch (error) {
		archive.pack.destroy();
		await sent.catch(() => undefined);
		throw error;
	}

	await sent;
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
		await this.#addAttributes(entry, name, linkName);
		const sink = this.pack.entry({
			name: plainName.test(name) ? name : 'long',
			...(linkName !== null && {
				linkname: plainName.test(linkName) ? linkName : 'long',
			}),
			type,
			mode: entry.mode,
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

	/** The record before a header that has what the header can't: bytes as they are, which tar-stream has no way for. */
	async #addAttributes(
		{xattrs, size}: Entry,
		name: BytePath,
		linkName: BytePath | null,
	): Promise<void> {
		const records = [
			...(plainName.test(name) ? [] : [record('path', bytesOf(name))]),
			...(linkName === null || plainName.test(linkName)
				? []
				: [record('linkpath', bytesOf(linkName))]),
			...(size > maximumSize
				? [record('size', Buffer.from(String(size)))]
				: []),
			...[...xattrs].map(([key, value]) =>
				record(`SCHILY.xattr.${key}`, value),
			),
		];
		if (records.length > 0) {
			const data = Buffer.concat(records);
			const sink = this.pack.entry({
				name: 'PaxHeader',
				type: extendedHeader as Header['type'],
				size: data.length,
			});
			sink.end(data);
			await once(sink, 'finish');
		}
	}

	#pathOf(path: BytePath): BytePath {
		return path === '' ? this.#name : joinBytePath(this.#name, path);
	}
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself (POSIX pax, extended header). */
function record(key: string, value: Uint8Array): Buffer {
	const rest = Buffer.concat([
		Buffer.from(` ${key}=`),
		value,
		Buffer.from('\n'),
	]);
	let length = rest.length + 1;
	while (String(length).length + rest.length !== length) {
		length = String(length).length + rest.length;
	}

	return Buffer.concat([Buffer.from(String(length)), rest]);
}
