import {Buffer} from 'node:buffer';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {
	checkBusybox,
	findBusybox,
	readBusybox,
} from '../../../source/engine/toolbox/busybox.js';
import {UsageError} from '../../../source/errors.js';
import {program} from './program.js';

// No machine that runs tests has one of this in /bin.
const platform = 'linux/loong64';
const fitting = program({machine: 258, headers: [1]});

let folder = '';

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-busybox-'));
});

afterEach(async () => {
	await rm(folder, {recursive: true});
});

test('the first of PATH that runs there is found, past those that do not', async () => {
	await writeFile(path.join(folder, 'busybox'), 'a script');
	const environment = {PATH: `bin:/nowhere:${folder}`};
	expect(await findBusybox(platform, environment)).toBeNull();
	const file = path.join(folder, 'busybox.static');
	await writeFile(file, fitting);
	expect(await findBusybox(platform, environment)).toEqual({
		path: file,
		data: fitting,
	});
	expect(await findBusybox('linux/s390x', environment)).toBeNull();
});

test('one that is named is taken as it is, or refused with the reason', async () => {
	const file = path.join(folder, 'mine');
	await expect(readBusybox(file, platform)).rejects.toThrow(
		`--toolbox ${file} can't be read: ENOENT`,
	);
	await writeFile(file, fitting);
	expect(await readBusybox(file, platform)).toEqual(fitting);
	await expect(readBusybox(file, 'linux/amd64')).rejects.toThrow(
		`--toolbox ${file}: this is a program for loong64. Name a static busybox for linux/amd64.`,
	);
});

test.each([
	[Buffer.from('a script'), 'this is no program of Linux'],
	[program({machine: 258, headers: [3]}), 'this program needs libraries'],
	[program({machine: 8, headers: []}), 'a program for another processor'],
	[
		Buffer.concat([fitting, Buffer.alloc(3_500_000)]),
		'more than a message to an engine holds',
	],
])('what is refused: %#', (data, reason) => {
	const check = () => checkBusybox(data, 'it', platform);
	expect(check).toThrow(UsageError);
	expect(check).toThrow(reason);
});
