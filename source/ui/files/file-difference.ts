import {Buffer} from 'node:buffer';
import {structuredPatch} from 'diff';
import type {Files} from '../../engine/port.js';
import type {Change} from '../../filesystem/change.js';
import type {BytePath} from '../../text/byte-path.js';
import {formatBytes, formatCount} from '../../text/format.js';

/** How much of each side is read, in bytes. */
const mostRead = 1_048_576;

/** How long finding the fewest differing lines may take, in milliseconds. */
const patience = 2000;

/**
@param change - Of a file that is on at least one of the sides.
@returns The lines of a unified diff; of what is no text, in words where it differs.
@throws {EngineError} The engine was lost.
*/
export async function fileDifference(
	[from, to]: readonly [from: Files, to: Files],
	change: Change,
): Promise<readonly string[]> {
	const [before, after] = await Promise.all([
		startOf(
			from,
			change.from?.kind === 'file'
				? (change.from.hardLinkTo ?? change.path)
				: null,
		),
		startOf(
			to,
			change.to?.kind === 'file' ? (change.to.hardLinkTo ?? change.path) : null,
		),
	]);
	if (before.includes(0) || after.includes(0)) {
		return binaryDifference(change, before, after);
	}

	const patch = structuredPatch(
		'',
		'',
		before.toString('utf8'),
		after.toString('utf8'),
		undefined,
		undefined,
		{context: 3, timeout: patience},
	);
	const lines = (patch?.hunks ?? []).flatMap(hunk => [
		`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
		...hunk.lines,
	]);
	const isCut = before.length === mostRead || after.length === mostRead;
	if (isCut) {
		lines.push(`@@ Only the first ${formatBytes(mostRead)} were compared. @@`);
	}

	return lines.length > 0 ? lines : ['  The contents are the same.'];
}

function binaryDifference(
	{from, to}: Change,
	before: Buffer,
	after: Buffer,
): readonly string[] {
	const length = Math.min(before.length, after.length);
	let at = 0;
	while (at < length && before[at] === after[at]) {
		at++;
	}

	return [
		'  A binary file.',
		`- ${from ? formatBytes(from.size) : 'not there'}`,
		`+ ${to ? formatBytes(to.size) : 'not there'}`,
		...(from && to
			? [
					at === length && length === mostRead
						? `  The first ${formatBytes(mostRead)} are the same.`
						: `  The first byte that differs is at ${formatCount(at)} (0x${at.toString(16)}).`,
				]
			: []),
	];
}

async function startOf(files: Files, path: BytePath | null): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	if (path !== null) {
		for await (const chunk of files.readFile(path, {
			offset: 0,
			length: mostRead,
		})) {
			chunks.push(chunk);
		}
	}

	return Buffer.concat(chunks);
}
