import {Buffer} from 'node:buffer';
import {changeTree} from '../../source/filesystem/compare/change-tree.js';
import {compare} from '../../source/filesystem/compare/comparison.js';
import {type Entry, comparePaths} from '../../source/filesystem/tree/entry.js';
import {FileTreeBuilder} from '../../source/filesystem/tree/file-tree.js';
import type {Whereabouts} from '../../source/inspect/trace/trace.js';
import {diffJson} from '../../source/report/diff/json.js';
import {nameStatus} from '../../source/report/diff/name-status.js';
import {renderDiff} from '../../source/report/diff/text.js';
import {whyJson} from '../../source/report/why/json.js';
import {whyText} from '../../source/report/why/text.js';
import {type BytePath, bytePathFromBytes} from '../../source/text/byte-path.js';
import {cellsOf} from '../../source/text/cells.js';
import {changesViewOf} from '../../source/ui/files/changes-view.js';
import {noDiff} from '../../source/ui/files/diff-view.js';
import {fileDifference} from '../../source/ui/files/file-difference.js';
import {fileViewOf} from '../../source/ui/files/file-view.js';
import {type FilesView, noFiles} from '../../source/ui/files/files-view.js';
import {filtered, treeViewOf} from '../../source/ui/files/tree-view.js';
import {noWhere, whereItems} from '../../source/ui/files/where-view.js';
import {presentBody} from '../../source/ui/present/body.js';
import {presentBottom} from '../../source/ui/present/bottom.js';
import {layoutFor} from '../../source/ui/present/layout.js';
import type {PaneName, ViewAction} from '../../source/ui/view-state.js';
import {programOf} from '../ui/program.js';
import {dockerfile, sceneOf} from '../ui/scene.js';
import type {Told} from './checks.js';
import {hostileEntries} from './made.js';
import type {Surface} from './text-surfaces.js';

const program = programOf(dockerfile);
const widths = [84, 40, 130, 12];

function oneOf<T>(items: readonly T[], random: () => number): T {
	return items[Math.floor(random() * items.length)]!;
}

/** In the order of listings, some of the names with bytes that are no UTF-8. */
function entriesOf(next: () => string, random: () => number): readonly Entry[] {
	const byPath = new Map<string, Entry>();
	for (const entry of hostileEntries(next)) {
		const bytes = [
			...Buffer.from(entry.path, 'latin1'),
			...(random() < 0.3 ? [0xff, 0xc3, 0x9b] : []),
		];
		const path = bytePathFromBytes(Buffer.from(bytes));
		byPath.set(path, {...entry, path});
	}

	return [...byPath.values()].toSorted((a, b) => comparePaths(a.path, b.path));
}

/** The rows of a screen that shows a pane. */
function screenOf(
	pane: PaneName,
	action: ViewAction,
	columns: number,
): readonly Told[] {
	const scene = sceneOf({
		columns,
		rows: 24,
		view: [action, {type: 'focus', page: pane}],
	});
	const bottom = presentBottom(scene, columns);
	return presentBody(scene, layoutFor(scene.view.size, bottom.length)).flatMap(
		column =>
			column.rows.map((row): Told => {
				const text = row.map(segment => segment.text).join('');
				if (cellsOf(text) > columns) {
					throw new Error(`${pane} is wider than ${columns}: ${text}`);
				}

				return {text, as: 'line'};
			}),
	);
}

/** The pane of files, and a file in it, with what is searched for. */
const files: Surface = (next, random) => {
	const builder = new FileTreeBuilder();
	const entries = entriesOf(next, random);
	for (const entry of entries) {
		builder.add(entry);
	}

	const tree = treeViewOf(builder.finish());
	const width = oneOf(widths, random);
	const contents = Buffer.from(`${next()}\n${next()}\n`);
	const file = {
		...fileViewOf(entries[0]!.path, contents.length, contents),
		search: random() < 0.5 ? next() : '',
	};
	const shown: FilesView = {
		...noFiles,
		name: next(),
		status: oneOf(
			[{kind: 'ready'}, {kind: 'failed', reason: next()}] as const,
			random,
		),
		tree: random() < 0.3 ? filtered(tree, next()) : tree,
		origins: new Map([[1, next()]]),
	};
	return [
		...screenOf('files', {type: 'files', files: shown}, width),
		...screenOf('files', {type: 'files', files: {...shown, file}}, width),
	];
};

/** What differs between two filesystems, as every command and the pane tell it, and how a file differs. */
const differences: Surface = async (next, random) => {
	const list = async function* () {
		yield* entriesOf(next, random);
	};

	const comparison = await compare(list(), list(), {
		differing: async candidates => new Set(candidates.map(({path}) => path)),
	});
	const points = [next(), next()] as const;
	const width = oneOf(widths, random);
	const style = {
		color: false,
		unicode: random() < 0.5,
		columns: width,
		room: 40,
		sort: 'size',
		paths: random() < 0.3 ? [next()] : [],
		program: null,
		inPlace: null,
	} as const;
	const change = {
		path: entriesOf(next, random)[0]!.path,
		kind: 'changed',
		aspects: ['contents'],
		bytes: {from: 1, to: 1},
		...twoFilesOf(next),
	} as const;
	const side = () => ({
		async *readFile() {
			yield Buffer.from(`${next()}\nsame\n${next()}`);
		},
	});
	const difference = await fileDifference([side(), side()], change, '→');
	const shown = {
		...noDiff,
		names: points,
		status: oneOf(
			[{kind: 'ready'}, {kind: 'failed', reason: next()}] as const,
			random,
		),
		changes: changesViewOf(changeTree(comparison.changes)),
	};
	const pane = (file: (typeof noDiff)['file']) =>
		screenOf('diff', {type: 'diff', diff: {...shown, file}}, width);
	return [
		{text: renderDiff(points, comparison, style), as: 'lines'},
		{text: [...diffJson(points, comparison, true)].join(''), as: 'json'},
		// A tab stands before the name.
		...comparison.changes.map((each): Told => ({
			text: nameStatus(each),
			as: 'lines',
		})),
		...pane(null),
		...pane({name: next(), lines: difference, top: 0}),
	];
};

function twoFilesOf(next: () => string): {
	readonly from: Entry;
	readonly to: Entry;
} {
	const found = hostileEntries(next).find(
		({kind, xattrs}) => kind === 'file' && xattrs.size > 0,
	)!;
	return {
		from: found,
		to: {...found, xattrs: new Map([['user.x', Buffer.from(next())]])},
	};
}

/** Where a file came from and went, as the command and the pane tell it. */
const whereabouts: Surface = (next, random) => {
	const path = (): BytePath => oneOf(entriesOf(next, random), random).path;
	const at = path();
	const link = {
		kind: 'copied',
		path: path(),
		step: 7,
		from: oneOf(
			[
				{kind: 'stage', stage: 0},
				{kind: 'image', reference: next()},
				{kind: 'address', address: next()},
			] as const,
			random,
		),
		source: path(),
		named: path(),
		member: random() < 0.3 ? path() : null,
		confirmation: 'same contents',
	} as const;
	const moved = {
		kind: 'moved',
		path: path(),
		step: 3,
		from: path(),
		confirmation: 'not checked',
	} as const;
	const found: Whereabouts = {
		stage: 0,
		path: at,
		isThere: random() < 0.5,
		links: [
			moved,
			link,
			{
				kind: 'base',
				path: path(),
				step: 0,
				base: {kind: 'image', reference: next()},
			},
		],
		course: {path: path(), links: [moved], fate: {kind: 'deleted', step: 3}},
		names: [{path: path(), links: [moved], fate: {kind: 'there'}}],
		arrivals: [
			{
				stage: 2,
				path: path(),
				links: [link],
				fate: oneOf([{kind: 'there'}, {kind: 'overwritten', step: 7}], random),
			},
		],
		below: [{path: path(), step: 7, stage: 2}],
		readers: [3],
		open: [2],
	};
	const width = oneOf(widths, random);
	const whereFrom = {
		...noWhere,
		status: {kind: 'ready'} as const,
		items: whereItems(program, next(), found),
	};
	return [
		{
			text: whyText(program, at, found, {
				color: false,
				unicode: random() < 0.5,
				columns: width,
				room: 40,
			}),
			as: 'lines',
		},
		{text: whyJson(program, at, found), as: 'json'},
		...screenOf('where-from', {type: 'where-from', whereFrom}, width),
	];
};

/** What stands in filesystems. */
export const fileSurfaces: Readonly<Record<string, Surface>> = {
	files,
	differences,
	whereabouts,
};
