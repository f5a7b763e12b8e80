import {open} from 'node:fs/promises';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {readElf} from '../../../source/engine/toolbox/elf.js';
import {program} from './program.js';

test('the beginning of a real program: this Node, which needs a loader', async () => {
	const file = await open(process.execPath);
	onTestFinished(async () => file.close());
	const {buffer} = await file.read({length: 4096});
	expect(readElf(buffer)).toEqual({
		architecture: process.arch === 'x64' ? 'amd64' : process.arch,
		isStatic: false,
	});
});

test('one without the header of a loader is static, in both byte orders', () => {
	expect(readElf(program({machine: 62, headers: [1, 2]}))).toEqual({
		architecture: 'amd64',
		isStatic: true,
	});
	const big = {machine: 22, isLittle: false};
	expect(readElf(program({...big, headers: [1]}))).toEqual({
		architecture: 's390x',
		isStatic: true,
	});
	expect(readElf(program({...big, headers: [6, 3]}))?.isStatic).toBe(false);
});

test('a processor that is not known here has no name', () => {
	expect(readElf(program({machine: 8, headers: []}))?.architecture).toBeNull();
});

test('what is no ELF file, or is cut off within its headers, is no program', () => {
	expect(readElf(new TextEncoder().encode('#!/bin/sh\n'.repeat(9)))).toBeNull();
	expect(readElf(new Uint8Array())).toBeNull();
	const whole = program({machine: 62, headers: [1, 3]});
	expect(readElf(whole.subarray(0, -1))).toBeNull();
	expect(readElf(whole.subarray(0, 63))).toBeNull();
});
