import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdir} from 'node:fs/promises';
import process from 'node:process';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {text} from 'node:stream/consumers';
import {UsageError} from '../../errors.js';
import type {Given} from './standard-input.js';

/** What tar and the programs that it starts say of an archive that ends too early. */
const cutOff =
	/unexpected (?:eof|end)|ends unexpectedly|premature end|truncated|read error/iv;

/** What tar says of a text, or of anything else, that was compressed. */
const noArchive =
	/does not look like a tar archive|unrecognized archive format/iv;

/** What a shell or tar says when there is no such program. */
const noProgram = /cannot exec|command not found|no such file|can't launch/iv;

/**
Unpacks an archive as it comes, which may take long; as root, files become root's.

@param folder - Is there, and empty.
@param signal - Aborting it ends that.
@throws {UsageError} It can't be unpacked: what is wrong with it.
*/
export async function unpack(
	{packing, bytes}: Extract<Given, {kind: 'archive'}>,
	folder: string,
	signal?: AbortSignal,
): Promise<void> {
	const child = spawn(
		'tar',
		[
			'--extract',
			'--no-same-owner',
			'--file=-',
			`--directory=${folder}`,
			...(packing === 'tar' ? [] : [`--${packing}`]),
		],
		{
			stdio: ['pipe', 'ignore', 'pipe'],
			env: {...process.env, LC_ALL: 'C'},
			signal,
		},
	);
	const ended = once(child, 'close') as Promise<[number | null]>;
	try {
		const [, said, [code]] = await Promise.all([
			// A tar that has seen enough, or can't go on, reads no more; it says why.
			pipeline(Readable.from(bytes), child.stdin).catch(() => undefined),
			text(child.stderr),
			ended,
		]);
		if (code !== 0) {
			throw new UsageError(describe(packing, said));
		}

		// Of less than a block tar says nothing.
		const names = await readdir(folder);
		if (packing !== 'tar' && names.length === 0) {
			throw new UsageError(noArchiveIn(packing));
		}
	} catch (error) {
		if (error instanceof UsageError) {
			throw error;
		}

		signal?.throwIfAborted();
		throw new UsageError(
			`The archive on standard input can't be unpacked (${(error as Error).message}): install tar, or unpack it yourself and name the folder.`,
			{cause: error},
		);
	}
}

function describe(packing: string, said: string): string {
	const what = `The ${packing} archive on standard input`;
	const lines = said.trim().split('\n');
	// The first line is of who noticed; the last one often says only that something was wrong before.
	const reason =
		lines.find(line => cutOff.test(line)) ??
		lines.find(line => noArchive.test(line)) ??
		lines[0]!;
	if (packing !== 'tar' && noProgram.test(said)) {
		return `${what} can't be unpacked (${reason}): install ${packing}, or send it without compression.`;
	}

	if (noArchive.test(said)) {
		return packing === 'tar'
			? `${what} is damaged (${reason}): make it anew with tar -c.`
			: noArchiveIn(packing);
	}

	return cutOff.test(said)
		? `${what} is cut off (${reason}): make it anew, or send all of it.`
		: `${what} is damaged (${reason}): make it anew with tar -c.`;
}

function noArchiveIn(packing: string): string {
	return `What is compressed with ${packing} on standard input is no tar archive: make one with tar -c, or give the Dockerfile uncompressed.`;
}
