/**
What a large image takes here: `npx tsx --expose-gc bench/file-tree.ts [ENTRIES]`. Prints the time of a comparison in which
1 % of the files differ, of the keys of the tree pane up to what they show, and the resident memory.
*/
import process from 'node:process';
import {changeTree} from '../source/filesystem/compare/change-tree.js';
import {compare} from '../source/filesystem/compare/comparison.js';
import {type Entry, noXattrs} from '../source/filesystem/tree/entry.js';
import {FileTreeBuilder} from '../source/filesystem/tree/file-tree.js';
import {summaryRows} from '../source/filesystem/compare/summary.js';
import {asBytePath} from '../source/text/byte-path.js';
import {
	type TreeView,
	filtered,
	movedTo,
	reordered,
	revealed,
	toggled,
	treeViewOf,
} from '../source/ui/files/tree-view.js';
import {presentFiles} from '../source/ui/present/files.js';
import {sceneOf} from '../test/ui/scene.js';
import {percentile} from './statistics.js';

const count = Number(process.argv[2] ?? 300_000);

/** Half of the files in one directory, the others in directories of fifty, four deep. */
function* listing(differing: number): Generator<Entry> {
	const file = (path: string, index: number): Entry => ({
		path: asBytePath(path),
		kind: 'file',
		mode: 0o644,
		uid: 0,
		gid: 0,
		size: (index * 7919) % 100_003,
		modified: index % 100 < differing ? 2_000_000_001n : 1_000_000_001n,
		linkTarget: null,
		hardLinkTo: null,
		device: null,
		xattrs: noXattrs,
	});
	const directory = (path: string): Entry => ({
		...file(path, 0),
		kind: 'directory',
		mode: 0o755,
		size: 0,
	});
	const pad = (value: number): string => String(value).padStart(6, '0');
	yield directory('flat');
	for (let index = 0; index < count / 2; index++) {
		yield file(`flat/module-${pad(index)}.js`, index);
	}

	yield directory('usr');
	yield directory('usr/lib');
	yield directory('usr/lib/node_modules');
	for (let folder = 0; folder < count / 2 / 51; folder++) {
		const path = `usr/lib/node_modules/package-${pad(folder)}`;
		yield directory(path);
		for (let index = 0; index < 50; index++) {
			yield file(`${path}/file-${pad(index)}.d.ts`, folder * 50 + index);
		}
	}
}

function measure<T>(name: string, work: () => T): T {
	const start = process.cpuUsage();
	const result = work();
	report(name, processorTime(start));
	return result;
}

/** Not the time that passes: the machine has more to do. */
function processorTime(start: NodeJS.CpuUsage): string {
	const {user, system} = process.cpuUsage(start);
	return `${((user + system) / 1000).toFixed(1)} ms`;
}

function report(name: string, value: string): void {
	console.log(`${name.padEnd(44)}${value}`);
}

function memory(): string {
	globalThis.gc?.();
	const {rss, heapUsed, arrayBuffers} = process.memoryUsage();
	return `resident ${(rss / 1e6).toFixed(0)} MB, heap ${(heapUsed / 1e6).toFixed(0)} MB, arrays ${(arrayBuffers / 1e6).toFixed(0)} MB`;
}

report('before', memory());
const start = process.cpuUsage();
const comparison = await compare(listing(0), listing(1), {
	differing: async candidates => new Set(candidates.map(({path}) => path)),
});
report(`compare, ${comparison.changes.length} changes`, processorTime(start));
report('after the comparison', memory());
const changes = measure('sums of the comparison', () =>
	changeTree(comparison.changes),
);
measure('summary of the comparison', () => summaryRows(changes, 20));

const tree = measure('build the tree', () => {
	const builder = new FileTreeBuilder();
	for (const entry of listing(0)) {
		builder.add(entry);
	}

	return builder.finish();
});
report('with the tree', memory());
/** The pane of a terminal of 160 columns and 48 rows. */
const pane = {width: 110, height: 42};
const scene = sceneOf({columns: 160, rows: 48});
let view = treeViewOf(tree);
const took: Array<readonly [name: string, milliseconds: number]> = [];

/** One key: what it does to the view, and the rows that show it. */
function press(name: string, change: (view: TreeView) => TreeView): void {
	const start = process.cpuUsage();
	view = change(view);
	const {files} = scene.view;
	presentFiles(
		{
			...scene,
			view: {
				...scene.view,
				files: {...files, status: {kind: 'ready'}, tree: view},
			},
		},
		pane.width,
		pane.height,
	);
	const {user, system} = process.cpuUsage(start);
	took.push([name, (user + system) / 1000]);
}

function move(times: number, by: number): void {
	for (let time = 0; time < times; time++) {
		press(`move by ${by}`, at => movedTo(at, at.cursor + by));
	}
}

function type(text: string): void {
	for (let length = 1; length <= text.length; length++) {
		const typed = text.slice(0, length);
		press(`filter ${typed}`, at => filtered(at, typed));
		move(1, 1);
	}

	press('no filter', at => filtered(at, ''));
}

const {paths} = tree;
const flat = paths.find(asBytePath('flat'))!;
const lib = asBytePath('usr/lib/node_modules/package-002900/file-000049.d.ts');
move(10, 1);
press('open a directory of half of all', at => toggled(at, flat));
move(20, 1);
move(10, 42);
press('by size', reordered);
move(10, 42);
press('by name', reordered);
press('close it', at => toggled(at, flat));
press('jump to a path', at => revealed(at, lib));
move(10, -1);
press('by size', reordered);
move(10, 1);
for (const text of [
	'module-01',
	'9.js',
	'*.d.ts',
	'*9*.js',
	'package-000',
	'lib/n',
]) {
	type(text);
}

const times = took.map(([, milliseconds]) => milliseconds);
report(
	`${took.length} keys, p95 (at most 16 ms)`,
	`${percentile(times, 0.95).toFixed(1)} ms`,
);
for (const [name, milliseconds] of took
	.toSorted((one, other) => other[1] - one[1])
	.slice(0, 8)) {
	report(`  ${name}`, `${milliseconds.toFixed(1)} ms`);
}

report('at the end (at most 250 MB)', memory());
