import {describe, expect, test} from 'vitest';
import {jsonPrinter} from '../../source/prompt/json-printer.js';
import type {BuildEvent} from '../../source/engine/port.js';
import {EngineError} from '../../source/errors.js';
import {
	type StoreOptions,
	openStore,
	runToEnd,
	stepWith,
} from '../debugger/programs.js';
import {failureWith} from '../ui/failures.js';

const make = stepWith('RUN make');

/** Returns the lines that a session prints until it is at an end, letting it go on at each pause. */
async function print(options: StoreOptions): Promise<readonly string[]> {
	const store = openStore(options);
	const lines: string[] = [];
	store.onEvent(
		jsonPrinter(text => {
			expect(text.endsWith('\n')).toBe(true);
			lines.push(text.slice(0, -1));
		}),
	);
	await store.start();
	await runToEnd(store);

	return lines;
}

/** Without the time that each has. */
const parse = (lines: readonly string[]): readonly unknown[] =>
	lines.map(line => {
		const {time, ...event} = JSON.parse(line) as {time: string};
		expect(time).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/v);
		return event;
	});

async function printRun(
	...events: readonly BuildEvent[]
): Promise<readonly string[]> {
	const lines = await print({
		policy: 'never',
		build: {
			async *run() {
				yield* events;
				yield {type: 'reached'};
			},
		},
	});
	return lines.slice(2, -2);
}

const loaded = {
	event: 'loaded',
	target: 'final',
	stages: [
		{index: 0, name: 'builder', needed: true, used: true},
		{index: 1, name: 'tests', needed: false, used: false},
		{index: 2, name: 'final', needed: true, used: true},
	],
};

describe('a session as JSON', () => {
	test('is an event per line', async () => {
		const lines = await print({
			steps: {'RUN make': {output: 'one\n'}, COPY: {cached: true}},
		});
		const running = {event: 'phase', phase: 'running'};
		expect(parse(lines)).toEqual([
			loaded,
			{
				event: 'phase',
				phase: 'paused',
				reason: 'entry',
				stage: 'builder',
				before: 'builder:0',
			},
			running,
			{
				event: 'started',
				step: 'builder:0',
				text: 'FROM busybox AS builder',
				line: 1,
			},
			{event: 'done', step: 'builder:0', seconds: 0.1},
			{event: 'started', step: 'builder:2', text: 'RUN make', line: 3},
			{event: 'log', step: 'builder:2', output: 'one\n'},
			{event: 'done', step: 'builder:2', seconds: 0.1},
			{event: 'cached', step: 'builder:3'},
			{
				event: 'phase',
				phase: 'paused',
				reason: 'stage',
				stage: 'final',
				before: 'final:0',
			},
			running,
			{event: 'cached', step: 'final:1'},
			{
				event: 'phase',
				phase: 'paused',
				reason: 'end',
				stage: 'final',
				before: null,
			},
			{event: 'phase', phase: 'finishing'},
			{
				event: 'phase',
				phase: 'finished',
				image: 'sha256:0123456789abcdef',
				tags: ['example:latest'],
				warnings: 0,
			},
		]);
	});

	test('tells a failure', async () => {
		const lines = await print({
			policy: 'never',
			steps: {
				'RUN make': {
					exitCode: 2,
					message: 'exit code: 2',
					state: {kept: false, reason: 'no'},
				},
			},
		});
		expect(parse(lines).at(-1)).toEqual({
			event: 'phase',
			phase: 'failed',
			step: 'builder:2',
			line: 3,
			kind: 'command',
			message: 'exit code: 2',
			advice: null,
			missing: null,
			explanation: null,
			exitCode: 2,
			seconds: 0.1,
			stateKept: false,
			rerun: false,
			warnings: [],
			others: [],
		});
	});

	test('tells a failure of no step', async () => {
		const lines = await print({
			policy: 'never',
			build: {
				async *run() {
					yield {
						type: 'failed',
						failure: failureWith({
							step: null,
							kind: 'disk',
							message: 'no disk',
							advice: 'Make room.',
							exitCode: null,
							seconds: null,
						}),
						others: [
							failureWith({
								step: 3,
								kind: 'source',
								missing: {
									point: {kind: 'context'},
									wanted: 'a',
									directory: '',
									names: ['A'],
									nearMisses: ['A'],
								},
							}),
						],
					};
				},
			},
		});
		expect(parse(lines).at(-1)).toEqual({
			event: 'phase',
			phase: 'failed',
			step: null,
			line: null,
			kind: 'disk',
			explanation: null,
			message: 'no disk',
			advice: 'Make room.',
			missing: null,
			exitCode: null,
			seconds: null,
			stateKept: true,
			rerun: false,
			warnings: [],
			others: [
				expect.objectContaining({
					step: 'builder:3',
					kind: 'source',
					missing: {
						point: 'context',
						wanted: 'a',
						directory: '',
						names: ['A'],
						nearMisses: ['A'],
					},
				}),
			],
		});
	});

	test('tells that the engine is gone', async () => {
		const lines = await print({
			policy: 'never',
			build: {
				// eslint-disable-next-line require-yield -- it is lost before anything happens
				async *run() {
					throw new EngineError('gone');
				},
			},
		});
		expect(parse(lines).at(-1)).toEqual({
			event: 'phase',
			phase: 'broken',
			message: 'gone',
		});
	});

	test('tells what moves', async () => {
		const progress = {
			id: 'a',
			label: 'layer',
			current: 1,
			total: 2,
			finished: false,
		};
		const lines = await printRun(
			{type: 'progress', step: 0, progress},
			{type: 'progress', step: null, progress: {...progress, finished: true}},
		);
		expect(parse(lines)).toEqual([
			{event: 'progress', step: 'builder:0', ...progress},
			{event: 'progress', ...progress, finished: true},
		]);
	});

	test('has whole characters however their bytes come', async () => {
		const lines = await printRun(
			{type: 'log', step: make, data: Uint8Array.of(0xc3)},
			{type: 'log', step: make, data: Uint8Array.of(0xbc)},
		);
		expect(
			parse(lines)
				.map(line => (line as {output: string}).output)
				.join(''),
		).toBe('ü');
	});

	test('has no effect on a terminal, and loses nothing', async () => {
		const output =
			'\u001B[2J\r\u007F\u009B2J\u0085\u2028\u202E\u200B\u{E0041}\uFEFFok 日本';
		const [line] = await printRun({
			type: 'log',
			step: make,
			data: new TextEncoder().encode(output),
		});
		expect(line).toMatch(/^[\p{L}\p{N}\p{P}\p{S} ]+$/v);
		expect(parse([line!])).toEqual([
			{
				event: 'log',
				step: 'builder:2',
				output,
			},
		]);
	});
});
