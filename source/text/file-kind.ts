import {Buffer} from 'node:buffer';

/** How an archive that a build can be made from is packed. */
export type Packing = 'tar' | 'gzip' | 'bzip2' | 'xz' | 'zstd';

/** What archives begin with, as Docker tells them (moby pkg/archive, `DetectCompression`). */
const packings: ReadonlyArray<readonly [Packing, string]> = [
	['gzip', '1f8b08'],
	['bzip2', '425a68'],
	['xz', 'fd377a585a00'],
	['zstd', '28b52ffd'],
];

/** What else people have, which no builder takes. */
const others: ReadonlyArray<readonly [string, string]> = [
	['a zip archive', '504b0304'],
	['an empty zip archive', '504b0506'],
	['a 7z archive', '377abcaf271c'],
	['a rar archive', '526172211a07'],
	['an lz4 archive', '04224d18'],
	['a program', '7f454c46'],
];

/** How much of a file's start tells what it is: a block of tar. */
export const blockSize = 512;

/** @returns How an archive is packed that begins so; `null` when it is none that Docker takes. */
export function packingOf(start: Uint8Array): Packing | null {
	const digits = hexOf(start, 8);
	const found = packings.find(([, magic]) => digits.startsWith(magic));
	return found?.[0] ?? (isTarHeader(start) ? 'tar' : null);
}

/**
@param start - The first bytes of what should be a Dockerfile.
@returns What is wrong with it and what to do, to go on from its name; `null` when it may be a text.
*/
export function describeBinary(start: Uint8Array): string | null {
	const digits = hexOf(start, 8);
	const packing = packingOf(start);
	const kind =
		packing === null
			? others.find(([, magic]) => digits.startsWith(magic))?.[0]
			: `a ${packing} archive`;
	if (kind !== undefined) {
		return `is ${kind}, not a Dockerfile: a tar archive of a build context, also with gzip, bzip2, xz or zstd, can be given on standard input with - as the context.`;
	}

	return start.subarray(0, blockSize).includes(0)
		? `is neither a Dockerfile nor a whole archive (it begins with the bytes ${hexOf(start, 4).replaceAll(/..(?!$)/gv, '$& ')}): give a text in UTF-8, or a tar archive of the build context on standard input with - as the context.`
		: null;
}

/** The checksum counts its own eight bytes as spaces (POSIX, pax, "ustar Interchange Format"). */
function isTarHeader(start: Uint8Array): boolean {
	if (start.length < blockSize) {
		return false;
	}

	const block = Buffer.from(start.subarray(0, blockSize));
	const digits = block
		.toString('latin1', 148, 156)
		.replace(/[\0 ]+$/v, '')
		.trimStart();
	block.fill(' ', 148, 156);
	let sum = 0;
	for (const byte of block) {
		sum += byte;
	}

	return /^[0-7]+$/v.test(digits) && Number.parseInt(digits, 8) === sum;
}

function hexOf(bytes: Uint8Array, length: number): string {
	return Buffer.from(bytes.subarray(0, length)).toString('hex');
}
