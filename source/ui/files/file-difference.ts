import {Buffer} from 'node:buffer';
import {type StructuredPatchHunk, structuredPatch} from 'diff';
import type {Files} from '../../engine/port.js';
import type {Change} from '../../filesystem/change.js';
import type {BytePath} from '../../text/byte-path.js';
import {formatBytes, formatCount} from '../../text/format.js';
import {type DiffLine, plainLine, withInlineChanges} from './diff-line.js';

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
): Promise<readonly DiffLine[]> {
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
	if (!patch) {
		return [
			plainLine(
				'@',
				`The contents differ in too many lines to find out which: x copies a file out of the files pane.`,
			),
		];
	}

	const lines = patch.hunks.flatMap(hunk => hunkLines(hunk));
	const isCut = before.length === mostRead || after.length === mostRead;
	if (isCut) {
		lines.push(
			plainLine('@', `Only the first ${formatBytes(mostRead)} were compared.`),
		);
	}

	return lines.length > 0
		? withInlineChanges(lines)
		: [plainLine(' ', 'The contents are the same.')];
}

function hunkLines({
	oldStart,
	oldLines,
	newStart,
	newLines,
	lines,
}: StructuredPatchHunk): DiffLine[] {
	let before = oldStart;
	let after = newStart;
	return [
		plainLine('@', `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
		...lines.map(line => {
			const text = line.slice(1);
			switch (line[0]) {
				case '-': {
					return plainLine('-', text, before++);
				}

				case '+': {
					return plainLine('+', text, after++);
				}

				case ' ': {
					before++;
					return plainLine(' ', text, after++);
				}

				default: {
					// That there is no newline at the end of the file.
					return plainLine('@', text.trimStart());
				}
			}
		}),
	];
}

function binaryDifference(
	{from, to}: Change,
	before: Buffer,
	after: Buffer,
): readonly DiffLine[] {
	const length = Math.min(before.length, after.length);
	let at = 0;
	while (at < length && before[at] === after[at]) {
		at++;
	}

	return [
		plainLine(' ', 'A binary file.'),
		plainLine('-', from ? formatBytes(from.size) : 'not there'),
		plainLine('+', to ? formatBytes(to.size) : 'not there'),
		...(from && to
			? [
					plainLine(
						' ',
						at === length && length === mostRead
							? `The first ${formatBytes(mostRead)} are the same.`
							: `The first byte that differs is at ${formatCount(at)} (0x${at.toString(16)}).`,
					),
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
