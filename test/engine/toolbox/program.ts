import {Buffer} from 'node:buffer';

/**
@param options - `machine`: the header's `e_machine`; `headers`: the types of the program headers.
@returns The beginning of a program of 64 bits, with nothing in it but these.
*/
export function program({
	machine,
	headers,
	isLittle = true,
}: {
	readonly machine: number;
	readonly headers: readonly number[];
	readonly isLittle?: boolean;
}): Buffer {
	const size = 56;
	const bytes = Buffer.alloc(64 + size * headers.length);
	const half = (value: number, at: number) =>
		isLittle ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
	const word = (value: number, at: number) =>
		isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
	bytes.write('\u007FELF', 'latin1');
	bytes[4] = 2;
	bytes[5] = isLittle ? 1 : 2;
	half(machine, 18);
	word(64, isLittle ? 32 : 36);
	half(size, 54);
	half(headers.length, 56);
	for (const [index, type] of headers.entries()) {
		word(type, 64 + index * size);
	}

	return bytes;
}
