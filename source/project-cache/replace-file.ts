import {close, openSync, rmSync, writeFile} from 'node:fs';
import {mkdir, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';

/** What is being written. */
const drafts = new Set<string>();

/**
Writes a file that only the user can read, its folders with it. It is replaced as a whole: others may read or write it
meanwhile, and where there is no room for the new one the old one stays. Nothing else is left, whatever fails, and though the
process ends meanwhile.

@throws {Error} It can't be written.
*/
export async function replaceFile(
	file: string,
	content: string | Uint8Array,
): Promise<void> {
	const draft = `${file}.${process.pid}`;
	await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
	if (drafts.size === 0) {
		process.on('exit', removeDrafts);
	}

	drafts.add(draft);
	try {
		await writeDraft(draft, content);
		await rename(draft, file);
	} catch (error) {
		await rm(draft, {force: true});
		throw error;
	} finally {
		drafts.delete(draft);
		if (drafts.size === 0) {
			process.off('exit', removeDrafts);
		}
	}
}

/** It is made at once: what another thread is about to make while the process ends comes after its removal. */
async function writeDraft(
	draft: string,
	content: string | Uint8Array,
): Promise<void> {
	const descriptor = openSync(draft, 'w', 0o600);
	try {
		await promisify(writeFile)(descriptor, content);
	} finally {
		await promisify(close)(descriptor);
	}
}

function removeDrafts(): void {
	for (const draft of drafts) {
		rmSync(draft, {force: true});
	}
}
