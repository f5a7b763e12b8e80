import {expect, test} from 'vitest';
import {
	offsetOf,
	readDynamic,
	readElfHeader,
	readSegments,
	segmentTypes,
	stringAt,
} from '../../../source/filesystem/programs/elf.js';
import {
	programOfEnv,
	readShebang,
} from '../../../source/filesystem/programs/shebang.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A 64-bit program with one loaded segment, a dynamic one in it, and its strings. */
function program({isLittle = true} = {}): Uint8Array {
	const file = new Uint8Array(400);
	const view = new DataView(file.buffer);
	file.set([0x7f, 0x45, 0x4c, 0x46, 2, isLittle ? 1 : 2]);
	const wide = (at: number, value: number): void => {
		view.setBigUint64(at, BigInt(value), isLittle);
	};

	view.setUint16(18, 183, isLittle);
	wide(32, 64);
	view.setUint16(54, 56, isLittle);
	view.setUint16(56, 2, isLittle);
	const segment = (at: number, type: number, values: readonly number[]) => {
		view.setUint32(at, type, isLittle);
		wide(at + 8, values[0]!);
		wide(at + 16, values[1]!);
		wide(at + 32, values[2]!);
	};

	segment(64, segmentTypes.load, [0, 0x10_00, 400]);
	segment(120, segmentTypes.dynamic, [200, 0x10_00 + 200, 64]);
	for (const [index, [tag, value]] of [
		[1, 1],
		[5, 0x10_00 + 300],
		[29, 11],
		[0, 0],
	].entries()) {
		wide(200 + index * 16, tag!);
		wide(208 + index * 16, value!);
	}

	file.set(bytes('\0libfoo.so\0/opt/lib\0'), 300);
	return file;
}

test.each([true, false])('a program names its libraries (%s)', isLittle => {
	const file = program({isLittle});
	const header = readElfHeader(file)!;
	expect(header.architecture).toBe('arm64');
	const {offset, size, count} = header.table;
	const segments = readSegments(
		header,
		file.subarray(offset, offset + size * count),
	);
	const dynamic = segments.find(({type}) => type === segmentTypes.dynamic)!;
	const section = readDynamic(
		header,
		file.subarray(dynamic.offset, dynamic.offset + dynamic.size),
	)!;
	const strings = file.subarray(offsetOf(segments, section.strings)!);
	expect(section.needed.map(at => stringAt(strings, at))).toEqual([
		'libfoo.so',
	]);
	expect(stringAt(strings, section.runpath!)).toBe('/opt/lib');
	expect(offsetOf(segments, 0x90_00)).toBeNull();
});

test.each([
	['#!/bin/sh\necho', '/bin/sh', null],
	['#! /bin/sh -e \n', '/bin/sh', '-e'],
	['#!/bin/sh\r\necho', '/bin/sh\r', null],
	['#!/usr/bin/env bash\r\n', '/usr/bin/env', 'bash\r'],
])('%j', (text, interpreter, argument) => {
	expect(readShebang(bytes(text))).toEqual({interpreter, argument});
});

test('what has no #! names nothing', () => {
	expect(readShebang(bytes('echo'))).toBeNull();
	expect(readShebang(bytes('\n#!/bin/sh'))).toBeNull();
	expect(readShebang(bytes('#!\n'))).toBeNull();
});

test.each([
	['python3', 'python3'],
	['-S python3 -u', 'python3'],
	['-S A=1 node x', 'node'],
	[null, null],
])('env %j', (argument, name) => {
	expect(programOfEnv(argument)).toBe(name);
});
