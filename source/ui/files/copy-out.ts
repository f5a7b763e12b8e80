import {Buffer} from 'node:buffer';
import {createWriteStream} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Files} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import type {Entry} from '../../filesystem/entry.js';
import {type BytePath, bytesOf} from '../../text/byte-path.js';
import {decodeName} from '../../text/sanitise.js';

/**
Copies a file into the current folder, its contents only; what is there already is never touched.

@returns Where it is now, in a sentence.
@throws {UsageError} It is no file, or something of that name is there already.
@throws {EngineError} The engine was lost.
*/
export async function copyOut(
	files: Files,
	entry: Entry,
	name: BytePath,
): Promise<string> {
	if (entry.kind !== 'file') {
		throw new UsageError(
			`${decodeName(bytesOf(name))} is no file: mstage cp copies whole directories, too.`,
		);
	}

	const place = Buffer.concat([
		Buffer.from(`${process.cwd()}${path.sep}`),
		bytesOf(name),
	]);
	const shown = decodeName(place);
	try {
		await pipeline(
			Readable.from(files.readFile(entry.path)),
			createWriteStream(place, {flags: 'wx', mode: 0o600}),
		);
	} catch (error) {
		throw (error as NodeJS.ErrnoException).code === 'EEXIST'
			? new UsageError(
					`${shown} is there already, and was left as it is: move it away first.`,
					{cause: error},
				)
			: error;
	}

	return `Copied to ${shown}.`;
}
