import type {Buffer} from 'node:buffer';
import type {Entry} from '../../../filesystem/tree/entry.js';
import {ByteReader, Part} from '../../byte-reader.js';
import {
	blockSize,
	type PaxRecords,
	readHeader,
	readPaxRecords,
} from './tar-header.js';

/** An entry of a tar on its way. */
export type TarEntry = {
	readonly entry: Entry;

	/** What isn't read of it before the next entry is asked for is skipped. */
	readonly chunks: AsyncIterable<Uint8Array>;
};

/**
@param source - A tar, not compressed.
@returns Its entries as they come, the root's own among them; nothing is kept.
*/
export async function* readTar(
	source: AsyncIterable<Uint8Array>,
): AsyncGenerator<TarEntry, void, void> {
	const reader = new ByteReader(source);
	const pax = new Map<string, string>();
	try {
		for (;;) {
			// eslint-disable-next-line no-await-in-loop -- one header after the other
			const block = await reader.read(blockSize);
			const header = block.length < blockSize ? null : readHeader(block, pax);
			if (header === null) {
				return;
			}

			if (header.type === 'entry') {
				const body = new Part(reader, header.size, padded(header.size));
				yield {entry: header.entry, chunks: body};
				// eslint-disable-next-line no-await-in-loop -- one entry after the other
				await body.skip();
				pax.clear();
				continue;
			}

			// eslint-disable-next-line no-await-in-loop -- one header after the other
			const contents = await reader.read(padded(header.size));
			for (const [name, value] of recordsOf(
				header.type,
				contents.subarray(0, header.size),
			)) {
				pax.set(name, value);
			}
		}
	} finally {
		await reader.close();
	}
}

function recordsOf(
	type: 'pax' | 'long-name' | 'long-link' | 'other',
	contents: Buffer,
): PaxRecords {
	const text = (): string => contents.toString('latin1').replace(/\0.*$/sv, '');
	switch (type) {
		case 'pax': {
			return readPaxRecords(contents);
		}

		case 'long-name': {
			return new Map([['path', text()]]);
		}

		case 'long-link': {
			return new Map([['linkpath', text()]]);
		}

		case 'other': {
			return new Map();
		}
	}
}

function padded(size: number): number {
	return Math.ceil(size / blockSize) * blockSize;
}
