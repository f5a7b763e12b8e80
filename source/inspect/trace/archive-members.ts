import {createHash} from 'node:crypto';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {extract} from 'tar-stream';
import {asBytePath, type BytePath} from '../../text/byte-path.js';
import type {FileAt} from '../compare-contents.js';

/** What an archive has at a path. */
export type Member = {
	readonly isFile: boolean;

	/** Of a file: the SHA-256 of its contents. */
	readonly hash: string | null;
};

/** The largest archive that is read, in bytes. */
const mostBytes = 512 * 1024 * 1024;

/**
Lists what a tar archive unpacks to, with the folders that it only implies. The last of several members of one name counts.

@param size - Of the archive, in bytes.
@returns `null` of an archive that can't be read here: it is too large, or compressed in another way than by gzip.
@throws What reading the file throws.
*/
export async function archiveMembers(
	{files, path}: FileAt,
	size: number,
): Promise<ReadonlyMap<BytePath, Member> | null> {
	if (size > mostBytes) {
		return null;
	}

	const members = new Map<BytePath, Member>();
	// Names are bytes; the package's own types don't know the option.
	const options = {filenameEncoding: 'latin1'};
	const tar = extract(options as Parameters<typeof extract>[0]);
	const listing = (async () => {
		for await (const entry of tar) {
			const {type, name, linkname} = entry.header;
			const at = pathOf(name);
			const hash = createHash('sha256');
			for await (const chunk of entry) {
				hash.update(chunk as Uint8Array);
			}

			addFolders(members, at);
			members.set(
				at,
				type === 'link'
					? (members.get(pathOf(linkname ?? '')) ?? folder)
					: isRegular(type)
						? {isFile: true, hash: hash.digest('base64')}
						: folder,
			);
		}
	})();
	try {
		const source = Readable.from(files.readFile(path));
		await Promise.all([
			(await isGzip({files, path}))
				? pipeline(source, createGunzip(), tar)
				: pipeline(source, tar),
			listing,
		]);
		return members;
	} catch (error) {
		if (isOfFormat(error)) {
			return null;
		}

		throw error;
	}
}

/** What is no file: it has no contents. */
const folder: Member = {isFile: false, hash: null};

async function isGzip({files, path}: FileAt): Promise<boolean> {
	const [first, second] = await buffer(
		files.readFile(path, {offset: 0, length: 2}),
	);
	return first === 0x1f && second === 0x8b;
}

function isRegular(type: string | null | undefined): boolean {
	return type === 'file' || type === 'contiguous-file' || !type;
}

function pathOf(name: string): BytePath {
	return asBytePath(
		name
			.split('/')
			.filter(part => part !== '' && part !== '.')
			.join('/'),
	);
}

function addFolders(members: Map<BytePath, Member>, path: BytePath): void {
	for (
		let slash = path.lastIndexOf('/');
		slash > 0;
		slash = path.lastIndexOf('/', slash - 1)
	) {
		const above = asBytePath(path.slice(0, slash));
		if (!members.has(above)) {
			members.set(above, folder);
		}
	}
}

/** Whether an archive is none, or none that can be read. */
function isOfFormat(error: unknown): boolean {
	const {code, message} = error as NodeJS.ErrnoException;
	return (
		code?.startsWith('Z_') === true ||
		/invalid tar|unexpected end/iv.test(message)
	);
}
