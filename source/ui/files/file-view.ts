import {Buffer} from 'node:buffer';
import type {BytePath} from '../../text/byte-path.js';
import type {Coloured} from './highlight.js';

/** A file that is being looked at: the part of it that was fetched, and where in it the screen stands. */
export type FileView = {
	readonly path: BytePath;

	/** Of the whole file, in bytes. */
	readonly size: number;
	readonly isBinary: boolean;

	/** Where `data` starts in the file: of a text always at the start of a line, of anything else at a row. */
	readonly offset: number;
	readonly data: Buffer;

	/** Of a text: where each line starts in `data`. */
	readonly lineStarts: readonly number[];

	/** The number of the first line in `data`, counted from 1; `null` when what is before it was never read. */
	readonly firstLine: number | null;

	/** The first visible row: of a text its index in `lineStarts`, else counted from the start of the file. */
	readonly top: number;

	/** What is searched for; empty for nothing. */
	readonly search: string;

	/** What a text is written in; `null` as long as that isn't known. */
	readonly language: string | null;

	/** Some of the lines in their colours; `null` before there are any. */
	readonly colours: LineColours | null;
};

/** Lines that follow each other, in their colours. */
export type LineColours = {
	/** Where the data that the lines were taken from started. */
	readonly offset: number;

	/** The first line's index in that. */
	readonly from: number;
	readonly rows: ReadonlyArray<readonly Coloured[]>;
};

/** How many bytes one row of a hex dump shows. */
export const rowBytes = 16;

/** How much is held of a text at most, in bytes, and how much of it is let go at once. */
const mostHeld = 1_048_576;

const newline = 10;

/**
@param data - The file's first bytes.
@returns The view of a file from its beginning; what has a NUL byte among its first bytes is no text.
*/
export function fileViewOf(
	path: BytePath,
	size: number,
	data: Buffer,
): FileView {
	return withData(
		{
			path,
			size,
			isBinary: data.includes(0),
			offset: 0,
			data,
			lineStarts: [],
			firstLine: 1,
			top: 0,
			search: '',
			language: null,
			colours: null,
		},
		{offset: 0, data},
	);
}

/** @returns The view with the same place of the file in sight, and other bytes of it held. */
export function withData(
	view: FileView,
	{offset, data}: Pick<FileView, 'offset' | 'data'>,
): FileView {
	return {
		...view,
		offset,
		data,
		lineStarts: view.isBinary ? [] : lineStartsOf(data),
	};
}

/** @returns The view after the bytes that follow in the file came; of a long text the beginning is let go. None is the end. */
export function withMore(view: FileView, more: Buffer): FileView {
	if (more.length === 0) {
		return {...view, size: view.offset + view.data.length};
	}

	const longer = withData(view, {
		offset: view.offset,
		data: Buffer.concat([view.data, more]),
	});
	return longer.data.length <= mostHeld
		? longer
		: withoutStart(longer, longer.data.length - mostHeld / 2);
}

/** @returns The view after the bytes that come before in the file came: whole lines, if there is any line's end. */
export function withEarlier(view: FileView, earlier: Buffer): FileView {
	const start = view.offset - earlier.length;
	const skipped = start === 0 ? 0 : earlier.indexOf(newline) + 1;
	const added = earlier.subarray(skipped);
	const lines = lineStartsOf(added).length;
	return withData(
		{
			...view,
			top: view.top + lines,
			firstLine:
				start === 0
					? 1
					: view.firstLine === null
						? null
						: view.firstLine - lines,
		},
		{
			offset: start + skipped,
			data: Buffer.concat([added, view.data]).subarray(0, mostHeld),
		},
	);
}

/**
@param end - The file's last bytes.
@returns The view of the end of a text, whose lines have no numbers unless it is whole.
*/
export function withEnd(view: FileView, end: Buffer): FileView {
	const start = view.size - end.length;
	const skipped = start === 0 ? 0 : end.indexOf(newline) + 1;
	return withData(
		{...view, firstLine: start === 0 ? 1 : null},
		{offset: start + skipped, data: end.subarray(skipped)},
	);
}

/** @returns How many rows can be shown of what is there. */
export function rowCount(view: FileView): number {
	return view.isBinary
		? Math.ceil(view.size / rowBytes)
		: view.lineStarts.length;
}

/** @returns Whether what is held goes up to the end of the file. */
export function holdsEnd({offset, data, size}: FileView): boolean {
	return offset + data.length >= size;
}

/** @returns A line of what is held, at most so many bytes of it, without its end. */
export function lineAt(view: FileView, index: number, most: number): string {
	const start = view.lineStarts[index]!;
	const end = view.lineStarts[index + 1] ?? view.data.length;
	return view.data
		.subarray(start, Math.min(end, start + most))
		.toString('utf8')
		.replace(/\r?\n$/v, '');
}

/** @returns A line of what is held in its colours, or `null` when it has none yet. */
export function coloursAt(
	{colours, offset}: FileView,
	index: number,
): readonly Coloured[] | null {
	return colours?.offset === offset
		? (colours.rows[index - colours.from] ?? null)
		: null;
}

/** @returns The index of the first line from `from` on that contains the text in either case, or -1. */
export function lineWith(view: FileView, text: string, from: number): number {
	const wanted = text.toLowerCase();
	for (let index = from; index < view.lineStarts.length; index++) {
		const line = lineAt(view, index, Number.POSITIVE_INFINITY);
		if (line.toLowerCase().includes(wanted)) {
			return index;
		}
	}

	return -1;
}

function withoutStart(view: FileView, bytes: number): FileView {
	const index = view.lineStarts.findIndex(start => start >= bytes);
	if (index <= 0) {
		return view;
	}

	const start = view.lineStarts[index]!;
	return withData(
		{
			...view,
			top: Math.max(0, view.top - index),
			firstLine: view.firstLine === null ? null : view.firstLine + index,
		},
		{offset: view.offset + start, data: view.data.subarray(start)},
	);
}

function lineStartsOf(data: Buffer): readonly number[] {
	const starts = data.length === 0 ? [] : [0];
	for (
		let end = data.indexOf(newline);
		end !== -1 && end + 1 < data.length;
		end = data.indexOf(newline, end + 1)
	) {
		starts.push(end + 1);
	}

	return starts;
}
