import {Buffer} from 'node:buffer';
import type {Readable} from 'node:stream';
import {largestText, tooLong} from '../../engine/context/small-file.js';
import {UsageError} from '../../errors.js';
import {
	blockSize,
	describeBinary,
	type Packing,
	packingOf,
} from '../../text/file-kind.js';

/** What is on standard input. */
export type Given =
	| {readonly kind: 'dockerfile'; readonly text: Buffer}
	| {
			readonly kind: 'archive';
			readonly packing: Packing;

			/** All of it, from its start. */
			readonly bytes: AsyncIterable<Buffer>;
	  };

type Chunks = AsyncIterator<Uint8Array | string, undefined>;

/**
@param stdin - Of an archive, only the start is read now.
@throws {UsageError} It is neither a Dockerfile nor an archive that a build can be made from.
*/
export async function readGiven(stdin: Readable): Promise<Given> {
	const chunks: Chunks = stdin[Symbol.asyncIterator]();
	const start = await readStart(chunks);
	if (start.length === 0) {
		throw new UsageError(
			'Standard input is empty: give mstage a Dockerfile or a tar archive there, or name a folder.',
		);
	}

	const packing = packingOf(start);
	const bytes = joined(start, chunks);
	if (packing !== null) {
		return {kind: 'archive', packing, bytes};
	}

	refuseBinary(start, 'Standard input');
	return {kind: 'dockerfile', text: await readText(bytes)};
}

/**
@returns The Dockerfile on standard input.
@throws {UsageError} It is none.
*/
export async function readGivenDockerfile(stdin: Readable): Promise<Buffer> {
	const text = await readText(stdin);
	refuseBinary(text, 'Standard input');
	return text;
}

/**
@param start - How something begins that is read as a Dockerfile.
@param what - Names it, at the start of a sentence.
@throws {UsageError} It is no text.
*/
export function refuseBinary(start: Uint8Array, what: string): void {
	const fault = describeBinary(start);
	if (fault !== null) {
		throw new UsageError(`${what} ${fault}`);
	}
}

async function readText(
	chunks: AsyncIterable<Uint8Array | string>,
): Promise<Buffer> {
	const parts: Buffer[] = [];
	let length = 0;
	for await (const chunk of chunks) {
		const part = Buffer.from(chunk);
		length += part.length;
		if (length > largestText) {
			throw new UsageError(
				`The Dockerfile on standard input can't be read: ${tooLong(largestText).message}.`,
			);
		}

		parts.push(part);
	}

	return Buffer.concat(parts);
}

/** Returns enough to tell the kind, where there is so much. */
async function readStart(chunks: Chunks): Promise<Buffer> {
	let start = Buffer.alloc(0);
	while (start.length < blockSize) {
		// eslint-disable-next-line no-await-in-loop -- one chunk after the other
		const {done, value} = await chunks.next();
		if (done) {
			break;
		}

		start = Buffer.concat([start, Buffer.from(value)]);
	}

	return start;
}

async function* joined(
	start: Buffer,
	chunks: Chunks,
): AsyncGenerator<Buffer, void> {
	yield start;
	try {
		for (;;) {
			// eslint-disable-next-line no-await-in-loop -- one chunk after the other
			const {done, value} = await chunks.next();
			if (done) {
				return;
			}

			yield Buffer.from(value);
		}
	} finally {
		await chunks.return?.();
	}
}
