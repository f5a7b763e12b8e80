import {buffer} from 'node:stream/consumers';
import {pack} from 'tar-stream';
import {expect, onTestFinished, test} from 'vitest';
import type {Files, Point} from '../../source/engine/port.js';
import {compare} from '../../source/filesystem/compare/comparison.js';
import {listWithRoot} from '../../source/filesystem/tree/list-with-root.js';
import {bytePathFromText, readableOf} from '../../source/text/byte-path.js';
import {openBuild, runSteps} from '../engine/buildkit/builds.js';
import {removeImage} from '../engine/engine.js';
import {loadImage} from '../engine/images.js';
import {testEngine} from '../engine/test-engine.js';

const reference = 'mstage-layers:test';

type Member = readonly [name: string, contents?: string];

/** A name that ends in a slash is a directory. */
async function layerOf(...members: readonly Member[]): Promise<Uint8Array> {
	const archive = pack();
	for (const [name, contents = ''] of members) {
		const type = name.endsWith('/') ? 'directory' : 'file';
		archive.entry({name, type, mtime: new Date(1_600_000_000_000)}, contents);
	}

	archive.finalize();
	return buffer(archive);
}

/** As other tools write them, which not all tools read. */
const layers = [
	[
		['d/'],
		['d/old', 'old'],
		['d/sub/'],
		['d/sub/old', 'old'],
		['again', 'old'],
		['+again', 'old'],
		['gone', 'old'],
		['was/'],
		['was/directory', 'old'],
		['no/parents/here', 'deep'],
		['./spelled//oddly', 'odd'],
		[String.raw`back\slash`, 'x'],
	],
	[
		['d/'],
		['d/new', 'new'],
		// After what is beside it, and still only of the layer below.
		['d/.wh..wh..opq'],
		['.wh.again'],
		['again', 'newer'],
		['.wh.+again'],
		['+again', 'newer'],
		['.wh.gone'],
		['.wh.nowhere'],
		['.wh..wh.plnk/'],
		['was', 'a file'],
	],
] as const satisfies ReadonlyArray<readonly Member[]>;

async function listed(files: Files): Promise<readonly string[]> {
	const lines: string[] = [];
	for await (const {path, kind, size} of files.list()) {
		lines.push(`${readableOf(path)} ${kind === 'file' ? size : kind}`);
	}

	return lines;
}

test('layers of other tools are read as they are meant', async () => {
	const engine = testEngine();
	const tars = await Promise.all(
		layers.map(async members => layerOf(...members)),
	);
	await loadImage(engine, reference, tars);
	onTestFinished(async () => removeImage(engine, reference));
	const build = await openBuild([`FROM ${reference}`]);
	await runSteps(build);
	const points: readonly Point[] = [
		{kind: 'final'},
		{kind: 'image', reference},
	];
	for (const point of points) {
		// eslint-disable-next-line no-await-in-loop
		const files = await build.snapshot(point);
		// eslint-disable-next-line no-await-in-loop
		expect(await listed(files)).toEqual([
			'+again 5',
			'again 5',
			String.raw`back\\slash 1`,
			'd directory',
			'd/new 3',
			'no directory',
			'no/parents directory',
			'no/parents/here 4',
			'spelled directory',
			'spelled/oddly 3',
			'was 6',
		]);
		// eslint-disable-next-line no-await-in-loop
		const read = await buffer(files.readFile(bytePathFromText('again')));
		expect(read.toString()).toBe('newer');
	}
});

/** The engine leaves out of a mode what marks a socket (tonistiigi/fsutil stat.go). */
test('a socket is an empty file, and disturbs no comparison', async () => {
	const build = await openBuild([
		'FROM busybox AS one',
		'RUN mkdir /s && ln -s /s/socket /dev/log && syslogd && until [ -S /s/socket ]; do true; done',
		'FROM one',
		'RUN touch -d 2020-01-01 /s/socket && chmod 600 /s/socket',
	]);
	const events = await runSteps(build);
	expect(events.at(-1)).toEqual({type: 'reached'});
	const points = [
		{kind: 'stage', stage: 0},
		{kind: 'final'},
	] as const satisfies readonly Point[];
	const [one, other] = await Promise.all(
		points.map(async point => build.snapshot(point)),
	);
	expect(await listed(one!)).toContain('s/socket 0');
	const touched = await build.touched(...points);
	const differing = async () => expect.unreachable('a socket has no contents');
	for (const [before, after] of [
		[listWithRoot(one!), listWithRoot(other!)],
		[touched!.before, touched!.after],
	] as const) {
		// eslint-disable-next-line no-await-in-loop
		const {changes} = await compare(before, after, {differing});
		expect(
			changes.map(({path, aspects}) => [readableOf(path), ...aspects]),
		).toEqual([['s/socket', 'mode', 'time']]);
	}
});
