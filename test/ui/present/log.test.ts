import {Buffer} from 'node:buffer';
import {describe, expect, test} from 'vitest';
import {StepLog} from '../../../source/debugger/session/log.js';
import {logRows} from '../../../source/ui/present/log-lines.js';
import {findLine, presentLog} from '../../../source/ui/present/log.js';
import type {Scene} from '../../../source/ui/present/scene.js';
import {themeFor} from '../../../source/ui/present/theme.js';
import {type SceneOptions, done, now, sceneOf, textsOf} from '../scene.js';

const theme = themeFor({LANG: 'C.UTF-8'});
const running: SceneOptions = {
	events: [{type: 'end-of-stage'}, {type: 'started', step: 3, at: now}],
};

function shown(scene: Scene, width = 40, height = 4) {
	const {rows, label, position} = presentLog(scene, width, height);
	return {lines: textsOf(rows), label, position};
}

function logOf(text: string): StepLog {
	const log = new StepLog();
	log.append(Buffer.from(text));
	return log;
}

function numbered(count: number, word = 'line'): string {
	return Array.from({length: count}, (_, index) => `${word} ${index}\n`).join(
		'',
	);
}

describe('the log', () => {
	test('follows what is printed', () => {
		expect(shown(sceneOf({...running, logs: {3: numbered(1204)}}))).toEqual({
			lines: [' line 1200', ' line 1201', ' line 1202', ' line 1203'],
			label: 'builder:3 · RUN go build -o /app',
			position: '1,204 lines',
		});
	});

	test('stays where the user scrolled to', () => {
		const view = [{type: 'scroll-log', step: 3, line: 10}] as const;
		expect(
			shown(sceneOf({...running, logs: {3: numbered(100)}, view})),
		).toMatchObject({
			lines: [' line 10', ' line 11', ' line 12', ' line 13'],
			position: '11-14 of 100',
		});
	});

	test('cuts long lines, and moves to the right', () => {
		const logs = {3: `${'0123456789'.repeat(3)}\n\tindented\n`};
		expect(shown(sceneOf({...running, logs}), 20).lines).toEqual([
			' 01234567890123456…',
			'         indented',
		]);
		const view = [
			{type: 'focus', page: 'log'},
			{type: 'shift', cells: 8},
		] as const;
		expect(shown(sceneOf({...running, logs, view}), 20).lines).toEqual([
			' 89012345678901234…',
			' indented',
		]);
	});

	test('says why there is nothing', () => {
		const select = (step: number) =>
			[{type: 'select', selection: {kind: 'step', step}}] as const;
		const why = (options: SceneOptions) => shown(sceneOf(options), 80).lines;
		expect(why({view: select(1)})).toEqual([' It has not run yet.']);
		expect(why(running)).toEqual([' No output yet.']);
		expect(why({view: select(5)})).toEqual([
			' The target does not need it: it does not run.',
		]);
		expect(
			why({events: [{type: 'next'}, ...done(0)], view: select(1)}),
		).toEqual([' It has not run yet.']);
		expect(
			why({
				events: [{type: 'next'}, ...done(0), {type: 'next'}, ...done(1)],
				view: select(1),
			}),
		).toEqual([' It printed nothing.']);
		expect(
			why({
				events: [{type: 'next'}, {type: 'cached', step: 0}, {type: 'reached'}],
				view: [{type: 'select', selection: {kind: 'stage', stage: 0}}],
			}),
		).toEqual([
			' It came from the cache: what it printed back then is not kept.',
		]);
	});

	test('of a stage is that of what runs in it, or of the last that printed something', () => {
		const view = [
			{type: 'select', selection: {kind: 'stage', stage: 0}},
		] as const;
		const logs = {1: 'from 1\n', 2: 'from 2\n', 3: 'from 3\n'};
		expect(shown(sceneOf({...running, logs, view})).lines).toEqual([' from 3']);
		expect(shown(sceneOf({logs: {1: 'from 1\n'}, view})).lines).toEqual([
			' from 1',
		]);
	});

	test('marks what the search found', () => {
		const scene = sceneOf({
			...running,
			logs: {3: 'a FAIL and a fail (x)\n'},
			view: [{type: 'search', text: 'fail'}],
		});
		const matches = (it: Scene) =>
			presentLog(it, 40, 4)
				.rows[0]!.filter(segment => segment.style === 'match')
				.map(segment => segment.text);
		expect(matches(scene)).toEqual(['FAIL', 'fail']);
		expect(
			matches({
				...scene,
				view: {...scene.view, search: 'FAIL'},
			}),
		).toEqual(['FAIL']);
		expect(
			matches({
				...scene,
				view: {...scene.view, search: '(x)'},
			}),
		).toEqual(['(x)']);
	});
});

describe('a log that is too long to be kept', () => {
	const log = logOf(numbered(400_000));
	const rows = logRows(log);

	test('is its beginning, one row for the rest, and its tail', () => {
		expect(log.droppedCount).toBeGreaterThan(100_000);
		expect(rows.count).toBe(400_000 - log.droppedCount + 1);
		const gap = rows.rowOf(log.lineCount - 1 - log.droppedCount);
		expect(gap).toBeLessThan(rows.count);
		expect(rows.lineAt(0)).toBe(0);
		expect(rows.lineAt(rows.count - 1)).toBe(399_999);
		const marker = Array.from({length: rows.count}, (_, row) =>
			rows.lineAt(row),
		).indexOf(-1);
		expect(log.line(rows.lineAt(marker - 1))).toBe(`line ${marker - 1}`);
		expect(rows.lineAt(marker + 1)).toBe(marker + log.droppedCount);
		expect(rows.rowOf(marker + 5)).toBe(marker);
		expect(rows.rowOf(399_999)).toBe(rows.count - 1);
		expect(rows.rowOf(marker - 1)).toBe(marker - 1);

		const scene = {
			...sceneOf({
				...running,
				view: [{type: 'scroll-log', step: 3, line: marker - 1}],
			}),
			logOf: () => log,
		};
		expect(shown(scene, 60, 3).lines).toEqual([
			` line ${marker - 1}`,
			` … ${log.droppedCount.toLocaleString('en-US')} lines let go, there were too many`,
			` line ${marker + log.droppedCount}`,
		]);
	});

	test('is searched in what is left of it', () => {
		expect(findLine(log, 'line 399999', theme, {from: 0, direction: 1})).toBe(
			399_999,
		);
		expect(
			findLine(log, 'line 200', theme, {from: 399_999, direction: 1}),
		).toBe(200);
	});

	test('takes no longer to draw than a short one', () => {
		const scene = {...sceneOf(running), logOf: () => log};
		let reads = 0;
		const counting = new Proxy(log, {
			get(target, name) {
				if (name === 'line') {
					reads++;
				}

				const value: unknown = Reflect.get(target, name, target);
				return typeof value === 'function'
					? (value.bind(target) as unknown)
					: value;
			},
		});
		presentLog(scene, 40, 20);
		presentLog({...scene, logOf: () => counting}, 40, 20);
		const first = reads;
		presentLog({...scene, logOf: () => counting}, 40, 20);
		expect(reads - first).toBe(20);
	});
});

describe('search', () => {
	const log = logOf('alpha\nbeta\nAlpha two\ngamma\n');

	test('finds the nearest line, and goes on at the other end', () => {
		expect(findLine(log, 'alpha', theme, {from: 0, direction: 1})).toBe(0);
		expect(findLine(log, 'alpha', theme, {from: 1, direction: 1})).toBe(2);
		expect(findLine(log, 'alpha', theme, {from: 3, direction: 1})).toBe(0);
		expect(findLine(log, 'alpha', theme, {from: 1, direction: -1})).toBe(0);
		expect(findLine(log, 'alpha', theme, {from: -1, direction: -1})).toBe(2);
		expect(findLine(log, 'Alpha', theme, {from: 0, direction: 1})).toBe(2);
	});

	test('takes special characters as they are', () => {
		expect(
			findLine(logOf('a.c\n[a-z]*\n'), '[a-z]*', theme, {
				from: 0,
				direction: 1,
			}),
		).toBe(1);
		expect(
			findLine(logOf('abc\na.c\n'), 'a.c', theme, {from: 0, direction: 1}),
		).toBe(1);
	});

	test('finds nothing', () => {
		expect(findLine(log, 'delta', theme, {from: 0, direction: 1})).toBe(-1);
		expect(
			findLine(new StepLog(), 'delta', theme, {from: 0, direction: 1}),
		).toBe(-1);
	});
});
