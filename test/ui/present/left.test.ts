import {expect, test} from 'vitest';
import {
	leftBehind,
	leftIn,
} from '../../../source/filesystem/provenance/left-behind.js';
import {asBytePath} from '../../../source/text/byte-path.js';
import {leftOutline} from '../../../source/ui/files/left-outline.js';
import {noLeft} from '../../../source/ui/files/left-view.js';
import {
	type Outline,
	movedInOutline,
	outOfOutline,
	outlineOf,
	toggledInOutline,
} from '../../../source/ui/files/outline.js';
import {presentLeft} from '../../../source/ui/present/left.js';
import type {ViewAction} from '../../../source/ui/view-state.js';
import {entryOf, listingOf} from '../files/entries.js';
import {programOf} from '../program.js';
import {dockerfile, sceneOf, textsOf} from '../scene.js';

const program = programOf(dockerfile);

async function example(): Promise<Outline> {
	const stage = await leftBehind(
		listingOf(
			entryOf('app', 12_400_000),
			entryOf('etc/passwd', 300),
			entryOf('root/.cache/a', 90_000_000),
			...Array.from({length: 12}, (_, index) =>
				entryOf(`root/.cache/b/${String.fromCodePoint(97 + index)}`, 1000),
			),
			entryOf('root/.cache/日本\n\u001B[2J', 58_000_000),
			entryOf('src/main.go', 2100),
		),
		listingOf(entryOf('etc/passwd', 300)),
		path => path === 'app',
	);
	const found = await leftIn(
		listingOf(entryOf('app', 12_400_000), entryOf('var/lib/apt/lists/x', 5000)),
	);
	return outlineOf(
		leftOutline(program, {
			stages: new Map([[0, {...stage, label: 'builder'}]]),
			final: {
				...found,
				duplicates: [
					{paths: [asBytePath('a'), asBytePath('b\r')], size: 70_000},
				],
				hidden: [
					{path: asBytePath('old'), bytes: 9000, how: 'deleted', step: 7},
				],
			},
		}),
	);
}

function rowsOf(
	outline: Outline | null,
	width = 78,
	actions: readonly ViewAction[] = [],
): readonly string[] {
	const leftBehind = {...noLeft, status: {kind: 'ready'} as const, outline};
	const scene = sceneOf({
		view: [
			{
				type: 'left-behind',
				leftBehind: {
					...leftBehind,
					sizes: {
						stages: [{label: 'builder', size: 812e6, stayed: 799.6e6}],
						final: 12.4e6,
					},
				},
			},
			{type: 'focus', page: 'left-behind'},
			...actions,
		],
	});
	return textsOf(presentLeft(scene, width, 30).rows);
}

test('what is left behind is grouped by what it is, the largest first, with the sums above', async () => {
	expect(rowsOf(await example())).toEqual([
		' builder 812.0 MB → final 12.4 MB: 799.6 MB left behind',
		'▌▾ builder  left behind                                    16 files  148.0 MB',
		'   ▸ package cache                                         14 files  148.0 MB',
		'   ▸ sources                                                 1 file    2.1 kB',
		'     from its base image golang:1.24                         1 file     300 B',
		'     shipped  to final                                       1 file   12.4 MB',
		' ▾ final  looks left in by mistake (of 12.4 MB in 2 files)            84.0 kB',
		'   ▸ package lists                                           1 file    5.0 kB',
		'   ▸ same contents more than once                            1 file   70.0 kB',
		'   ▸ hidden by later steps, still in a lower layer           1 file    9.0 kB',
	]);
});

test('a group opens down to its files, whose names stay in their columns', async () => {
	let outline = toggledInOutline(movedInOutline(await example(), 1));
	outline = toggledInOutline(movedInOutline(outline, 4));
	expect(rowsOf(outline).slice(2, 8)).toEqual([
		'   ▾ package cache                                         14 files  148.0 MB',
		'       root/.cache/a                                                  90.0 MB',
		String.raw`       root/.cache/日本\n\x1b[2J                                      58.0 MB`,
		'▌    ▾ root/.cache/b/                                      12 files   12.0 kB',
		'         a                                                             1.0 kB',
		'         b                                                             1.0 kB',
	]);
	const out = outOfOutline(outOfOutline(movedInOutline(outline, 6)));
	expect(out.rows[out.cursor]!.node.name).toBe('root/.cache/b/');
	expect(out.rows).toHaveLength(outline.rows.length - 12);
});

test('what has the same contents, or is still in a lower layer, says where and why', async () => {
	const outline = await example();
	const last = outline.rows.length - 1;
	const open = toggledInOutline(
		movedInOutline(toggledInOutline(movedInOutline(outline, last)), last - 1),
	);
	expect(rowsOf(open, 60).slice(-4)).toEqual([
		'▌  ▾ same contents more than once          1 file   70.0 kB',
		String.raw`       a  = b\r                                     70.0 kB`,
		'   ▾ hidden by later steps, still …        1 file    9.0 kB',
		'       old  deleted by final:1, line 11              9.0 kB',
	]);
});

test('what was open and selected stays so when more becomes known', async () => {
	const outline = toggledInOutline(movedInOutline(await example(), 1));
	const again = await example();
	const more = outlineOf(again.roots, outline);
	expect(more.rows.map(({id}) => id)).toEqual(outline.rows.map(({id}) => id));
	expect(more.cursor).toBe(1);
});

test('before and while it is found out, the pane says so', () => {
	const rows = (leftBehind: typeof noLeft): readonly string[] =>
		textsOf(
			presentLeft(sceneOf({view: [{type: 'left-behind', leftBehind}]}), 50, 10)
				.rows,
		);
	expect(rows(noLeft)).toEqual([' L finds out what the stages leave behind.']);
	expect(
		rows({...noLeft, status: {kind: 'loading', place: 'builder\u0007'}}),
	).toEqual([String.raw` ◐ looking through builder\x07  Esc gives up`]);
	expect(
		rows({
			...noLeft,
			status: {kind: 'ready'},
			outline: outlineOf([]),
			missing: ['builder', 'final'],
		}),
	).toEqual([
		' No stage is done that could leave something',
		' behind; not done yet: builder, final',
	]);
});
