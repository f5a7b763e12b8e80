import {UsageError} from '../../../errors.js';
import type {Entry, EntryKind} from '../../../filesystem/tree/entry.js';
import {
	asBytePath,
	type BytePath,
	readableOf,
	rootPath,
} from '../../../text/byte-path.js';
import {nearMiss} from '../../../text/near-miss.js';

const kindNames: Readonly<Record<EntryKind, string>> = {
	file: 'a file',
	directory: 'a directory',
	symlink: 'a symbolic link',
	'character-device': 'a device',
	'block-device': 'a device',
	fifo: 'a named pipe',
	socket: 'a socket',
};

/**
Finds out why something couldn't be read.

@param read - Reads a directory that is there.
@param path - What couldn't be read.
@returns The error for the user: which name isn't there and what it could have been, or what else the path is.
*/
export async function missingPathError(
	read: (directory: BytePath) => Promise<readonly Entry[]>,
	path: BytePath,
	cause?: unknown,
): Promise<UsageError> {
	let found: Entry | undefined;
	for (const name of path.split('/')) {
		if (found && found.kind !== 'directory') {
			break;
		}

		const directory: BytePath = found?.path ?? rootPath;
		// eslint-disable-next-line no-await-in-loop -- one directory after the other, down the path
		const entries = await read(directory);
		const start = directory === '' ? 0 : directory.length + 1;
		found = entries.find(entry => entry.path.slice(start) === name);
		if (!found) {
			return notFound(directory, path, namesOf(entries, start), cause);
		}
	}

	return new UsageError(
		`/${readableOf(found?.path ?? rootPath)} is ${kindNames[found?.kind ?? 'directory']} and can't be read like that: mstage ls shows what there is.`,
		{cause},
	);
}

function notFound(
	directory: BytePath,
	path: BytePath,
	names: readonly string[],
	cause: unknown,
): UsageError {
	const start = directory === '' ? 0 : directory.length + 1;
	const [name = ''] = path.slice(start).split('/');
	const similar = nearMiss(readableOf(asBytePath(name)), names);
	const hint =
		similar === undefined
			? `look with mstage ls at what /${readableOf(directory)} has`
			: `did you mean ${similar}?`;
	return new UsageError(
		`There is no /${readableOf(path)}: /${readableOf(directory)} has no ${readableOf(asBytePath(name))}; ${hint}${hint.endsWith('?') ? '' : '.'}`,
		{cause},
	);
}

function namesOf(entries: readonly Entry[], start: number): readonly string[] {
	return entries.map(({path}) => readableOf(asBytePath(path.slice(start))));
}
