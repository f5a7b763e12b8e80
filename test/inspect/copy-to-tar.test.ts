import {PassThrough} from 'node:stream';
import {extract} from 'tar-stream';
import {expect, test} from 'vitest';
import type {Files} from '../../source/engine/port.js';
import {copyToTar} from '../../source/inspect/copy/to-tar.js';
import {describeLeftOut} from '../../source/report/describe-copy.js';
import {asBytePath} from '../../source/text/byte-path.js';
import {entryOf} from '../ui/files/entries.js';

const files: Files = {
	async readDirectory() {
		return [];
	},
	async stat() {
		throw new Error('Nothing is looked up');
	},
	async *readFile() {
		yield* [];
	},
	async *list() {
		yield* [];
	},
	async *readFiles(paths) {
		for (const path of paths) {
			yield {
				path,
				chunks: (async function* () {
					yield new TextEncoder().encode('x');
				})(),
			};
		}
	},
};

test('an archive has modes as they are, also none, and tells of sockets', async () => {
	const selected = [
		entryOf('none', 1, {mode: 0}),
		entryOf('all', 1, {mode: 0o7777}),
		entryOf('d', null, {mode: 0}),
		entryOf('socket', 0, {kind: 'socket'}),
		entryOf('fifo', 0, {kind: 'fifo', mode: 0}),
	].map(entry => ({path: entry.path, entry, sameAs: null}));
	const output = new PassThrough();
	const modes: Array<readonly [name: string, mode: number | undefined]> = [];
	const reading = extract();
	output.pipe(reading);
	const copied = copyToTar(files, selected, {
		name: asBytePath('x'),
		output,
		signal: new AbortController().signal,
	}).then(left => {
		output.end();
		return left;
	});
	for await (const entry of reading) {
		modes.push([entry.header.name, entry.header.mode]);
		entry.resume();
	}

	expect(modes).toEqual([
		['x/none', 0],
		['x/all', 0o7777],
		['x/d', 0],
		['x/fifo', 0],
	]);
	const left = await copied;
	expect(left.map(({path}) => path)).toEqual(['socket']);
	expect(describeLeftOut(left, 'cp x -')).toBe(
		'1 socket was left out: nothing but a running program can make it.',
	);
	expect(describeLeftOut(selected.slice(3), 'cp x -')).toBe(
		'1 device or pipe was left out; cp x - makes an archive that has it. 1 socket was left out: nothing but a running program can make it.',
	);
});
