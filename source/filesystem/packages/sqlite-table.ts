/** Of table b-trees (https://www.sqlite.org/fileformat2.html, "B-tree Pages"). */
const interiorPage = 5;
const leafPage = 13;

/** The file begins with it, its terminating zero left out. */
const magic = 'SQLite format 3';

/**
Reads a table of an SQLite file, as https://www.sqlite.org/fileformat2.html describes it. What a write-ahead log beside it
holds isn't read: it is empty once the last connection has been closed.

@param file - The whole of it.
@param table - Its name.
@returns The values of each row's columns that are blobs or text, as bytes, in their order; nothing of what isn't such a file.
@throws {RangeError} The file is damaged.
*/
export function* sqliteRows(
	file: Uint8Array,
	table: string,
): Generator<readonly Uint8Array[], void, void> {
	if (textAt(file, 0, magic.length) !== magic) {
		return;
	}

	const reader = new SqliteReader(file);
	for (const [, name, , root] of reader.rows(1)) {
		if (name?.bytes && textOf(name.bytes) === table) {
			for (const row of reader.rows(root?.number ?? 0)) {
				yield row.flatMap(({bytes}) => bytes ?? []);
			}
		}
	}
}

/** A value of a column: what is a blob or text has bytes, what is a small whole number is one. */
type Value = {readonly bytes?: Uint8Array; readonly number?: number};

class SqliteReader {
	readonly #file: Uint8Array;
	readonly #view: DataView;
	readonly #pageSize: number;

	/** Of a page, without what is reserved at its end. */
	readonly #usable: number;

	/** A page belongs to one place only: a damaged file isn't followed in circles. */
	readonly #read = new Set<number>();

	/** How many bytes payloads can still have in all. */
	#left: number;

	constructor(file: Uint8Array) {
		this.#file = file;
		this.#left = file.length;
		this.#view = viewOf(file);
		const size = this.#view.getUint16(16);
		this.#pageSize = size === 1 ? 65_536 : size;
		this.#usable = this.#pageSize - this.#view.getUint8(20);
	}

	/** @param page - The root of a table, counted from 1. */
	*rows(page: number): Generator<readonly Value[], void, void> {
		const start = (page - 1) * this.#pageSize;
		if (
			page < 1 ||
			start + this.#pageSize > this.#file.length ||
			this.#read.has(page)
		) {
			return;
		}

		this.#read.add(page);

		const header = page === 1 ? 100 : start;
		const kind = this.#view.getUint8(header);
		const count = this.#view.getUint16(header + 3);
		const cells = header + (kind === interiorPage ? 12 : 8);
		for (let index = 0; index < count; index++) {
			const cell = start + this.#view.getUint16(cells + 2 * index);
			if (kind === interiorPage) {
				yield* this.rows(this.#view.getUint32(cell));
			} else if (kind === leafPage) {
				yield valuesOf(this.#payload(cell));
			}
		}

		if (kind === interiorPage) {
			yield* this.rows(this.#view.getUint32(header + 8));
		}
	}

	/** What doesn't fit into a page goes on in a chain of others ("Cell Payload Overflow Pages"). */
	#payload(cell: number): Uint8Array {
		const size = variableInteger(this.#view, cell);
		const rowId = variableInteger(this.#view, size.end);
		const most = this.#usable - 35;
		const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
		const rest = least + ((size.value - least) % (this.#usable - 4));
		const local = size.value <= most ? size.value : rest <= most ? rest : least;
		const payload = new Uint8Array(Math.min(size.value, this.#left));
		this.#left -= payload.length;
		let at = Math.min(local, payload.length);
		payload.set(this.#file.subarray(rowId.end, rowId.end + at));
		let page =
			at < payload.length ? this.#view.getUint32(rowId.end + local) : 0;
		while (page > 0 && at < payload.length) {
			const start = (page - 1) * this.#pageSize;
			const part = this.#file.subarray(
				start + 4,
				start + 4 + Math.min(this.#usable - 4, payload.length - at),
			);
			if (part.length === 0) {
				break;
			}

			payload.set(part, at);
			at += part.length;
			page = this.#view.getUint32(start);
		}

		return payload;
	}
}

/** Of a record ("Record Format"). */
function valuesOf(record: Uint8Array): readonly Value[] {
	const view = viewOf(record);
	const header = variableInteger(view, 0);
	const values: Value[] = [];
	let at = header.value;
	for (let next = header.end; next < header.value;) {
		const type = variableInteger(view, next);
		next = type.end;
		const size = sizeOf(type.value);
		values.push(
			type.value >= 12
				? {bytes: record.subarray(at, at + size)}
				: size > 0 && size <= 4
					? {number: wholeNumber(record.subarray(at, at + size))}
					: {},
		);
		at += size;
	}

	return values;
}

/** By serial type: those of numbers are listed, those of blobs are even, those of text odd. */
function sizeOf(type: number): number {
	return type >= 12
		? Math.floor((type - 12) / 2)
		: ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? 0);
}

/** Big-endian; only numbers of pages are read, which aren't negative. */
function wholeNumber(bytes: Uint8Array): number {
	return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Seven bits per byte, the most significant first; the ninth byte has eight. */
function variableInteger(
	view: DataView,
	at: number,
): {readonly value: number; readonly end: number} {
	let value = 0;
	for (let end = at; ; end++) {
		const byte = view.getUint8(end);
		if (end - at === 8) {
			return {value: value * 256 + byte, end: end + 1};
		}

		value = value * 128 + (byte % 128);
		if (byte < 128) {
			return {value, end: end + 1};
		}
	}
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
	return textOf(bytes.subarray(at, at + length));
}

function textOf(bytes: Uint8Array): string {
	return String.fromCodePoint(...bytes);
}
