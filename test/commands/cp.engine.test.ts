import {Buffer} from 'node:buffer';
import {execFileSync} from 'node:child_process';
import {createWriteStream} from 'node:fs';
import {
	lstat,
	mkdtemp,
	readdir,
	readFile,
	readlink,
	rm,
	symlink,
	writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {selectBelow} from '../../source/inspect/copy/selection.js';
import {copyToDisk} from '../../source/inspect/copy/to-disk.js';
import {copyToTar} from '../../source/inspect/copy/to-tar.js';
import {locate} from '../../source/inspect/place.js';
import type {Snapshot} from '../../source/engine/port.js';
import {asBytePath} from '../../source/text/byte-path.js';
import {openBuild, runSteps} from '../engine/buildkit/builds.js';

const {signal} = new AbortController();

/** `/d/again` and `/d/once` are names of one file, `/d/far` of one that isn't in `/d`. */
const make = [
	'mkdir -p /d/sub && cd /d',
	'echo one > once && ln once again',
	'echo far > /a && ln /a far',
	'ln -s /etc/passwd link',
	'echo x > sub/x && chmod 4710 sub/x && chmod 550 sub',
	String.raw`echo e > "$(printf 'caf\351')"`,
	'mkfifo fifo',
	'chown -h 12:34 link sub/x && chmod 4710 sub/x && chown 5:6 sub && touch -h -d @1000000000 link sub',
].join(' && ');

async function opened(): Promise<Snapshot> {
	const build = await openBuild(['FROM busybox', `RUN ${make}`]);
	await runSteps(build);
	return build.snapshot({kind: 'final'});
}

async function temporary(): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-cp-'));
	onTestFinished(async () => rm(folder, {recursive: true, force: true}));
	return folder;
}

async function expectTree(folder: string): Promise<void> {
	const names = await readdir(folder, 'latin1');
	expect(names.filter(name => name !== 'fifo').toSorted()).toEqual([
		'again',
		'caf\u00E9',
		'far',
		'link',
		'once',
		'sub',
	]);
	const status = async (name: string) => lstat(path.join(folder, name));
	const [again, once] = await Promise.all([status('again'), status('once')]);
	expect(again.ino).toBe(once.ino);
	expect(await readFile(path.join(folder, 'far'), 'utf8')).toBe('far\n');
	expect(await readlink(path.join(folder, 'link'))).toBe('/etc/passwd');
	const file = await status('sub/x');
	expect(file.mode.toString(8)).toBe('104710');
	const directory = await status('sub');
	expect(directory.mode.toString(8)).toBe('40550');
	const link = await status('link');
	expect([link, directory].map(({mtimeMs}) => mtimeMs)).toEqual([1e12, 1e12]);
	if (process.getuid?.() === 0) {
		const owners = [link, directory, file].map(({uid, gid}) => [uid, gid]);
		expect(owners).toEqual([
			[12, 34],
			[5, 6],
			[12, 34],
		]);
	}

	const bytes = Buffer.from(`${folder}/caf\u00E9`, 'latin1');
	expect(await readFile(bytes, 'utf8')).toBe('e\n');
}

describe('mstage cp', () => {
	test('copies a directory as a tree, with modes and links', async () => {
		const files = await opened();
		const found = await locate(files, asBytePath('d'), {followLast: true});
		const selected = await selectBelow(files, found, signal);

		const folder = path.join(await temporary(), 'd');
		const left = await copyToDisk(files, selected, {
			destination: Buffer.from(folder),
			force: false,
			signal,
		});
		await expectTree(folder);
		expect(left.map(({path: name}) => name)).toEqual(['fifo']);

		const target = await temporary();
		const archive = path.join(target, 'd.tar');
		const output = createWriteStream(archive);
		await copyToTar(files, selected, {name: asBytePath('d'), output, signal});
		await new Promise<void>(resolve => {
			output.end(resolve);
		});
		execFileSync('tar', ['-xpf', archive, '-C', target]);
		await expectTree(path.join(target, 'd'));
		const fifo = await lstat(path.join(target, 'd/fifo'));
		expect(fifo.isFIFO()).toBe(true);
	});

	test('replaces nothing unless told so, and writes through no link', async () => {
		const files = await opened();
		const found = await locate(files, asBytePath('d/once'), {followLast: true});
		const selected = await selectBelow(files, found, signal);
		const folder = await temporary();
		const precious = path.join(folder, 'precious');
		const place = path.join(folder, 'once');
		await writeFile(precious, 'precious');
		await symlink(precious, place);

		const destination = Buffer.from(place);
		await expect(
			copyToDisk(files, selected, {destination, force: false, signal}),
		).rejects.toThrow('is there already: give --force to replace it');
		await copyToDisk(files, selected, {destination, force: true, signal});
		expect(await readFile(precious, 'utf8')).toBe('precious');
		expect(await readFile(place, 'utf8')).toBe('one\n');
	});
});
