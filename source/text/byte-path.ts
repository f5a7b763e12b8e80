import {Buffer, isUtf8} from 'node:buffer';
import {decodeName} from './sanitise.js';

declare const brand: unique symbol;

/**
A file name or path as its bytes: one character (U+0000 to U+00FF) per byte. Names on Unix are bytes, not text, and the
transfer protocol orders them as bytes; comparing two byte paths with `<` does exactly that, at the price of a string.
*/
export type BytePath = string & {readonly [brand]: 'BytePath'};

const asciiOnly = /^[\0-\u007F]*$/v;
const escapedBytes = /[\uDC80-\uDCFF]/gv;
const replacementCharacter = '\uFFFD';

/** The path of the root. */
export const rootPath = asBytePath('');

/**
@param bytes - One character (U+0000 to U+00FF) per byte.
@returns The same, known to be that.
*/
export function asBytePath(bytes: string): BytePath {
	return bytes as BytePath;
}

/**
@param bytes - A name as the file system has it.
@returns The same name as a byte path.
*/
export function bytePathFromBytes(bytes: Uint8Array): BytePath {
	return asBytePath(
		Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
			'latin1',
		),
	);
}

/**
@param text - A path as text; lone surrogates U+DC80 to U+DCFF stand for the bytes 0x80 to 0xFF that are no UTF-8.
@returns Its UTF-8 bytes as a byte path.
*/
export function bytePathFromText(text: string): BytePath {
	if (asciiOnly.test(text)) {
		return asBytePath(text);
	}

	let path = '';
	let end = 0;
	for (const {0: escape, index} of text.matchAll(escapedBytes)) {
		path +=
			utf8BytesOf(text.slice(end, index)) +
			String.fromCodePoint(byteOf(escape));
		end = index + 1;
	}

	return asBytePath(path + utf8BytesOf(text.slice(end)));
}

/**
@param path - A byte path.
@returns Its bytes, for the wire and for `node:fs`.
*/
export function bytesOf(path: BytePath): Buffer {
	return Buffer.from(path, 'latin1');
}

/**
@param path - A byte path.
@returns The path as text to match patterns with: a byte that is no UTF-8 becomes a lone surrogate (U+DC80 to U+DCFF), so
it counts as one character, as in Go, and no two paths become the same text.
*/
export function textOf(path: BytePath): string {
	if (asciiOnly.test(path)) {
		return path;
	}

	const bytes = bytesOf(path);
	const text = bytes.toString('utf8');
	return text.includes(replacementCharacter) ? decodeEscaping(bytes) : text;
}

/**
@param path - A byte path.
@returns Whether its bytes are UTF-8.
*/
export function isText(path: BytePath): boolean {
	return asciiOnly.test(path) || isUtf8(bytesOf(path));
}

/**
@param path - A byte path.
@returns The path as it is shown, and can be typed (see `decodeName`).
*/
export function readableOf(path: BytePath): string {
	return decodeName(bytesOf(path));
}

/**
@param directory - A path, or the empty path for the root.
@param name - A name in it.
@returns The path of that name.
*/
export function joinBytePath(directory: BytePath, name: BytePath): BytePath {
	return directory === '' ? name : asBytePath(`${directory}/${name}`);
}

/** The byte that a lone surrogate stands for. */
function byteOf(escape: string): number {
	return escape.codePointAt(0)! - 0xdc_00;
}

function utf8BytesOf(text: string): string {
	return Buffer.from(text, 'utf8').toString('latin1');
}

function decodeEscaping(bytes: Buffer): string {
	let text = '';
	let at = 0;
	while (at < bytes.length) {
		const sequence = bytes.subarray(at, at + utf8Length(bytes[at]!));
		const character = sequence.toString('utf8');
		if (Buffer.from(character, 'utf8').equals(sequence)) {
			text += character;
			at += sequence.length;
		} else {
			text += String.fromCodePoint(0xdc_00 + bytes[at]!);
			at++;
		}
	}

	return text;
}

function utf8Length(firstByte: number): number {
	if (firstByte >= 0xf0) {
		return 4;
	}

	if (firstByte >= 0xe0) {
		return 3;
	}

	return firstByte >= 0xc0 ? 2 : 1;
}
