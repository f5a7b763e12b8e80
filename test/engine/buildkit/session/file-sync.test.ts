import {Buffer} from 'node:buffer';
import {appendFile, link, truncate, unlink, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {once} from 'node:events';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {FileSync} from '../../../../source/engine/buildkit/proto/generated/filesync_pb.js';
import {Packet_PacketType as PacketType} from '../../../../source/engine/buildkit/proto/generated/fsutil_pb.js';
import {makeTree, type TreeContents} from '../../context/temporary-tree.js';
import {
	type ConnectedSession,
	connectSession,
	nameOf,
	openCall,
	packet,
	packetsOf,
	receive,
	statusOf,
} from './engine-side.js';

async function connectTo(
	contents: TreeContents,
): Promise<ConnectedSession & {readonly root: string}> {
	const root = await makeTree(contents);
	const connected = await connectSession({
		directories: new Map([['context', root]]),
	});
	return {...connected, root};
}

const ok = {code: 0, message: ''};

describe('a transfer', () => {
	test('sends all entries, and the contents that are asked for', async () => {
		const {engine, errors} = await connectTo({
			'a/b': 'bee',
			c: 'sea',
			d: '→ c',
			empty: '',
		});
		const {entries, contents, status} = await receive(engine, {
			wants: path => path !== 'c',
		});
		expect(entries.map(entry => nameOf(entry))).toEqual([
			'a',
			'a/b',
			'c',
			'd',
			'empty',
		]);
		expect([...contents]).toEqual([
			['a/b', Buffer.from('bee')],
			['empty', Buffer.alloc(0)],
		]);
		expect(status).toEqual(ok);
		expect(errors).toEqual([]);
	});

	test('says who owns nothing, how long a file is, and where links point', async () => {
		const {engine, root} = await connectTo({a: 'four', b: '→ a/é'});
		await link(join(root, 'a'), join(root, 'c'));
		const {entries} = await receive(engine);
		expect(entries).toMatchObject([
			{uid: 0, gid: 0, size: 4n, linkname: new Uint8Array()},
			{mode: 2 ** 27 + 0o777, linkname: Buffer.from('a/é')},
			{size: 4n, linkname: Buffer.from('a')},
		]);
	});

	test('links the names of a file only to one that is sent', async () => {
		const {engine, root} = await connectTo({a: 'same'});
		await link(join(root, 'a'), join(root, 'b'));
		await link(join(root, 'a'), join(root, 'c'));
		const {entries, contents} = await receive(engine, {
			metadata: {'exclude-patterns': ['a']},
		});
		expect(
			entries.map(entry => Buffer.from(entry.linkname).toString()),
		).toEqual(['', 'b']);
		expect(contents.get('b')?.toString()).toBe('same');
	});

	test.each([0, 1, 511, 512, 65_535, 65_536, 65_537, 1_000_003])(
		'sends %i bytes as they are',
		async size => {
			const content = Buffer.alloc(size, 'mstage');
			const {engine} = await connectTo({file: content});
			const {contents} = await receive(engine);
			expect(contents.get('file')?.equals(content)).toBe(true);
		},
	);

	test('sends many files at a time', async () => {
		const names = Array.from(
			{length: 3000},
			(_, index) => `d${index % 7}/f${index}`,
		);
		const {engine} = await connectTo(
			Object.fromEntries(names.map(name => [name, name])),
		);
		const {contents, status} = await receive(engine);
		expect(contents.size).toBe(names.length);
		expect(names.every(name => contents.get(name)?.toString() === name)).toBe(
			true,
		);
		expect(status).toEqual(ok);
	});

	test('sends a socket as an empty file', async () => {
		const {engine, root} = await connectTo({});
		const server = createServer().listen(join(root, 'socket'));
		await once(server, 'listening');
		const {entries, contents} = await receive(engine);
		server.close();
		expect(entries[0]!.mode).toBeLessThan(0o1000);
		expect(contents.get('socket')).toEqual(Buffer.alloc(0));
	});

	test('keeps names that are no UTF-8', async () => {
		const {engine, root} = await connectTo({});
		await writeFile(Buffer.from(`${root}/caf\u00E9`, 'latin1'), 'au lait');
		const {contents} = await receive(engine);
		expect(contents.get('caf\u00E9')?.toString()).toBe('au lait');
	});

	test('serves files that are on no disk', async () => {
		const {engine} = await connectSession({
			directories: new Map([
				['dockerfile', new Map([['Dockerfile', Buffer.from('FROM scratch')]])],
			]),
		});
		const {entries, contents} = await receive(engine, {
			metadata: {
				'dir-name': 'dockerfile',
				followpaths: ['Dockerfile', '.dockerignore'],
			},
		});
		expect(entries).toMatchObject([{mode: 0o644, modTime: 0n, size: 12n}]);
		expect(contents.get('Dockerfile')?.toString()).toBe('FROM scratch');
	});

	test('has only the directories of the session', async () => {
		const {engine, errors} = await connectTo({a: ''});
		const {status} = await receive(engine, {metadata: {'dir-name': 'other'}});
		expect(status).toEqual({
			code: 5,
			message: 'no directory is called "other"',
		});
		expect(errors).toEqual([]);
	});
});

describe('what the engine wants', () => {
	const files = {'a,b': '', 'a b': '', 'a+b': '', é: '', 'x/y': '', z: '→ x'};
	const pathsFor = async (
		metadata: Record<string, string[]>,
	): Promise<string[]> => {
		const {engine} = await connectTo(files);
		const {entries} = await receive(engine, {metadata});
		return entries.map(entry => Buffer.from(entry.path).toString());
	};

	test('patterns may have commas', async () => {
		expect(await pathsFor({'exclude-patterns': ['a,b', 'x']})).toEqual([
			'a b',
			'a+b',
			'z',
			'é',
		]);
	});

	test('patterns that aren’t ASCII come encoded', async () => {
		expect(
			await pathsFor({
				'include-patterns': ['%C3%A9', 'a+b', 'a%2Bb'],
				'include-patterns-encoded': ['1'],
			}),
		).toEqual(['a b', 'a+b', 'é']);
	});

	test('older engines send their bytes', async () => {
		expect(
			await pathsFor({'include-patterns': ['\u00C3\u00A9', 'a+b', 'a%2Bb']}),
		).toEqual(['a+b', 'é']);
	});

	test('paths may lead over links', async () => {
		expect(await pathsFor({followpaths: ['z/y']})).toEqual(['x', 'x/y', 'z']);
		expect(await pathsFor({followpaths: ['.']})).toHaveLength(7);
		expect(
			await pathsFor({followpaths: ['z/y'], 'include-patterns': ['a?b']}),
		).toEqual(['a b', 'a+b', 'a,b', 'x', 'x/y', 'z']);
	});

	test('there may be more patterns than a server takes headers by default', async () => {
		const patterns = Array.from(
			{length: 1000},
			(_, index) => `not/here/and/neither/there/${index}`,
		);
		expect(await pathsFor({'exclude-patterns': [...patterns, 'a*']})).toEqual([
			'x',
			'x/y',
			'z',
			'é',
		]);
	});

	test('a malformed pattern is told', async () => {
		const {engine, errors} = await connectTo(files);
		const {error, status} = await receive(engine, {
			metadata: {'exclude-patterns': ['[a']},
		});
		expect(error).toContain('The pattern "[a" is malformed');
		expect(status).toEqual({code: 2, message: error});
		expect(errors.map(({message}) => message)).toEqual([error]);
	});
});

describe('trouble', () => {
	test.each([
		[
			'deleted',
			unlink,
			'was deleted before it could be sent to the engine; run the build again.',
		],
		[
			'shortened',
			async (path: string) => truncate(path, 2),
			'became shorter while it was sent to the engine; run the build again when nothing writes to it.',
		],
	])('a file that is %s is named', async (_, change, message) => {
		const {engine, errors, root} = await connectTo({
			a: 'content',
			b: 'content',
		});
		const {error, status} = await receive(engine, {
			beforeContents: async () => change(join(root, 'b')),
		});
		expect(error).toBe(`${root}/b ${message}`);
		expect(status).toEqual({code: 2, message: error});
		expect(errors.map(told => told.message)).toEqual([error]);
	});

	test('a file that grows is sent as it is', async () => {
		const {engine, errors, root} = await connectTo({a: 'content'});
		const {contents} = await receive(engine, {
			beforeContents: async () => appendFile(join(root, 'a'), ', more of it'),
		});
		expect(contents.get('a')?.toString()).toBe('content, more of it');
		expect(errors).toEqual([]);
	});

	test('a request for what has no contents is refused', async () => {
		const {engine, errors} = await connectTo({'a/b': ''});
		const stream = openCall(engine, FileSync.method.diffCopy, {
			'dir-name': 'context',
		});
		const status = statusOf(stream);
		stream.write(packet({type: PacketType.PACKET_REQ, ID: 0}));
		stream.resume();
		expect(await status).toMatchObject({code: 3});
		expect(errors).toEqual([]);
	});

	test('an engine that goes away in the middle leaves nothing behind', async () => {
		const {engine, errors, session} = await connectTo({
			big: Buffer.alloc(10_000_000),
		});
		const stream = openCall(engine, FileSync.method.diffCopy, {
			'dir-name': 'context',
		});
		for await (const {type, stat} of packetsOf(stream)) {
			if (type === PacketType.PACKET_STAT && stat === undefined) {
				stream.write(packet({type: PacketType.PACKET_REQ, ID: 0}));
			} else if (type === PacketType.PACKET_DATA) {
				break;
			}
		}

		const {contents} = await receive(engine);
		expect(contents.get('big')).toHaveLength(10_000_000);
		await session.close();
		expect(errors).toEqual([]);
	});

	test('an engine that refuses a name doesn’t say so, but we do', async () => {
		const root = await makeTree();
		await writeFile(Buffer.from(`${root}/caf\u00E9`, 'latin1'), '');
		const told = new Promise<Error>(resolve => {
			void connectSession({
				directories: new Map([['context', root]]),
				onError: resolve,
			}).then(async ({engine}) => {
				const stream = openCall(engine, FileSync.method.diffCopy, {
					'dir-name': 'context',
				});
				await once(stream, 'data');
				stream.destroy();
			});
		});
		const {message} = await told;
		expect(message).toBe(
			`The engine ended the transfer of ${root}: it takes only names and links in UTF-8, and ${String.raw`caf\xe9`} is or has another; rename it or exclude it in .dockerignore.`,
		);
	});
});
