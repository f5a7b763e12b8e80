import {describe, expect, test} from 'vitest';
import {presentBody} from '../../../source/ui/present/body.js';
import {presentBottom} from '../../../source/ui/present/bottom.js';
import {presentHeader} from '../../../source/ui/present/header.js';
import {helpLength, presentHelp} from '../../../source/ui/present/help.js';
import type {Scene} from '../../../source/ui/present/scene.js';
import {layoutFor} from '../../../source/ui/present/layout.js';
import {EngineError} from '../../../source/errors.js';
import {keyTable} from '../../../source/ui/keys.js';
import {
	type SceneOptions,
	done,
	now,
	sceneOf,
	textOf,
	textsOf,
} from '../scene.js';

const header = (options: SceneOptions, width = 90) =>
	textOf(presentHeader(sceneOf(options), width));
const bottom = (options: SceneOptions, width = 92) =>
	textsOf(presentBottom(sceneOf(options), width));

describe('the header', () => {
	test.each<[string, SceneOptions, string]>([
		['loading', {events: null}, '⠿ loading'],
		['paused at the start', {}, '⏸ paused before builder:0'],
		[
			'paused at the end of a stage',
			{events: [{type: 'end-of-stage'}, ...done(0, 1, 2, 3)]},
			'⏸ paused at the end of builder',
		],
		[
			'at a breakpoint',
			{breakpoints: ['4'], events: [{type: 'continue'}, ...done(0, 1, 2)]},
			'● breakpoint before builder:3',
		],
		[
			'running',
			{events: [{type: 'next'}, {type: 'started', step: 0, at: now - 75_000}]},
			'◐ running builder:0 · 1 m 15 s',
		],
		[
			'several at once',
			{
				policy: 'never',
				events: [
					{type: 'started', step: 2, at: now - 2000},
					{type: 'started', step: 3, at: now - 3000},
				],
			},
			'◐ running 2 steps · 3.0 s',
		],
		[
			'canceling',
			{
				events: [
					{type: 'next'},
					{type: 'started', step: 0, at: now},
					{type: 'interrupt'},
				],
			},
			'◐ canceling',
		],
		[
			'broken off',
			{events: [{type: 'broken', error: new Error('a fault')}]},
			'✖ not loaded',
		],
		[
			'without an engine',
			{events: [{type: 'broken', error: new EngineError('gone')}]},
			'✖ no engine',
		],
	])('%s', (_, options, state) => {
		const line = header(options);
		expect(line.endsWith(state.replace('⠿', '◐'))).toBe(true);
	});

	test('says what is built with what; what matters least goes first', () => {
		expect(header({})).toBe(
			' mstage  Dockerfile → final   docker 28.5.2 · BuildKit          ⏸ paused before builder:0',
		);
		expect(header({}, 70)).toBe(
			' mstage  Dockerfile → final                 ⏸ paused before builder:0',
		);
		expect(header({}, 50)).toBe(
			' Dockerfile → final     ⏸ paused before builder:0',
		);
		expect(header({}, 40)).toBe(' Dockerfile … ⏸ paused before builder:0');
		expect(header({}, 20)).toBe(' ⏸ paused before bu…');
	});
});

function sceneAt(address: string): Scene {
	const scene = sceneOf({});
	const {state} = scene.session;
	return {
		...scene,
		session: {
			...scene.session,
			state: {...state, engine: {...state.engine, address}},
		},
	};
}

describe('where the engine is', () => {
	test.each([
		['unix:///var/run/docker.sock', '   docker 28.5.2 · BuildKit  '],
		['unix:///run/other.sock', ' · BuildKit at /run/other.sock  '],
		['tcp://build:2376/', ' · BuildKit at build:2376  '],
		['ssh://me@build', ' · BuildKit at ssh://me@build  '],
		['tcp://\u001B[2Jx', String.raw` · BuildKit at \x1b[2Jx  `],
	])('%j', (address, expected) => {
		expect(textOf(presentHeader(sceneAt(address), 130))).toContain(expected);
	});

	test.each([
		[
			'tcp://build:2376',
			95,
			' Dockerfile → final   docker 28.5.2 · BuildKit at build:2376 ',
		],
		['tcp://build:2376', 70, ' Dockerfile → final at build:2376 '],
		[
			'unix:///run/other.sock',
			85,
			' mstage  Dockerfile → final   docker 28.5.2 · BuildKit ',
		],
	])(
		'%s is told in %i columns if it is another machine',
		(address, width, start) => {
			const line = textOf(presentHeader(sceneAt(address), width));
			expect(line.startsWith(start)).toBe(true);
			expect(line.endsWith('paused before builder:0')).toBe(true);
		},
	);
});

describe('the last line', () => {
	test('is the keys, those that can not be used last and faint', () => {
		expect(bottom({})).toEqual([
			' c continue  n next  e end of stage  b break  s shell  l log  f files  ? help  q quit',
		]);
		expect(bottom({}, 60)).toEqual([
			' c continue  n next  e end of stage  b break  ? help  q quit',
		]);
		const running: SceneOptions = {
			events: [{type: 'next'}, {type: 'started', step: 0, at: now}],
		};
		expect(bottom(running, 60)).toEqual([
			' b break  s shell  l log  f files  / search  ? help  q quit',
		]);
		const row = presentBottom(sceneOf(running), 200)[0]!;
		expect(row.find(({text}) => text === 'c')?.style).toBe('faint');
		expect(row.find(({text}) => text === 'b')?.style).toBe('key');
	});

	test('is a message until the next key, in as many lines as it needs', () => {
		const text = 'The build is running: Ctrl-C pauses it.';
		const view = [{type: 'message', message: {kind: 'note', text}}] as const;
		expect(bottom({view})).toEqual([` ${text}`]);
		expect(bottom({view}, 25)).toEqual([
			' The build is running:',
			' Ctrl-C pauses it.',
		]);
	});

	test('is what is being searched for', () => {
		expect(
			bottom({
				view: [
					{
						type: 'type',
						typing: {purpose: 'search', text: 'fa il', problem: null},
					},
				],
			}),
		).toEqual([' /fa il   Enter searches, Esc gives up']);
	});

	test('is what is waited for', () => {
		expect(
			bottom({view: [{type: 'busy', text: 'opening a shell: final'}]}),
		).toEqual([' ◐ opening a shell: final  Ctrl-C gives up']);
	});
});

describe('the help', () => {
	test('has every key once', () => {
		const text = textsOf(presentHelp(sceneOf(), 100, 100).rows).join('\n');
		for (const binding of keyTable) {
			expect(text).toContain(binding.description);
		}

		expect(presentHelp(sceneOf(), 100, 100).rows).toHaveLength(
			helpLength(sceneOf(), 100),
		);
		expect(text.split('\n').slice(0, 4)).toEqual([
			' Build',
			'   c                   Continue to the next pause; at the end, finish the build',
			'   n                   Run the next instruction',
			'   e                   Run to the end of this stage',
		]);
	});

	test('scrolls to its end and no further', () => {
		const {rows, position} = presentHelp(
			sceneOf({view: [{type: 'help', top: 1000}]}),
			80,
			10,
		);
		const length = helpLength(sceneOf(), 80);
		expect(textsOf(rows).at(-1)).toMatch(/^ {3}q +Quit/v);
		expect(position).toBe(`${length - 9}-${length} of ${length}`);
	});
});

describe('what moves besides the steps', () => {
	test.each([
		[
			{current: 12_400_000, total: 68_000_000},
			'─ pulling golang:1.24  12.4 MB of 68.0 MB ─',
		],
		[{current: 12_400_000, total: 0}, '─ pulling golang:1.24  12.4 MB ─'],
		[{current: 0, total: 0}, '─ pulling golang:1.24 ─'],
	])('stands in the lower border: %j', (amount, text) => {
		const scene = sceneOf({
			progress: [
				{id: '1', label: 'pulling golang:1.24', finished: false, ...amount},
			],
		});
		const columns = presentBody(scene, layoutFor({rows: 20, columns: 120}, 1));
		expect(textOf(columns[1]!.rows.at(-1)!)).toContain(text.slice(1, -1));
	});
});
