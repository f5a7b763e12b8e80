import {
	type BytePath,
	bytePathFromText,
	rootPath,
} from '../../../text/byte-path.js';
import {compareNames, type EntryStatus, type Tree} from '../../context/tree.js';

const readableByAll = 0o644;

/**
@param name - Names the tree in messages.
@param files - Files that are on no disk, such as a Dockerfile that came from standard input: name → contents.
@returns A tree of those files, in one directory. Its files all have the modification time 0, so equal contents are
equal for the engine's cache.
*/
export function memoryTree(
	name: string,
	files: ReadonlyMap<string, Uint8Array>,
): Tree {
	const contents = new Map(
		[...files].map(([fileName, bytes]) => [bytePathFromText(fileName), bytes]),
	);
	const names = [...contents.keys()].toSorted((a, b) => compareNames(a, b));
	const read = (path: BytePath): Uint8Array => {
		const bytes = contents.get(path);
		if (bytes === undefined) {
			throw Object.assign(new Error(`no such file: ${path}`), {code: 'ENOENT'});
		}

		return bytes;
	};

	return {
		name,
		readDirectory: () =>
			names.map(fileName => ({name: fileName, isDirectory: false})),
		readStatus: path => statusOf(read(path)),
		async *readContents(path) {
			yield read(path);
		},
	};
}

function statusOf(bytes: Uint8Array): EntryStatus {
	return {
		mode: readableByAll,
		size: BigInt(bytes.length),
		modTime: 0n,
		linkTarget: rootPath,
		hardLinkKey: null,
		inode: 0n,
		device: null,
	};
}
