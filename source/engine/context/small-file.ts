import {Buffer} from 'node:buffer';
import {constants, type Stats} from 'node:fs';
import {type FileHandle, open, stat} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {toError} from '../../errors.js';
import {errorCode} from './reading-error.js';

/**
How long a Dockerfile or an ignore file may be, in bytes: a BuildKit hands either on in one message, and takes none that is
longer (moby/buildkit util/grpcclient and defaults of containerd, `DefaultMaxRecvMsgSize`).
*/
export const largestText = 16 * 1024 * 1024;

/** It is there, and isn't what one reads a text from; the message goes on from a file's name with "can't be read:". */
export class UnfitFileError extends Error {
	override readonly name = 'UnfitFileError';
}

/**
Reads a file that is read whole. Whatever else has its name is refused before it is opened: reading a named pipe waits for
who writes to it, also while the process ends, and a device has no end.

@param file - Links are followed.
@param limit - The most bytes that it may have.
@throws {UnfitFileError} It is no file, or is longer.
*/
export async function readSmallFile(
	file: string,
	limit = largestText,
): Promise<Buffer> {
	checkFit(await stat(file), limit);
	// What has taken its place since then must not be waited for either.
	const handle = await open(file, constants.O_NONBLOCK);
	try {
		checkFit(await handle.stat(), limit);
		return await readWhole(handle, limit);
	} finally {
		await handle.close();
	}
}

/** How long nobody may write to a pipe, and how often that is looked for, in milliseconds. */
const longestSilence = 10_000;
const pollInterval = 20;

/** What a shell opened before us: nobody else will write to it. */
const inheritedFile = /^\/(?:dev|proc\/[^\/]+)\/fd\//v;

/**
Reads a pipe, such as a shell's `<(…)`, to its end. It is polled: a read that waits can't be given up, and keeps the process
from ending.

@param file - The pipe.
@param limit - The most bytes that it may give.
@throws {UnfitFileError} It gives more, or nothing for a while.
*/
export async function readPipe(file: string, limit: number): Promise<Buffer> {
	const handle = await open(file, constants.O_NONBLOCK);
	const isOpen = inheritedFile.test(file);
	const chunks: Buffer[] = [];
	let length = 0;
	let silentSince = performance.now();
	try {
		while (performance.now() - silentSince < longestSilence) {
			const chunk = Buffer.allocUnsafe(64 * 1024);
			// eslint-disable-next-line no-await-in-loop -- one chunk after the other
			const bytesRead = await readNow(handle, chunk);
			if (bytesRead === 0 && (length > 0 || isOpen)) {
				return Buffer.concat(chunks);
			}

			if (bytesRead === null || bytesRead === 0) {
				// eslint-disable-next-line no-await-in-loop
				await delay(pollInterval);
				continue;
			}

			silentSince = performance.now();
			length += bytesRead;
			if (length > limit) {
				throw tooLong(limit);
			}

			chunks.push(chunk.subarray(0, bytesRead));
		}
	} finally {
		await handle.close();
	}

	throw new UnfitFileError(
		`nobody has written to it for ${longestSilence / 1000} s`,
	);
}

/** Returns `null` while a writer has nothing, and 0 where there is none. */
async function readNow(
	handle: FileHandle,
	chunk: Buffer,
): Promise<number | null> {
	try {
		const {bytesRead} = await handle.read(chunk);
		return bytesRead;
	} catch (error) {
		if (errorCode(error) === 'EAGAIN') {
			return null;
		}

		throw error;
	}
}

/**
@param error - What `readSmallFile` threw.
@returns Why a file can't be read, to go on from "can't be read: ".
*/
export function unreadableReason(error: unknown): string {
	switch (errorCode(error)) {
		case 'ENOENT':
		case 'ENOTDIR': {
			return 'there is no such file';
		}

		case 'EACCES':
		case 'EPERM': {
			return 'you may not read it';
		}

		case 'ELOOP': {
			return 'its links lead round in a circle';
		}

		case 'ENAMETOOLONG': {
			return 'its name is too long';
		}

		default: {
			return toError(error).message;
		}
	}
}

function checkFit(status: Stats, limit: number): void {
	const kind = kindOf(status);
	if (kind !== null) {
		throw new UnfitFileError(`it is ${kind}`);
	}

	if (status.size > limit) {
		throw tooLong(limit);
	}
}

/** @returns The error of a text that is longer than a limit. */
export function tooLong(limit: number): UnfitFileError {
	return new UnfitFileError(
		`it has more than ${limit < 1024 * 1024 ? `${limit / 1024} KiB` : `${limit / 1024 / 1024} MiB`}, which no builder takes`,
	);
}

function kindOf(status: Stats): string | null {
	return status.isFile()
		? null
		: status.isDirectory()
			? 'a folder'
			: status.isFIFO()
				? 'a named pipe, which can be read only once (-f - reads a Dockerfile from standard input)'
				: status.isSocket()
					? 'a socket'
					: 'a device';
}

/** A file may grow meanwhile, and those of some filesystems say that they have no bytes. */
async function readWhole(handle: FileHandle, limit: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	for (;;) {
		const chunk = Buffer.allocUnsafe(64 * 1024);
		// eslint-disable-next-line no-await-in-loop -- one chunk after the other
		const {bytesRead} = await handle.read(chunk);
		if (bytesRead === 0) {
			return Buffer.concat(chunks);
		}

		length += bytesRead;
		if (length > limit) {
			throw tooLong(limit);
		}

		chunks.push(chunk.subarray(0, bytesRead));
	}
}
