/**
What the filesystem room takes for a large image: `npx tsx --expose-gc bench/file-tree.ts [ENTRIES]`. Prints the time of
a comparison in which 1 % of the files differ, of every key of the tree pane, and the resident memory.
*/
import process from 'node:process';
import {changeTree} from '../source/filesystem/change-tree.js';
import {compare} from '../source/filesystem/comparison.js';
import {type Entry, noXattrs} from '../source/filesystem/entry.js';
import {FileTreeBuilder} from '../source/filesystem/file-tree.js';
import {filterTree} from '../source/filesystem/path-filter.js';
import {orderByWeight} from '../source/filesystem/path-order.js';
import {visibleRows} from '../source/filesystem/path-rows.js';
import {summaryRows} from '../source/filesystem/summary.js';
import {asBytePath} from '../source/text/byte-path.js';

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
const {paths, bytes} = tree;
const flat = paths.find(asBytePath('flat'))!;
const open = {expanded: new Set([flat]), order: null, shown: null};
measure('open a directory of half of all', () => visibleRows(paths, open));
measure('close it', () => visibleRows(paths, {...open, expanded: new Set()}));
const order = measure('sort by size', () => orderByWeight(paths, bytes));
measure('rows by size, all open', () =>
	visibleRows(paths, {expanded: null, order, shown: null}),
);
for (const text of [
	'm',
	'mo',
	'9.js',
	'package-000',
	'lib/n',
	'*.d',
	'*.d.ts',
	'*9*.js',
	'[ab]*',
]) {
	const filtered = measure(`filter ${text}`, () => filterTree(paths, text));
	measure(`  its ${filtered.count} rows`, () =>
		visibleRows(paths, {expanded: null, order: null, shown: filtered.shown}),
	);
}

measure('jump to a path', () =>
	paths.find(
		asBytePath('usr/lib/node_modules/package-002900/file-000049.d.ts'),
	),
);
report('at the end', memory());
