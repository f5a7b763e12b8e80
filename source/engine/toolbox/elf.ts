import {Buffer} from 'node:buffer';

/** What a program's header says of where it runs. */
export type Program = {
	/** As Docker names it: `amd64`; `null` for one that is not known here. */
	readonly architecture: string | null;

	/** Whether it needs no loader, and so no libraries. */
	readonly isStatic: boolean;
};

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

/** The type of the program header that names a loader. */
const interpreter = 3;

/**
Reads the header of a program (System V ABI, chapter 4, "ELF Header" and "Program Header").

@param file - All of it, or its beginning up to the end of the program headers.
@returns What it says, or `null` when this is no ELF file.
*/
export function readElf(file: Uint8Array): Program | null {
	const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
	if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f_45_4c_46) {
		return null;
	}

	const is64Bit = bytes[4] === 2;
	const isLittle = bytes[5] === 1;
	const half = (at: number): number =>
		isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
	const word = (at: number): number =>
		isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
	const start = is64Bit
		? Number(isLittle ? bytes.readBigUInt64LE(32) : bytes.readBigUInt64BE(32))
		: word(28);
	const size = half(is64Bit ? 54 : 42);
	const count = half(is64Bit ? 56 : 44);
	if (start + size * count > bytes.length) {
		return null;
	}

	const headers = Array.from({length: count}, (_, index) =>
		word(start + index * size),
	);
	return {
		architecture: machines.get(half(18)) ?? null,
		isStatic: !headers.includes(interpreter),
	};
}
