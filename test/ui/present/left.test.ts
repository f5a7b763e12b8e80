import {expect, test} from 'vitest';
import {
	type StepLayer,
	accountOf,
	imageParts,
	madeParts,
} from '../../../source/filesystem/provenance/layers.js';
import {filesOf} from '../../../source/filesystem/provenance/left-behind.js';
import {asBytePath, bytePathFromText} from '../../../source/text/byte-path.js';
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
import {programOf} from '../program.js';
import {dockerfile, sceneOf, textsOf} from '../scene.js';

const program = programOf(dockerfile);
const base = {
	name: 'golang:1.24',
	stages: ['builder'],
	size: 612e6,
	shipped: 0,
	isInFinal: false,
};

const wrote = (step: number, names: ReadonlyArray<readonly [string, number]>) =>
	({
		step,
		written: names.map(([name, bytes]) => ({
			path: bytePathFromText(name),
			bytes,
			file: name,
			earlier: [],
			looksSame: false,
		})),
		removed: [],
		unseen: 0,
		isBrought: false,
	}) satisfies StepLayer;

async function example(): Promise<Outline> {
	const {stayedFiles, ...parts} = madeParts(
		accountOf([
			wrote(2, [['src/old.go', 500]]),
			{
				...wrote(3, [
					['app', 12_400_000],
					['root/.cache/a', 90_000_000],
					...Array.from(
						{length: 12},
						(_, index) =>
							[
								`root/.cache/b/${String.fromCodePoint(97 + index)}`,
								1000,
							] as const,
					),
					['root/.cache/日本\n\u001B[2J', 58_000_000],
					['src/main.go', 2100],
				]),
				removed: [bytePathFromText('src/old.go')],
			},
		]),
		(_, path) => path === 'app',
	);
	const account = accountOf([
		wrote(6, [['old', 9000]]),
		{
			...wrote(7, [
				['app', 12_400_000],
				['var/lib/apt/lists/x', 5000],
			]),
			removed: [bytePathFromText('old')],
		},
	]);
	const final = await imageParts(account, [], null);
	return outlineOf(
		leftOutline(program, {
			stages: new Map([
				[
					0,
					{
						...parts,
						label: 'builder',
						base: 'golang:1.24',
						stayed: filesOf(
							stayedFiles.map(({names, bytes}) => ({path: names[0]!, bytes})),
						),
					},
				],
			]),
			bases: [base],
			final: {
				parts: final,
				found: filesOf([
					{path: asBytePath('var/lib/apt/lists/x'), bytes: 5000},
				]),
				unreadPackages: null,
				writers: new Map(),
				duplicates: [
					{paths: [asBytePath('a'), asBytePath('b\r')], size: 70_000},
				],
				hidden: final.hiddenFiles,
				unseen: [],
				advice: [
					{step: 7, command: 'rm -rf /var/lib/apt/lists/*', bytes: 5000},
				],
				secrets: {
					found: [
						{
							kind: 'configuration',
							secret: {kind: 'build argument', name: 'TOKEN'},
							where: 'history',
						},
					],
					tooShort: [],
					unread: {files: 0, bytes: 0},
				},
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
						stages: [
							{
								label: 'builder',
								made: 160.4e6,
								shipped: 12.4e6,
								stayed: 148e6,
								deleted: 500,
							},
						],
						bases: [base],
						final: {size: 12.4e6, hidden: 9000},
						isExact: true,
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
		' builder made 160.4 MB → final 12.4 MB, 9.0 kB of it hidden in lower layers:',
		' 760.0 MB left behind, 612.0 MB of it from golang:1.24',
		'▌▾ builder  left behind of 160.4 MB made                   15 files  148.0 MB',
		'   ▸ package cache                                         14 files  148.0 MB',
		'   ▸ sources                                                 1 file    2.1 kB',
		'     shipped  to final                                       1 file   12.4 MB',
		'     deleted again  by later steps of the stage              1 file     500 B',
		' ▾ base images  left behind, each once                               612.0 MB',
		'     golang:1.24  of builder                                         612.0 MB',
		' ▾ final  12.4 MB to be seen, 9.0 kB hidden                           12.4 MB',
		'   ▸ secrets that whoever has the image can read',
		'   ▸ package lists                                           1 file    5.0 kB',
		'     rm -rf /var/lib/apt/lists/* in line 11 would save 5.0 kB',
		'   ▸ same contents more than once                            1 file   70.0 kB',
		'   ▸ hidden by later steps, still in a lower layer           1 file    9.0 kB',
	]);
});

test('a group opens down to its files, whose names stay in their columns', async () => {
	let outline = toggledInOutline(movedInOutline(await example(), 1));
	outline = toggledInOutline(movedInOutline(outline, 4));
	expect(rowsOf(outline).slice(3, 9)).toEqual([
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
		'       old  deleted by final:1 (line 11)             9.0 kB',
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
