import {expect, test} from 'vitest';
import type {Change} from '../../../source/filesystem/compare/change.js';
import {changeTree} from '../../../source/filesystem/compare/change-tree.js';
import {asBytePath, bytePathFromText} from '../../../source/text/byte-path.js';
import {
	changesViewOf,
	filteredView,
	movedToChange,
	toggledChange,
	withNextKind,
} from '../../../source/ui/files/changes-view.js';
import {plainLine} from '../../../source/ui/files/diff-line.js';
import {type DiffView, noDiff} from '../../../source/ui/files/diff-view.js';
import {presentDiff} from '../../../source/ui/present/diff.js';
import {entryOf} from '../files/entries.js';
import {done, sceneOf, textsOf} from '../scene.js';

function change(path: string, from: number | null, to: number | null): Change {
	const entry = (size: number | null) =>
		size === null ? null : entryOf(path, size);
	return {
		path: bytePathFromText(path),
		kind: from === null ? 'added' : to === null ? 'removed' : 'changed',
		from: entry(from),
		to: entry(to),
		aspects: from === null || to === null ? [] : ['contents'],
		bytes: {from: from ?? 0, to: to ?? 0},
	};
}

const tree = changeTree([
	change('etc/passwd', 100, 120),
	change('evil\n\u001B[2J', null, 5),
	change('out/app', 12_400_000, null),
	change('out/日本', 7, null),
	change('usr/go/a', 600_000, null),
	change('usr/go/b', 12_000, null),
]);

const shown: DiffView = {
	...noDiff,
	pair: {from: {kind: 'stage', stage: 0}, to: {kind: 'final'}},
	preset: 'final',
	names: ['builder', 'final'],
	status: {kind: 'ready'},
	changes: changesViewOf(tree),
	timeChangeCount: 1200,
};

function present(diff: DiffView, width = 84, left = 0) {
	return presentDiff(
		sceneOf({
			policy: 'never',
			events: done(0, 1, 2, 3, 6, 7, 8),
			view: [
				{type: 'select', selection: {kind: 'stage', stage: 0}},
				{type: 'focus', page: 'diff'},
				{type: 'shift', cells: left},
				{type: 'diff', diff},
			],
		}),
		width,
		20,
	);
}

test('a comparison names what can be compared, sums up, and has both sizes side by side', () => {
	const {rows, label} = present(shown);
	expect(textsOf(rows)).toEqual([
		' 1 step ┤2 final├ 3 base  4 last session  5 points                before      after',
		' 4 removed (13.0 MB) · 1 added (5 B) · 1 changed (120 B) · 1,200 with another time',
		' only',
		'▌▸ out/                                        −       2 files   12.4 MB',
		' ▸ usr/go/                                     −       2 files  612.0 kB',
		'   etc/passwd  contents 100 B → 120 B          ~                   100 B      120 B',
		String.raw`   evil\n\x1b[2J                               +                                5 B`,
	]);
	expect(label).toBe('builder → final');
});

test('a narrow one has the larger size; names of any width leave it in its column', () => {
	expect(
		textsOf(
			present({...shown, changes: toggledChange(shown.changes!)}, 50).rows,
		).slice(3, 7),
	).toEqual([
		'▌▾ out/                              −    12.4 MB',
		'     app                             −    12.4 MB',
		'     日本                            −        7 B',
		' ▸ usr/go/                           −   612.0 kB',
	]);
});

test('what a copy takes into the target under another name is told so', () => {
	const app = {
		...change('out/app', 12_400_000, null),
		shippedTo: {
			path: asBytePath('bin/a\r'),
			step: 7,
			from: 0,
			entry: entryOf('bin/a', 12_300_000),
		},
	};
	const shipped: DiffView = {
		...shown,
		inPlace: {files: 2, bytes: 7},
		changes: movedToChange(
			changesViewOf(changeTree([app, change('out/日本', 7, null)])),
			0,
		),
	};
	expect(textsOf(present(shipped).rows).slice(1)).toEqual([
		' 1 left behind (7 B) · 1 shipped (12.4 MB) · 2 shipped in place (7 B) · 1,200 with',
		' another time only',
		String.raw`▌  out/app  → /bin/a\r  COPY, line 11          →                 12.4 MB    12.3 MB`,
		'   out/日本                                    −                     7 B',
	]);
	expect(textsOf(present(shipped, 130).rows)[2]).toContain(
		String.raw`out/app  → /bin/a\r  COPY --from=builder (Dockerfile:11) `,
	);
	const only = withNextKind(withNextKind(shipped.changes!));
	expect(present({...shipped, changes: only}).position).toBe(
		'only left behind · 1 of 1',
	);
	const next = present({...shipped, changes: withNextKind(only)});
	expect(next.position).toBe('only shipped · 1 of 1');
});

test('of the last session it is said that contents are not compared', () => {
	const earlier: DiffView = {
		...shown,
		pair: {...shown.pair!, earlier: 1_700_000_000_000},
		changes: changesViewOf(changeTree([])),
	};
	expect(textsOf(present(earlier, 100).rows).slice(1)).toEqual([
		' No difference · 1,200 of the same size with another time · contents are not compared',
	]);
});

test('a filter leaves what is named so, with sums of that, and says so', () => {
	const of = (filter: string) =>
		textsOf(
			present({...shown, changes: filteredView(shown.changes!, filter)}).rows,
		).slice(1);
	expect(of('go')).toEqual([
		" 2 removed (612.0 kB) like 'go', of 6 in all",
		'▌▸ usr/go/                                     −       2 files  612.0 kB',
	]);
	expect(of('*s*')).toEqual([
		" 2 removed (612.0 kB) · 1 changed (120 B) like '*s*', of 6 in all",
		'▌▸ usr/go/                                     −       2 files  612.0 kB',
		'   etc/passwd  contents 100 B → 120 B          ~                   100 B      120 B',
	]);
	expect(of('\u0007')).toEqual([
		String.raw` No name that differs is like '\x07': Esc shows all`,
	]);
});

test('how a file differs has the numbers of its lines, and moves sideways', () => {
	const file = {
		name: 'etc/passwd',
		top: 1,
		lines: [
			plainLine('@', '@@ -9,2 +9,2 @@'),
			plainLine(' ', 'same\u0007', 9),
			plainLine('-', 'the old one', 10),
			{
				sign: '+',
				number: 10,
				parts: [
					{text: 'the ', isChanged: false},
					{text: 'new', isChanged: true},
					{text: ' one', isChanged: false},
				],
			} as const,
			plainLine('@', String.raw`\ No newline`),
		],
	};
	const {rows, label, position} = present({...shown, file});
	expect(textsOf(rows)).toEqual([
		String.raw`  9   same\x07`,
		' 10 - the old one',
		' 10 + the new one',
		String.raw`      \ No newline`,
	]);
	expect(rows[2]!.find(({text}) => text === 'new')?.style).toBe('match');
	expect(label).toBe('/etc/passwd  builder → final');
	expect(position).toBe('2-5 of 5');
	expect(textsOf(present({...shown, file}, 84, 6).rows)[2]).toBe(' 10 + w one');
});

test('what can not be compared now is still named', () => {
	expect(textsOf(present(noDiff).rows)).toEqual([
		' 1 step  2 final  3 base  4 last session  5 points',
		' d compares what is selected.',
	]);
	expect(
		textsOf(
			present({...noDiff, status: {kind: 'failed', reason: 'No\u001B[0m.'}})
				.rows,
		)[1],
	).toBe(' No.');
});
