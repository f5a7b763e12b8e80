import {expect, test} from 'vitest';
import {diffJson} from '../../source/report/diff/json.js';
import {nameStatus} from '../../source/report/diff/name-status.js';
import {renderDiff} from '../../source/report/diff/text.js';
import {compare} from '../../source/filesystem/compare/comparison.js';
import {
	type BytePath,
	bytePathFromBytes,
	bytePathFromText,
} from '../../source/text/byte-path.js';
import {sanitise} from '../../source/text/sanitise.js';
import {directory, entry, listing} from '../filesystem/listings.js';
import {programOf} from '../ui/program.js';

const style = {
	color: false,
	unicode: true,
	columns: null,
	room: 10,
	sort: 'size',
	paths: [],
	program: null,
	inPlace: null,
} as const;

const points = ['builder', 'final'] as const;
const hostile = 'a\u{1B}]0;title\u{7}\nb\u{202E}';
const noUtf8: BytePath = bytePathFromBytes(Uint8Array.of(0x63, 0xe9));

const sample = async () =>
	compare(
		listing(
			directory('etc'),
			entry('etc/group', {size: 200}),
			directory('out'),
			entry('out/app', {size: 12_400_000}),
			entry(`out/${hostile}`, {size: 1}),
			directory('usr'),
			directory('usr/local'),
			directory('usr/local/go'),
			entry('usr/local/go/a', {size: 600_000_000}),
			entry('usr/local/go/b', {size: 12_400_000}),
		),
		listing(
			directory('bin'),
			entry('bin/app', {size: 12_400_000}),
			{...entry('', {linkTarget: hostile}), path: noUtf8},
			directory('etc'),
			entry('etc/group', {size: 200, mode: 0o600}),
		),
		{differing: async () => new Set()},
	);

test('sums up, heaviest first, in lines that show what is hostile', async () => {
	expect(renderDiff(points, await sample(), style)).toBe(
		[
			'612.4 MB  − usr/local/go/  2 files, compilers and headers',
			' 12.4 MB  − out/  2 files',
			' 12.4 MB  −   app',
			String.raw`     1 B  −   a\x1b]0;title\x07\nb\u202e`,
			' 12.4 MB  + bin/app',
			'   200 B  ~ etc/group  mode 644 → 600',
			String.raw`     0 B  + c\xe9  → a\x1b]0;title\x07\nb\u202e`,
			'builder → final: 4 files removed (624.8 MB), 2 files added (12.4 MB), 1 file changed (200 B)',
			'',
		].join('\n'),
	);
});

test('of a stage and the target: what was left behind, and where the rest went', async () => {
	const program = programOf(
		'FROM busybox AS builder\nFROM scratch\nCOPY --from=builder /out/app /bin/app',
	);
	const comparison = await sample();
	const changes = comparison.changes
		.filter(({path}) => !path.startsWith('bin'))
		.map(change =>
			change.path === 'out/app'
				? {
						...change,
						shippedTo: {
							path: bytePathFromText('bin/app'),
							step: 2,
							from: 0,
							entry: null,
						},
					}
				: change,
		);
	expect(
		renderDiff(
			points,
			{...comparison, changes},
			{...style, program, paths: ['*'], inPlace: {files: 0, bytes: 0}},
		)
			.split('\n')
			.filter(line => /go|app|final/v.test(line)),
	).toEqual([
		'612.4 MB  − usr/local/go/  2 files, compilers and headers',
		' 12.4 MB  →   app  → /bin/app  COPY --from=builder (Dockerfile:3)',
		'builder → final -- *: 3 files left behind (612.4 MB), 1 file shipped (12.4 MB), 1 file added (0 B), 1 file changed (200 B)',
	]);
});

test('fits a narrow terminal, in ASCII where that is all there is', async () => {
	const text = renderDiff(points, await sample(), {
		...style,
		unicode: false,
		columns: 24,
		room: 4,
		sort: 'name',
	});
	expect(text.split('\n').toSpliced(-2, 1)).toEqual([
		' 12.4 MB  + bin/  1 file',
		String.raw`     0 B  + c\xe9  -> a~`,
		'   200 B  ~ etc/group',
		' 12.4 MB  - out/  2 fil~',
		'612.4 MB  - usr/  2 fil~',
		'',
	]);
});

test('says when nothing differs', async () => {
	const tree = listing(directory('etc'), entry('etc/x', {size: 1}));
	const same = await compare(tree, tree, {differing: async () => new Set()});
	expect(renderDiff(points, same, style)).toBe(
		'builder → final: no difference\n',
	);
	const emptied = await compare([directory('a')], [], {
		differing: async () => new Set(),
	});
	expect(renderDiff(points, emptied, style)).toBe(
		'0 B  − a/\nbuilder → final: only directories differ\n',
	);
});

test('a letter and a path for each change', async () => {
	const {changes} = await sample();
	expect(changes.map(change => nameStatus(change)).join('')).toBe(
		[
			'A\tbin',
			'A\tbin/app',
			String.raw`A	c\xe9`,
			'M\tetc/group',
			'D\tout',
			String.raw`D	out/a\x1b]0;title\x07\nb\u202e`,
			'D\tout/app',
			'D\tusr',
			'D\tusr/local',
			'D\tusr/local/go',
			'D\tusr/local/go/a',
			'D\tusr/local/go/b',
			'',
		].join('\n'),
	);
	const replaced = await compare([entry('x')], [directory('x')], {
		differing: async () => new Set(),
	});
	expect(nameStatus(replaced.changes[0]!)).toBe('T\tx\n');
});

test('JSON has every change, and nothing that a terminal acts on', async () => {
	const json = [...diffJson(points, await sample(), true)].join('');
	expect(sanitise(json.replaceAll('\n', ''))).toBe(json.replaceAll('\n', ''));
	const parsed = JSON.parse(json) as {
		changes: Array<Record<string, unknown>>;
		totals: unknown;
	};
	expect(parsed.totals).toEqual({
		added: {files: 2, bytes: 12_400_000},
		removed: {files: 4, bytes: 624_800_001},
		changed: {files: 1, bytes: 200, bytesAfter: 200},
	});
	expect(parsed.changes).toHaveLength(12);
	expect(parsed.changes[2]).toMatchObject({path: 'c\u{DCE9}', kind: 'added'});
	expect(parsed.changes[3]).toMatchObject({
		path: 'etc/group',
		aspects: ['mode'],
		from: {mode: '0644', modified: '1.000000001'},
		to: {mode: '0600'},
	});
});
