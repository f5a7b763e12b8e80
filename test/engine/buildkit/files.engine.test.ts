import {Buffer} from 'node:buffer';
import {describe, expect, test} from 'vitest';
import type {Build, Files} from '../../../source/engine/port.js';
import {
	comparePaths,
	type Entry,
} from '../../../source/filesystem/tree/entry.js';
import {
	asBytePath,
	bytePathFromText,
	rootPath,
} from '../../../source/text/byte-path.js';
import {isOldEngine, openBuild, runSteps, stepWith} from './builds.js';

/** One of each kind, and what listings get wrong. */
const make = [
	'mkdir -p /d/sub /links',
	'echo one > /d/one',
	'ln /d/one /links/again',
	'ln -s ../d /links/dir',
	'mkfifo /d/fifo',
	'mknod /d/null c 1 3',
	'cp /bin/busybox /d/suid',
	'chmod 4755 /d/suid',
	'chmod 1777 /d/sub',
	'chown 12:34 /d/one',
	String.raw`echo two > "$(printf '/d/a\nb\033[31m')"`,
	'truncate -s 10000000000 /d/sparse',
].join(' && ');

async function textOfFile(
	files: Files,
	path: string,
	range?: {offset: number; length: number},
): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of files.readFile(bytePathFromText(path), range)) {
		chunks.push(chunk);
	}

	return Buffer.concat(chunks).toString();
}

async function listed(files: Files): Promise<readonly Entry[]> {
	const entries: Entry[] = [];
	for await (const entry of files.list()) {
		entries.push(entry);
	}

	return entries;
}

async function reached(...lines: readonly string[]): Promise<Build> {
	const build = await openBuild(lines);
	await runSteps(build);
	return build;
}

async function expectKinds(files: Files): Promise<void> {
	const entries = await files.readDirectory(asBytePath('d'));
	expect(
		entries.map(({path, kind, mode}) => [path, kind, mode.toString(8)]),
	).toEqual([
		['d/a\nb\u001B[31m', 'file', '644'],
		['d/fifo', 'fifo', '644'],
		['d/null', 'character-device', '644'],
		['d/one', 'file', '644'],
		['d/sparse', 'file', '644'],
		['d/sub', 'directory', '1777'],
		['d/suid', 'file', '4755'],
	]);
	expect(entries[2]!.device).toEqual({major: 1, minor: 3});
	expect(entries[3]).toMatchObject({uid: 12, gid: 34, size: 4});
	expect(entries[4]!.size).toBe(10_000_000_000);
	expect(await files.stat(asBytePath('links/dir'))).toMatchObject({
		kind: 'symlink',
		linkTarget: '../d',
	});
	expect(await textOfFile(files, 'd/one')).toBe('one\n');
	expect(await textOfFile(files, 'd/one', {offset: 1, length: 2})).toBe('ne');
	expect(await textOfFile(files, 'd/a\nb\u001B[31m')).toBe('two\n');
}

/** In the order of a listing, and nothing of what an engine adds to a container. */
async function expectWholeListing(files: Files): Promise<void> {
	const entries = await listed(files);
	const paths = entries.map(({path}) => path);
	expect(paths).toEqual(paths.toSorted(comparePaths));
	expect(paths).not.toContain('etc/hosts');
	expect(paths).not.toContain('etc/resolv.conf');
	expect(paths).not.toContain('.mstage');
	expect(paths.filter(path => /^(?:dev|proc|sys)\//v.test(path))).toEqual([]);
	expect(entries.find(({path}) => path === 'links/again')).toMatchObject({
		hardLinkTo: 'd/one',
		size: 0,
	});
}

describe('the files of a point', () => {
	test('are what the build made, with every kind of file', async () => {
		const build = await reached('FROM busybox', `RUN ${make}`);
		const files = await build.snapshot({kind: 'final'});
		await expectKinds(files);
		await expectWholeListing(files);
	});

	test('are those of the point, not of the end', async () => {
		const build = await reached(
			'FROM busybox',
			'RUN echo one > /one',
			'RUN rm /one && echo two > /two',
		);
		const step = stepWith(build.program, 'echo one');
		const before = await listed(await build.snapshot({kind: 'after', step}));
		const after = await listed(await build.snapshot({kind: 'final'}));
		const names = (entries: readonly Entry[]): readonly string[] =>
			entries.map(({path}) => path).filter(path => /^(?:one|two)$/v.test(path));
		expect(names(before)).toEqual(['one']);
		expect(names(after)).toEqual(['two']);
	});

	test('say what is missing, and what it could have been', async () => {
		const build = await reached(
			'FROM busybox',
			'RUN mkdir /dist && touch /dist/app.js',
		);
		const files = await build.snapshot({kind: 'final'});
		await expect(files.stat(asBytePath('dist/ap.js'))).rejects.toThrow(
			'There is no /dist/ap.js: /dist has no ap.js; did you mean app.js?',
		);
		await expect(
			files.readDirectory(asBytePath('dist/app.js')),
		).rejects.toThrow("/dist/app.js is a file and can't be read like that");
	});

	test('keep the bytes of names that are no UTF-8', async () => {
		const build = await reached(
			'FROM busybox',
			String.raw`RUN mkdir /d && cd /d && echo e > "$(printf 'caf\351')" && ln -s "$(printf 'caf\351')" link && echo z > z`,
		);
		const files = await build.snapshot({kind: 'final'});
		const path = asBytePath('d/caf\u00E9');
		const paths = ['d/caf\u00E9', 'd/link', 'd/z'];
		const entries = await files.readDirectory(asBytePath('d'));
		expect(entries.map(entry => entry.path)).toEqual(paths);
		expect(await files.stat(path)).toMatchObject({path, size: 2});
		expect(entries[1]!.linkTarget).toBe('caf\u00E9');
		const all = await listed(files);
		expect(
			all.map(entry => entry.path).filter(name => name.startsWith('d/')),
		).toEqual(paths);
		const chunks: Uint8Array[] = [];
		for await (const chunk of files.readFile(path)) {
			chunks.push(chunk);
		}

		expect(Buffer.concat(chunks).toString()).toBe('e\n');
	});

	test('of an empty image are none', async () => {
		const build = await reached('FROM scratch', 'ENV A=b');
		const files = await build.snapshot({kind: 'final'});
		expect(await files.readDirectory(rootPath)).toEqual([]);
		expect(await listed(files)).toEqual([]);
		await expect(files.stat(asBytePath('x'))).rejects.toThrow(
			'There is no /x: this filesystem is empty',
		);
	});

	test('are read while another listing waits, and a listing can be left', async () => {
		const build = await reached('FROM busybox', `RUN ${make}`);
		const files = await build.snapshot({kind: 'final'});
		const left = files.list()[Symbol.asyncIterator]();
		const first = await left.next();
		expect(first).toMatchObject({done: false, value: {path: 'bin'}});
		await left.return?.();

		const controller = new AbortController();
		const seen: string[] = [];
		await expect(async () => {
			for await (const {path} of files.list(controller.signal)) {
				seen.push(path);
				const inner = await listed(files);
				expect(inner.length).toBeGreaterThan(10);
				controller.abort(new Error('enough'));
			}
		}).rejects.toThrow('enough');
		expect(seen).toEqual(['bin']);
	});

	test.each(['final', 'failed'] as const)(
		'are read many at a time, in order, and as far as they are wanted (%s)',
		async kind => {
			if (kind === 'failed' && isOldEngine()) {
				return;
			}

			const make = [
				'mkdir -p /m/d && for i in $(seq 100 199); do head -c $((i * 9)) /bin/busybox > /m/d/$i; done',
				'cp /bin/busybox /m/large && cp /bin/busybox /m/larger && truncate -s 30000000 /m/larger',
				'ln /m/large /m/z && : > /m/empty',
				...(kind === 'failed' ? ['exit 3'] : []),
			];
			const build = await reached('FROM busybox', `RUN ${make.join(' && ')}`);
			const files = await build.snapshot({kind});
			const entries = await listed(files);
			const wanted = entries.filter(
				({path, kind: entryKind}) =>
					path.startsWith('m/') && entryKind === 'file',
			);
			expect(wanted).toHaveLength(104);
			const seen: string[] = [];
			for await (const {path, chunks} of files.readFiles(
				wanted.map(entry => entry.path).toReversed(),
			)) {
				seen.push(path);
				let size = 0;
				for await (const chunk of chunks) {
					size += chunk.length;
					if (path === 'm/large') {
						break;
					}
				}

				if (path !== 'm/large' && path !== 'm/z') {
					const entry = wanted.find(one => one.path === path);
					expect([path, size]).toEqual([path, entry!.size]);
				}
			}

			expect(seen).toEqual(wanted.map(({path}) => path));
			const missing = [...wanted.map(({path}) => path), asBytePath('m/no')];
			await expect(async () => {
				for await (const {chunks} of files.readFiles(missing)) {
					for await (const _ of chunks) {
						// They are there.
					}
				}
			}).rejects.toThrow(/can't be read|There is no/v);
		},
	);

	test('that a failed RUN left behind are read without what the engine adds', async () => {
		const build = await openBuild(['FROM busybox', `RUN ${make} && exit 3`]);
		await runSteps(build);
		const files = await build.snapshot({kind: 'failed'});
		if (isOldEngine()) {
			await expect(files.readDirectory(rootPath)).rejects.toThrow(
				'This engine keeps no files of a failed RUN',
			);
			return;
		}

		await expectKinds(files);
		await expectWholeListing(files);
		await expect(files.stat(asBytePath('d/on'))).rejects.toThrow(
			'did you mean one?',
		);
	});
});
