import {createHash} from 'node:crypto';
import {asBytePath, type BytePath} from '../../text/byte-path.js';
import type {Build, Files} from '../../engine/port.js';

/** By address: the checksum of what was fetched from there, as `ADD --checksum` has it. */
export type DownloadSums = Readonly<Record<string, string>>;

/** Larger files aren't read for it, in bytes. */
const mostRead = 8 * 1024 * 1024;

/** How much of a checksum is shown: enough to tell two apart. */
const shownLength = 'sha256:'.length + 12;

/**
@param step - An ADD that is done, or runs and has fetched what it copies.
@returns The checksums of the files that it fetched; without those that can't be read, or are large. Never fails.
*/
export async function downloadSums(
	build: Pick<Build, 'copiesOf' | 'copySource'>,
	step: number,
): Promise<DownloadSums> {
	const sums: Record<string, string> = {};
	const operations = build.copiesOf(step)?.operations ?? [];
	for (const [index, {from, source}] of operations.entries()) {
		if (from.kind === 'address') {
			try {
				// eslint-disable-next-line no-await-in-loop -- nearly always one
				const files = await build.copySource(step, index);
				// eslint-disable-next-line no-await-in-loop
				const sum = await sumOf(files, asBytePath(source));
				if (sum !== null) {
					sums[from.address] = sum;
				}
			} catch {
				// The legacy builder keeps no downloads, and an engine may be gone: then nobody knows.
			}
		}
	}

	return sums;
}

async function sumOf(files: Files, path: BytePath): Promise<string | null> {
	const {kind, size} = await files.stat(path);
	if (kind !== 'file' || size > mostRead) {
		return null;
	}

	const hash = createHash('sha256');
	for await (const chunk of files.readFile(path)) {
		hash.update(chunk);
	}

	return `sha256:${hash.digest('hex')}`;
}

/** @returns What of it has other contents than before, each in a few words. */
export function changedDownloads(
	before: DownloadSums,
	after: DownloadSums,
): readonly string[] {
	return Object.entries(after).flatMap(([address, sum]) => {
		const old = before[address];
		return old === undefined || old === sum
			? []
			: [
					`the contents of ${address} changed: ${old.slice(0, shownLength)}… → ${sum.slice(0, shownLength)}…`,
				];
	});
}

/** @returns Whether all that the step fetches is known to be as it was. */
export function areSameDownloads(
	before: DownloadSums,
	after: DownloadSums,
	addresses: readonly string[],
): boolean {
	return addresses.every(
		address => address in after && before[address] === after[address],
	);
}

/**
@param text - Of an instruction, its variables expanded.
@returns What an ADD fetches, which only the engine looks at: web addresses, Git repositories.
*/
export function addressesIn(text: string): readonly string[] {
	return /^(?:ONBUILD )?ADD\s/v.test(text)
		? (text.match(/(?:https?|git|ssh):\/\/\S+|\bgit@\S+/gv) ?? [])
		: [];
}
