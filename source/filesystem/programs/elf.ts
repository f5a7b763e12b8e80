/** What the header of a program says (System V ABI, chapter 4, "ELF Header"). */
export type ElfHeader = {
	/** As Docker names it: `amd64`; `null` for one that isn't known here. */
	readonly architecture: string | null;
	readonly is64Bit: boolean;
	readonly isLittle: boolean;

	/** Where its program headers are in the file, how many, and how large each is, in bytes. */
	readonly table: {
		readonly offset: number;
		readonly count: number;
		readonly size: number;
	};
};

/** A part of the file that is loaded, or says something to the loader (chapter 5, "Program Header"). */
export type Segment = {
	readonly type: number;
	readonly offset: number;
	readonly address: number;

	/** In the file, in bytes. */
	readonly size: number;
};

/** What a program says of its libraries (chapter 5, "Dynamic Section"): offsets in its table of strings. */
export type DynamicSection = {
	readonly needed: readonly number[];
	readonly rpath: number | null;
	readonly runpath: number | null;

	/** The address of the table, which a segment holds. */
	readonly strings: number;
};

/** How long a header is, in bytes; of the 32-bit kind less. */
export const headerSize = 64;

/** Types of segments. */
export const segmentTypes = {load: 1, dynamic: 2, interpreter: 3} as const;

/** By `e_machine` (the System V ABI's processor supplements). */
const machines: ReadonlyMap<number, string> = new Map([
	[3, '386'],
	[40, 'arm'],
	[62, 'amd64'],
	[183, 'arm64'],
	[21, 'ppc64le'],
	[22, 's390x'],
	[243, 'riscv64'],
	[258, 'loong64'],
]);

/** Tags of the dynamic section. */
const tags = {end: 0, needed: 1, strings: 5, rpath: 15, runpath: 29} as const;

/** Reads numbers of a file as its header says they are written. */
class Numbers {
	readonly #view: DataView;
	readonly #header: Pick<ElfHeader, 'is64Bit' | 'isLittle'>;

	constructor(
		bytes: Uint8Array,
		header: Pick<ElfHeader, 'is64Bit' | 'isLittle'>,
	) {
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		this.#header = header;
	}

	half(at: number): number {
		return this.#view.getUint16(at, this.#header.isLittle);
	}

	word(at: number): number {
		return this.#view.getUint32(at, this.#header.isLittle);
	}

	/** An address or offset, as wide as the file's kind has them. */
	wide(at: number): number {
		return this.#header.is64Bit
			? Number(this.#view.getBigUint64(at, this.#header.isLittle))
			: this.word(at);
	}
}

/**
@param file - The beginning of it, of `headerSize` bytes at least.
@returns What its header says, or `null` when this is not an ELF file.
*/
export function readElfHeader(file: Uint8Array): ElfHeader | null {
	const isElf =
		file.length >= headerSize &&
		[0x7f, 0x45, 0x4c, 0x46].every((byte, index) => file[index] === byte);
	if (!isElf) {
		return null;
	}

	const kind = {is64Bit: file[4] === 2, isLittle: file[5] === 1};
	const numbers = new Numbers(file, kind);
	return {
		...kind,
		architecture: machines.get(numbers.half(18)) ?? null,
		table: {
			offset: numbers.wide(kind.is64Bit ? 32 : 28),
			size: numbers.half(kind.is64Bit ? 54 : 42),
			count: numbers.half(kind.is64Bit ? 56 : 44),
		},
	};
}

/**
@param bytes - Of the file, the table of program headers; what is cut off isn't read.
@returns The segments that it describes.
*/
export function readSegments(
	header: ElfHeader,
	bytes: Uint8Array,
): readonly Segment[] {
	const {is64Bit, table} = header;
	const least = is64Bit ? 56 : 32;
	if (table.size < least) {
		return [];
	}

	const numbers = new Numbers(bytes, header);
	const count = Math.min(table.count, Math.floor(bytes.length / table.size));
	return Array.from({length: count}, (_, index) => {
		const at = index * table.size;
		return {
			type: numbers.word(at),
			offset: numbers.wide(at + (is64Bit ? 8 : 4)),
			address: numbers.wide(at + (is64Bit ? 16 : 8)),
			size: numbers.wide(at + (is64Bit ? 32 : 16)),
		};
	});
}

/**
@param bytes - Of the file, the dynamic segment.
@returns What it says of libraries, or `null` when it has no table of strings.
*/
export function readDynamic(
	header: ElfHeader,
	bytes: Uint8Array,
): DynamicSection | null {
	const numbers = new Numbers(bytes, header);
	const width = header.is64Bit ? 8 : 4;
	const needed: number[] = [];
	const found = new Map<number, number>();
	for (let at = 0; at + 2 * width <= bytes.length; at += 2 * width) {
		const tag = numbers.wide(at);
		if (tag === tags.end) {
			break;
		}

		const value = numbers.wide(at + width);
		if (tag === tags.needed) {
			needed.push(value);
		} else {
			found.set(tag, value);
		}
	}

	const strings = found.get(tags.strings);
	return strings === undefined
		? null
		: {
				needed,
				strings,
				rpath: found.get(tags.rpath) ?? null,
				runpath: found.get(tags.runpath) ?? null,
			};
}

/**
@returns Where in the file something is that the program has at an address once it is loaded, or `null` when no segment holds it.
*/
export function offsetOf(
	segments: readonly Segment[],
	address: number,
): number | null {
	const segment = segments.find(
		({type, address: start, size}) =>
			type === segmentTypes.load && start <= address && address < start + size,
	);
	return segment ? segment.offset + (address - segment.address) : null;
}

/** @returns The string that begins at a place and ends before a zero byte, one character per byte. */
export function stringAt(bytes: Uint8Array, at: number): string {
	const end = bytes.indexOf(0, at);
	return charactersOf(bytes.subarray(at, end === -1 ? undefined : end));
}

/** @returns One character per byte. */
export function charactersOf(bytes: Uint8Array): string {
	return Array.from(bytes, byte => String.fromCodePoint(byte)).join('');
}
