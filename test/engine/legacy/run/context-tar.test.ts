import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {readdirSync, readlinkSync} from 'node:fs';
import {chmod, rm, symlink, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import path from 'node:path';
import {buffer} from 'node:stream/consumers';
import {setImmediate} from 'node:timers/promises';
import {extract} from 'tar-stream';
import {expect, test} from 'vitest';
import {packContext} from '../../../../source/engine/legacy/run/context-tar.js';
import {makeTree} from '../../context/temporary-tree.js';

const dockerfile = 'FROM busybox\n';

/** Everything that can happen without us has happened. */
async function stillness(): Promise<void> {
	for (let turn = 0; turn < 1000; turn++) {
		// eslint-disable-next-line no-await-in-loop -- one turn of the event loop after the other
		await setImmediate();
	}
}

async function namesIn(stream: NodeJS.ReadableStream): Promise<string[]> {
	const names: string[] = [];
	for await (const entry of stream.pipe(extract())) {
		names.push(entry.header.name);
		entry.resume();
	}

	return names;
}

test('a context comes no faster than it is taken, however small its files are', async () => {
	const files = Array.from({length: 200}, (_, index) => `f${1000 + index}`);
	const context = await makeTree(
		Object.fromEntries(files.map(file => [file, 'x'.repeat(5000)])),
	);
	const {stream} = await packContext({context}, dockerfile);
	await stillness();
	// What isn't read yet isn't missed.
	await rm(path.join(context, files.at(-1)!));

	const names = await namesIn(stream);
	expect(names).toEqual(expect.arrayContaining(files.slice(0, -1)));
	expect(names).not.toContain(files.at(-1));
});

test('names that are no UTF-8 are sent as they are', async () => {
	const context = await makeTree({a: 'x'});
	const raw = Buffer.concat([
		Buffer.from(`${context}/caf`),
		Buffer.from([0xe9]),
	]);
	await writeFile(raw, 'raw');
	await symlink(Buffer.from([0xff]), Buffer.from(`${context}/link`));
	const {stream} = await packContext({context}, dockerfile);
	const packed = await buffer(stream);
	expect(
		packed.includes(
			Buffer.concat([
				Buffer.from('13 path=caf'),
				Buffer.from([0xe9]),
				Buffer.from('\n'),
			]),
		),
	).toBe(true);
	expect(
		packed.includes(
			Buffer.concat([
				Buffer.from('14 linkpath='),
				Buffer.from([0xff]),
				Buffer.from('\n'),
			]),
		),
	).toBe(true);
});

test('of a context that nobody takes any more, no file stays open', async () => {
	const context = await makeTree({large: 'x'.repeat(1_000_000)});
	const {stream} = await packContext({context}, dockerfile);
	await once(stream, 'readable');
	await stillness();
	const openFiles = () =>
		readdirSync('/proc/self/fd')
			.map(fd => {
				try {
					return readlinkSync(`/proc/self/fd/${fd}`);
				} catch {
					// It was that of the folder.
					return '';
				}
			})
			.filter(file => file.startsWith(context));
	expect(openFiles()).toEqual([path.join(context, 'large')]);
	stream.destroy();
	await stillness();
	expect(openFiles()).toEqual([]);
});

test('modes are sent as they are, and sockets are left out', async () => {
	const context = await makeTree({none: 'x', all: 'y', 'd/f': 'z'});
	await chmod(path.join(context, 'none'), 0);
	await chmod(path.join(context, 'all'), 0o7777);
	await chmod(path.join(context, 'd'), 0);
	const server = createServer().listen(path.join(context, 'socket'));
	await once(server, 'listening');
	try {
		const {stream} = await packContext({context}, dockerfile);
		const modes = new Map<string, number | undefined>();
		const reading = extract();
		stream.pipe(reading);
		for await (const entry of reading) {
			modes.set(entry.header.name, entry.header.mode);
			entry.resume();
		}

		expect(modes.get('none')).toBe(0);
		expect(modes.get('all')).toBe(0o7777);
		expect(modes.get('d')).toBe(0);
		expect([...modes.keys()]).not.toContain('socket');
	} finally {
		server.close();
		await chmod(path.join(context, 'd'), 0o755);
	}
});

test.each([
	// As the client of Docker 28.2 sends it: wildcards of an exception lead into no directory that is left out.
	['a\n!**/b\n', ['c']],
	['a\n!a/b\n', ['a/b', 'c']],
	['a\n!a/*\n', ['a/b', 'a/x', 'c']],
	[`${'*a'.repeat(40)}x\n`, ['a/b', 'a/x', 'c']],
])('what %j leaves is sent', async (ignoreFile, expected) => {
	const context = await makeTree({
		'.dockerignore': ignoreFile,
		'a/b': '',
		'a/x': '',
		c: '',
	});
	const {stream} = await packContext({context}, dockerfile);
	const names = await namesIn(stream);
	expect(['a/b', 'a/x', 'c'].filter(name => names.includes(name))).toEqual(
		expected,
	);
});
