import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, symlink, unlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {UsageError} from '../../../../source/errors.js';
import {openSecrets} from '../../../../source/engine/buildkit/session/secrets.js';
import {run} from '../../process.js';
import {makeTree} from '../../context/temporary-tree.js';

const largest = 500 * 1024;

describe('secrets', () => {
	test('come from files and variables, as they are when they are asked for', async () => {
		vi.stubEnv('MSTAGE_TEST_SECRET', 'before');
		const root = await makeTree({file: 'before'});
		const path = join(root, 'file');
		const store = await openSecrets([
			{id: 'file', kind: 'file', path},
			{id: 'variable', kind: 'environment', variable: 'MSTAGE_TEST_SECRET'},
			{id: 'unset', kind: 'environment', variable: 'MSTAGE_TEST_UNSET'},
		]);
		await writeFile(path, Buffer.from([0, 255]));
		vi.stubEnv('MSTAGE_TEST_SECRET', 'after');
		expect(await store.read('file')).toEqual(Buffer.from([0, 255]));
		expect(await store.read('variable')).toEqual(Buffer.from('after'));
		expect(await store.read('unset')).toEqual(Buffer.alloc(0));
		expect(await store.read('other')).toBeUndefined();
		vi.unstubAllEnvs();
	});

	test('are known from the start, and as they were given since', async () => {
		const root = await makeTree({file: 'before'});
		const path = join(root, 'file');
		const store = await openSecrets([{id: 'file', kind: 'file', path}]);
		expect(store.known).toEqual([{id: 'file', value: Buffer.from('before')}]);
		await writeFile(path, 'after');
		await store.read('file');
		await store.read('file');
		expect(store.known).toEqual([
			{id: 'file', value: Buffer.from('before')},
			{id: 'file', value: Buffer.from('after')},
		]);
	});

	test('may come from a pipe, which can be read only once', async () => {
		const root = await makeTree();
		const path = join(root, 'pipe');
		await run('mkfifo', [path]);
		const written = writeFile(path, 'once');
		const store = await openSecrets([{id: 'x', kind: 'file', path}]);
		await written;
		expect(await store.read('x')).toEqual(Buffer.from('once'));
		expect(await store.read('x')).toEqual(Buffer.from('once'));
	});

	test.each([
		['a device', async (path: string) => symlink('/dev/zero', path)],
		['a folder', async (path: string) => mkdir(path)],
	])('may not come from %s', async (kind, make) => {
		const root = await makeTree();
		const path = join(root, 'secret');
		await make(path);
		await expect(openSecrets([{id: 'x', kind: 'file', path}])).rejects.toThrow(
			`it is ${kind}`,
		);
	});

	test('may not come from a pipe without an end', async () => {
		const root = await makeTree();
		const path = join(root, 'pipe');
		await run('mkfifo', [path]);
		const writer = spawn('sh', ['-c', 'exec yes > "$0"', path]);
		const ended = once(writer, 'close');
		await expect(openSecrets([{id: 'x', kind: 'file', path}])).rejects.toThrow(
			'more than 500 KiB',
		);
		expect(await ended).toEqual([null, 'SIGPIPE']);
	});

	test('of two with one id, the last counts', async () => {
		const root = await makeTree({a: 'a', b: 'b'});
		const store = await openSecrets([
			{id: 'x', kind: 'file', path: join(root, 'a')},
			{id: 'x', kind: 'file', path: join(root, 'b')},
		]);
		expect(await store.read('x')).toEqual(Buffer.from('b'));
	});

	test('a file that isn’t there is told before the build', async () => {
		const root = await makeTree();
		const opened = openSecrets([
			{id: 'x', kind: 'file', path: join(root, 'no')},
		]);
		await expect(opened).rejects.toThrow(UsageError);
		await expect(opened).rejects.toThrow(
			/^The secret x can't be read from \/.*\/no: there is no such file; correct its src in --secret\.$/v,
		);
	});

	test('and one that is gone later, when it is asked for', async () => {
		const root = await makeTree({a: ''});
		const path = join(root, 'a');
		const store = await openSecrets([{id: 'x', kind: 'file', path}]);
		await unlink(path);
		await expect(store.read('x')).rejects.toThrow("The secret x can't be read");
	});

	test('have a largest size', async () => {
		const root = await makeTree({
			most: Buffer.alloc(largest),
			more: Buffer.alloc(largest + 1),
		});
		const open = async (name: string): Promise<number | undefined> => {
			const path = join(root, name);
			const store = await openSecrets([{id: 'x', kind: 'file', path}]);
			const value = await store.read('x');
			return value?.length;
		};

		expect(await open('most')).toBe(largest);
		await expect(open('more')).rejects.toThrow(
			`The secret x has ${largest + 1} bytes, but an engine takes ${largest}; give it a smaller file.`,
		);
	});
});
