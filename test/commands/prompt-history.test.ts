import {mkdtemp, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {
	readHistory,
	writeHistory,
} from '../../source/commands/prompt-history.js';

let folder = '';

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-history-'));
});

afterEach(async () => {
	await rm(folder, {recursive: true});
});

test('what one session typed, the next one has, newest first and for the user only', async () => {
	const environment = {XDG_STATE_HOME: folder};
	await writeHistory(['quit', 'next', 'next', 'where'], environment);
	expect(await readHistory(environment)).toEqual(['quit', 'next', 'where']);
	const {mode} = await stat(path.join(folder, 'mstage', 'history'));
	expect((mode % 0o1000).toString(8)).toBe('600');
});

test('without XDG_STATE_HOME it is in the home folder', async () => {
	await writeHistory(['quit'], {HOME: folder});
	expect(await readHistory({HOME: folder})).toEqual(['quit']);
	expect(
		await readHistory({XDG_STATE_HOME: path.join(folder, '.local/state')}),
	).toEqual(['quit']);
});

test('it does not grow without an end', async () => {
	const environment = {XDG_STATE_HOME: folder};
	const lines = Array.from({length: 3000}, (_, index) => `log ${index}`);
	await writeHistory(lines, environment);
	expect(await readHistory(environment)).toEqual(lines.slice(0, 1000));
});

test('a folder that can not be used costs nothing but the history', async () => {
	const file = path.join(folder, 'file');
	await writeFile(file, '');
	await writeHistory(['quit'], {XDG_STATE_HOME: file});
	expect(await readHistory({XDG_STATE_HOME: file})).toEqual([]);
});
