import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

const temporaryFolders: string[] = [];

/** @returns A new folder, which is removed when the process ends. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'mstage-build-'));
	if (temporaryFolders.length === 0) {
		process.once('exit', () => {
			for (const left of temporaryFolders) {
				rmSync(left, {recursive: true, force: true});
			}
		});
	}

	temporaryFolders.push(folder);
	return folder;
}
