import {Buffer} from 'node:buffer';
import {type StructuredPatchHunk, structuredPatch} from 'diff';
import type {Files} from '../../engine/port.js';
import {describeAspects} from '../../report/describe-change.js';
import {capabilityAttribute} from '../../filesystem/tree/capabilities.js';
import type {Change} from '../../filesystem/compare/change.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import {formatBytes, formatCount} from '../../text/format.js';
import {type DiffLine, plainLine, withInlineChanges} from './diff-line.js';

/** How much of each side is read, in bytes. */
const mostRead = 1_048_576;

/** Where the contents of files come from. */
type Contents = Pick<Files, 'readFile'>;

const none = Buffer.alloc(0);

/** How long finding the fewest differing lines may take, in milliseconds. */
const patience = 2000;

/**
@param change - Of a path that is on at least one of the sides, not necessarily under the same name.
@param arrow - Between what was and what is.
@returns What differs of it apart from the contents, and of a file the lines of a unified diff; of what is no text, in words
where it differs.
@throws {EngineError} The engine was lost.
*/
export async function fileDifference(
	sides: readonly [from: Contents, to: Contents],
	change: Change,
	arrow: string,
): Promise<readonly DiffLine[]> {
	const metadata = metadataLines(change, arrow);
	const isFile = change.from?.kind === 'file' || change.to?.kind === 'file';
	return isFile
		? [...metadata, ...(await contentLines(sides, change))]
		: metadata;
}

/** @returns What `describeAspects` says in one line, each in one of its own; of attributes also their values. */
export function metadataLines(
	change: Change,
	arrow: string,
): readonly DiffLine[] {
	const {aspects, from, to} = change;
	return aspects
		.filter(aspect => aspect !== 'contents')
		.flatMap(aspect => [
			plainLine('@', describeAspects({...change, aspects: [aspect]}, arrow)),
			...(aspect === 'xattrs' || aspect === 'capabilities'
				? [
						...attributeLines('-', from!, to!, aspect),
						...attributeLines('+', to!, from!, aspect),
					]
				: []),
		]);
}

/** The attributes of one side that the other hasn't, or hasn't so. */
function attributeLines(
	sign: '-' | '+',
	one: Entry,
	other: Entry,
	aspect: 'xattrs' | 'capabilities',
): readonly DiffLine[] {
	return [...one.xattrs]
		.filter(
			([name]) =>
				(name === capabilityAttribute) === (aspect === 'capabilities'),
		)
		.map(([name, value]) => [name, Buffer.from(value)] as const)
		.filter(([name, value]) => !value.equals(other.xattrs.get(name) ?? none))
		.map(([name, value]) =>
			plainLine(sign, `${name} 0x${value.toString('hex')}`),
		);
}

async function contentLines(
	[from, to]: readonly [from: Contents, to: Contents],
	change: Change,
): Promise<readonly DiffLine[]> {
	const [before, after] = await Promise.all([
		startOf(from, change.from),
		startOf(to, change.to),
	]);
	const areFiles = change.from?.kind === 'file' && change.to?.kind === 'file';
	if (areFiles && before.equals(after)) {
		return [plainLine(' ', sameness(change, before.length))];
	}

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

	return withInlineChanges(lines);
}

/** @param length - How much of both was read, in bytes. */
function sameness({aspects}: Change, length: number): string {
	if (length < mostRead) {
		return 'The contents are the same.';
	}

	const start = `The first ${formatBytes(length)} of the contents are the same`;
	return aspects.includes('contents')
		? `${start}; what differs is behind that.`
		: `${start}; the rest is taken for the same.`;
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
						`The first byte that differs is at ${formatCount(at)} (0x${at.toString(16)}).`,
					),
				]
			: []),
	];
}

async function startOf(files: Contents, entry: Entry | null): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	if (entry?.kind === 'file') {
		for await (const chunk of files.readFile(entry.hardLinkTo ?? entry.path, {
			offset: 0,
			length: mostRead,
		})) {
			chunks.push(chunk);
		}
	}

	return Buffer.concat(chunks);
}
