import {UsageError} from '../../../errors.js';
import type {Entry} from '../../../filesystem/tree/entry.js';
import {type BytePath, readableOf} from '../../../text/byte-path.js';
import type {FileContents, Files} from '../../port.js';

/** The empty filesystem, which has no reference: that of `FROM scratch`. */
export const emptyFiles: Files = {
	async readDirectory(path) {
		if (path !== '') {
			throw nothing(path);
		}

		return [];
	},
	async stat(path) {
		throw nothing(path);
	},
	readFile(path): AsyncIterable<Uint8Array> {
		return refuse(path);
	},
	list(): AsyncIterable<Entry> {
		return none();
	},
	readFiles([path]): AsyncIterable<FileContents> {
		return path === undefined ? none() : refuse(path);
	},
};

// eslint-disable-next-line require-yield -- an iterable that throws
async function* refuse(path: BytePath): AsyncGenerator<never> {
	throw nothing(path);
}

async function* none(): AsyncGenerator<never> {
	yield* [];
}

function nothing(path: BytePath): UsageError {
	return new UsageError(
		`There is no /${readableOf(path)}: this filesystem is empty; open a later point.`,
	);
}
