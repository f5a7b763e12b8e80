import {Buffer} from 'node:buffer';

/** Tar works in blocks of this many bytes. */
const blockSize = 512;

/** Where the fields of a header are: offset, length (POSIX pax, ustar interchange format). */
const fields = {
	name: [0, 100],
	mode: [100, 8],
	uid: [108, 8],
	gid: [116, 8],
	size: [124, 12],
	modified: [136, 12],
	checksum: [148, 8],
	type: [156, 1],
	magic: [257, 8],
} as const;

/**
@param records - Keys and values for the entry that comes next.
@returns The part of an archive that has what a header can't hold, as the pax format puts it before that header: the bytes
are kept as they are, for which tar-stream has no way.
*/
export function extendedHeader(
	records: ReadonlyArray<readonly [key: string, value: Uint8Array]>,
): Buffer {
	const data = Buffer.concat(records.map(([key, value]) => record(key, value)));
	const padding = (blockSize - (data.length % blockSize)) % blockSize;
	return Buffer.concat([header(data.length), data, Buffer.alloc(padding)]);
}

function header(size: number): Buffer {
	const block = Buffer.alloc(blockSize);
	const write = (field: keyof typeof fields, text: string): void => {
		const [offset, length] = fields[field];
		block.write(text, offset, length, 'latin1');
	};

	const octal = (field: keyof typeof fields, value: number): string =>
		`${value.toString(8).padStart(fields[field][1] - 1, '0')}\0`;
	write('name', 'PaxHeader');
	write('mode', octal('mode', 0o644));
	write('uid', octal('uid', 0));
	write('gid', octal('gid', 0));
	write('size', octal('size', size));
	write('modified', octal('modified', 0));
	write('type', 'x');
	write('magic', 'ustar\u000000');
	// The checksum is that of the header with spaces in its place.
	write('checksum', ' '.repeat(8));
	const sum = block.reduce((total, byte) => total + byte, 0);
	write('checksum', `${sum.toString(8).padStart(6, '0')}\0 `);
	return block;
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself (POSIX pax, extended header). */
function record(key: string, value: Uint8Array): Buffer {
	const rest = Buffer.concat([
		Buffer.from(` ${key}=`),
		value,
		Buffer.from('\n'),
	]);
	let length = rest.length + 1;
	while (String(length).length + rest.length !== length) {
		length = String(length).length + rest.length;
	}

	return Buffer.concat([Buffer.from(String(length)), rest]);
}
