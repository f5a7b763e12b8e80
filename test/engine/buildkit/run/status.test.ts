import {create} from '@bufbuild/protobuf';
import {timestampFromMs} from '@bufbuild/protobuf/wkt';
import {beforeEach, describe, expect, onTestFinished, test, vi} from 'vitest';
import {
	type StatusResponse,
	StatusResponseSchema,
	VertexSchema,
} from '../../../../source/engine/buildkit/proto/generated/control_pb.js';
import {StatusTranslator} from '../../../../source/engine/buildkit/run/status.js';

type Report = {
	readonly digest: string;
	readonly inputs?: readonly string[];

	/** In seconds. */
	readonly started?: number;
	readonly completed?: number;
	readonly cached?: boolean;
	readonly error?: string;
};

const at = (seconds: number | undefined) =>
	seconds === undefined ? undefined : timestampFromMs(seconds * 1000);

function vertices(...reports: readonly Report[]): StatusResponse {
	return create(StatusResponseSchema, {
		vertexes: reports.map(({started, completed, inputs = [], ...report}) =>
			create(VertexSchema, {
				...report,
				inputs: [...inputs],
				started: at(started),
				completed: at(completed),
			}),
		),
	});
}

/** `from`, `run`, `copy` are steps 0 to 2 of one stage; `shared` runs for 3 and 5, `link` merges what `file` copied. */
const owners: Readonly<Record<string, readonly number[]>> = {
	from: [0],
	run: [1],
	copy: [2],
	shared: [3, 5],
	file: [4],
	link: [4],
	plain: [6],
};
const endings: Readonly<Record<string, readonly number[]>> = {
	...owners,
	file: [],
};

let translator: StatusTranslator;

beforeEach(() => {
	translator = new StatusTranslator({
		stepsOf: digest => owners[digest] ?? [],
		stepsEndingWith: digest => endings[digest] ?? [],
		startsWhenItRuns: digest => digest === 'plain',
	});
});

/** Returns the events of all these reports, each report a response of its own. */
function translate(...reports: readonly Report[]): readonly unknown[] {
	return reports.flatMap(report => translator.translate(vertices(report)));
}

describe('a vertex', () => {
	test('that isn’t started says nothing', () => {
		expect(translate({digest: 'run'})).toEqual([]);
	});

	test('is a step that starts and is done', () => {
		expect(
			translate(
				{digest: 'run'},
				{digest: 'run', started: 10},
				{digest: 'run', started: 10, completed: 12.5},
			),
		).toEqual([
			{type: 'started', step: 1, at: 10_000},
			{type: 'done', step: 1, seconds: 2.5},
		]);
	});

	test('may start and complete in one report', () => {
		expect(translate({digest: 'run', started: 10, completed: 11})).toEqual([
			{type: 'started', step: 1, at: 10_000},
			{type: 'done', step: 1, seconds: 1},
		]);
	});

	test('is told once, however often it is reported', () => {
		expect(
			translate(
				{digest: 'run', started: 10},
				{digest: 'run', started: 10},
				{digest: 'run'},
				{digest: 'run', started: 10, completed: 11},
				{digest: 'run', started: 10, completed: 11},
				{digest: 'run', started: 20},
				{digest: 'run', started: 20, completed: 25, cached: true},
			),
		).toEqual([
			{type: 'started', step: 1, at: 10_000},
			{type: 'done', step: 1, seconds: 1},
		]);
	});

	test('may start and complete twice in one report', () => {
		expect(
			translator.translate(
				vertices(
					{digest: 'from', started: 10, completed: 10.1},
					{digest: 'from', started: 10.2, completed: 10.3, cached: true},
				),
			),
		).toEqual([
			{type: 'started', step: 0, at: 10_000},
			{type: 'done', step: 0, seconds: 0.1},
		]);
	});

	test('that is cached never starts', () => {
		expect(
			translate(
				{digest: 'run', started: 10, cached: true},
				{digest: 'run', started: 10, completed: 10.1, cached: true},
			),
		).toEqual([{type: 'cached', step: 1}]);
	});

	test('that was seen to start may turn out to be cached', () => {
		expect(
			translate(
				{digest: 'run', started: 10},
				{digest: 'run', started: 10, completed: 10.1, cached: true},
			),
		).toEqual([
			{type: 'started', step: 1, at: 10_000},
			{type: 'cached', step: 1},
		]);
	});

	test('is all the steps that share it', () => {
		expect(translate({digest: 'shared', started: 10, completed: 11})).toEqual([
			{type: 'started', step: 3, at: 10_000},
			{type: 'started', step: 5, at: 10_000},
			{type: 'done', step: 3, seconds: 1},
			{type: 'done', step: 5, seconds: 1},
		]);
	});

	test('that is only a part of a step isn’t its end', () => {
		expect(
			translate(
				{digest: 'file', started: 10, completed: 11},
				{digest: 'link', started: 11, completed: 11.5},
			),
		).toEqual([
			{type: 'started', step: 4, at: 10_000},
			{type: 'started', step: 4, at: 11_000},
			{type: 'done', step: 4, seconds: 0.5},
		]);
	});

	test('of nothing in the Dockerfile is no event', () => {
		expect(translate({digest: 'other', started: 1, completed: 2})).toEqual([]);
	});
});

describe('a failure', () => {
	const failed = {
		digest: 'run',
		started: 10,
		completed: 12,
		error: 'exit code: 1',
	};

	test('is no end of a step, and is known', async () => {
		expect(translate({digest: 'run', started: 10}, failed)).toEqual([
			{type: 'started', step: 1, at: 10_000},
		]);
		expect(await translator.failedVertex('exit code: 1', 1000)).toBe('run');
		expect(translator.secondsOf('run')).toBe(2);
	});

	test('is the first that wasn’t a canceling', async () => {
		translate(
			{digest: 'copy', started: 9, completed: 10, error: 'context canceled'},
			{
				digest: 'from',
				started: 9,
				completed: 10,
				error: 'process "x" did not complete: context canceled: gone',
			},
			failed,
			{...failed, digest: 'shared'},
		);
		expect(await translator.failedVertex('exit code: 1', 1000)).toBe('run');
	});

	test('among several is the one that says the same', async () => {
		translate(failed, {...failed, digest: 'copy', error: '"/x": not found'});
		const vertexOf = async (message: string) =>
			translator.failedVertex(message, 0);
		expect(await vertexOf('"/x": not found')).toBe('copy');
		expect(await vertexOf('on the way: "/x": not found')).toBe('copy');
		expect(await vertexOf('something else')).toBeNull();
	});

	test('has the end of its output, in however many parts that came', () => {
		const texts = ['one', '/bin/sh: ', 'a', 'b', ': not found', '\n'];
		for (const text of texts) {
			translator.translate(
				create(StatusResponseSchema, {
					logs: [{vertex: 'run', msg: new TextEncoder().encode(text)}],
				}),
			);
		}

		expect(translator.tailOf('run')).toBe('one/bin/sh: ab: not found\n');
		expect(translator.tailOf('copy')).toBe('');
		translator.translate(
			create(StatusResponseSchema, {
				logs: [{vertex: 'run', msg: new Uint8Array(5000).fill(0x78)}],
			}),
		);
		expect(translator.tailOf('run')).toBe('x'.repeat(5000));
	});

	test('of another run is forgotten, and its step may run again', async () => {
		translate({digest: 'run', started: 10}, failed);
		translator.forgetEnds();
		expect(await translator.failedVertex('exit code: 1', 0)).toBeNull();
		expect(
			translate(
				{digest: 'run', started: 20},
				{digest: 'run', started: 20, completed: 21},
			),
		).toEqual([
			{type: 'started', step: 1, at: 20_000},
			{type: 'done', step: 1, seconds: 1},
		]);
		expect(translator.secondsOf('run')).toBe(1);
	});

	test('is waited for', async () => {
		const waiting = translator.failedVertex('exit code: 1', 60_000);
		translate(failed);
		expect(await waiting).toBe('run');
	});

	test('is waited for when others are reported before it', async () => {
		translate({...failed, digest: 'copy', error: '"/x": not found'});
		const waiting = translator.failedVertex('exit code: 1', 60_000);
		translate(failed);
		expect(await waiting).toBe('run');
	});

	test('that isn’t reported isn’t waited for beyond the deadline', async () => {
		vi.useFakeTimers();
		try {
			const waiting = translator.failedVertex('exit code: 1', 300);
			await vi.advanceTimersByTimeAsync(300);
			expect(await waiting).toBeNull();
		} finally {
			vi.useRealTimers();
		}
	});
});

describe('the end of a vertex', () => {
	test('is waited for', async () => {
		const waiting = Promise.all([
			translator.completed('run', 60_000),
			translator.completed('run', 60_000),
		]);
		translate({digest: 'run', started: 10, completed: 11});
		await waiting;
		await translator.completed('run', 60_000);
		expect(translator.secondsOf('run')).toBe(1);
	});

	test('that came in an earlier run isn’t waited for', async () => {
		translate({digest: 'run', started: 10, completed: 11});
		translator.forgetEnds();
		await translator.completed('run', 60_000);
		expect(translator.secondsOf('run')).toBe(1);
	});

	test('of a canceling counts', async () => {
		const waiting = translator.completed('run', 60_000);
		translate({
			digest: 'run',
			started: 10,
			completed: 11,
			error: 'context canceled',
		});
		await waiting;
		expect(translator.secondsOf('run')).toBe(1);
	});

	test('is waited for as long as bytes of a report come, whatever it holds', async () => {
		vi.useFakeTimers();
		onTestFinished(() => {
			vi.useRealTimers();
		});
		let received = 0;
		const slow = new StatusTranslator(translator.owners, () => received);
		let isOver = false;
		const waiting = slow.completed('run', 300).then(() => {
			isOver = true;
		});
		for (let beats = 0; beats < 20; beats++) {
			received += 100;
			// eslint-disable-next-line no-await-in-loop -- beat after beat
			await vi.advanceTimersByTimeAsync(200);
		}

		expect(isOver).toBe(false);
		await vi.advanceTimersByTimeAsync(700);
		await waiting;
	});

	test('that was not reported is none of what was seen to start', () => {
		translate({digest: 'run', started: 10});
		expect(translator.runningFor('run')).toBeGreaterThanOrEqual(0);
		expect(translator.runningFor('copy')).toBeNull();
		translate({digest: 'run', started: 10, completed: 11});
		expect(translator.runningFor('run')).toBeNull();
	});

	test('that isn’t known has taken no time', () => {
		translate({digest: 'run', started: 10});
		expect(translator.secondsOf('run')).toBeNull();
		expect(translator.secondsOf('nothing')).toBeNull();
	});
});

// BuildKit reports what something that starts has for inputs as cached when it didn't report anything of it before.
describe('what BuildKit only concludes', () => {
	const inputs = {run: ['from'], copy: ['run', 'context'], shared: ['copy']};
	const concluded = (digest: keyof typeof inputs, time: number): Report => ({
		digest,
		inputs: inputs[digest],
		started: time,
		completed: time,
		cached: true,
	});

	const from = {digest: 'from', started: 1, completed: 2};
	const ofFrom = [
		{type: 'started', step: 0, at: 1000},
		{type: 'done', step: 0, seconds: 1},
	];
	const ofBoth = [
		{type: 'cached', step: 1},
		{type: 'cached', step: 2},
	];
	const unfinished = [
		{digest: 'run', inputs: inputs.run},
		{digest: 'copy', inputs: inputs.copy},
		concluded('run', 3),
		concluded('copy', 3),
	];
	const reader = {digest: 'shared', inputs: inputs.shared, started: 3};

	test('is right for what never started, once what it was concluded from is done', () => {
		expect(translate(from, ...unfinished, reader)).toEqual([
			...ofFrom,
			{type: 'started', step: 3, at: 3000},
			{type: 'started', step: 5, at: 3000},
		]);
		expect(translator.isDone('run')).toBe(false);
		expect(translate({...reader, completed: 4})).toEqual([
			...ofBoth,
			{type: 'done', step: 3, seconds: 1},
			{type: 'done', step: 5, seconds: 1},
		]);
		expect(translator.isDone('run')).toBe(true);
	});

	test('is right once that prints something, or its process has failed', () => {
		translate(from, ...unfinished, reader);
		const logs = create(StatusResponseSchema, {
			logs: [{vertex: 'shared', msg: Uint8Array.of(65)}],
		});
		expect(translator.translate(logs).slice(0, 2)).toEqual(ofBoth);
		translator.forgetEnds();
		const again = new StatusTranslator(translator.owners);
		const failed = {
			...reader,
			completed: 3.1,
			error: 'process "/bin/sh -c false" did not complete: exit code: 1',
		};
		const told = [from, ...unfinished, reader, failed].flatMap(report =>
			again.translate(vertices(report)),
		);
		expect(told.slice(-2)).toEqual(ofBoth);
	});

	test('is right once something runs that only starts when all of it is there', () => {
		expect(translate(from, ...unfinished, reader).slice(-1)).toEqual([
			{type: 'started', step: 5, at: 3000},
		]);
		expect(translate({digest: 'plain', inputs: ['copy'], started: 3})).toEqual([
			{type: 'started', step: 6, at: 3000},
			...ofBoth,
		]);
	});

	test('is nothing when it was concluded from what only couldn’t find its files', () => {
		expect(
			translator.translate(
				vertices(from, ...unfinished, {
					...reader,
					completed: 3,
					error: 'failed to calculate checksum of ref x: "/y": not found',
				}),
			),
		).toEqual([
			ofFrom[0],
			{type: 'started', step: 3, at: 3000},
			{type: 'started', step: 5, at: 3000},
			ofFrom[1],
		]);
		expect(translator.isDone('run')).toBe(false);
	});

	test('comes before the end that it was concluded from, however they are sorted', () => {
		const told = translator.translate(
			vertices(from, {...reader, completed: 4}, ...unfinished),
		);
		expect(told.slice(-5)).toEqual([
			ofFrom[1],
			...ofBoth,
			{type: 'done', step: 3, seconds: 1},
			{type: 'done', step: 5, seconds: 1},
		]);
	});

	test('is wrong for what runs, and for what waits for that', () => {
		expect(
			translate(
				{digest: 'run', inputs: inputs.run},
				{digest: 'copy', inputs: inputs.copy},
				{digest: 'shared', inputs: inputs.shared},
				{digest: 'run', inputs: inputs.run, started: 5},
				{
					digest: 'shared',
					inputs: inputs.shared,
					started: 6,
					completed: 6,
					error: 'not found',
				},
				concluded('copy', 6),
				concluded('run', 6),
			),
		).toEqual([
			{type: 'started', step: 1, at: 5000},
			{type: 'started', step: 3, at: 6000},
			{type: 'started', step: 5, at: 6000},
		]);
		expect(
			translate(
				{digest: 'run', started: 5, completed: 9},
				{digest: 'copy', started: 9, completed: 10},
			),
		).toEqual([
			{type: 'done', step: 1, seconds: 4},
			{type: 'started', step: 2, at: 9000},
			{type: 'done', step: 2, seconds: 1},
		]);
	});
});

describe('logs', () => {
	test('are bytes of all the steps that share a vertex', () => {
		const data = Uint8Array.of(0xff, 0x1b, 0x0a);
		const response = create(StatusResponseSchema, {
			logs: [
				{vertex: 'shared', msg: data},
				{vertex: 'other', msg: data},
			],
		});
		expect(translator.translate(response)).toEqual([
			{type: 'log', step: 3, data},
			{type: 'log', step: 5, data},
		]);
	});

	test('stand between the start and the end of their step', () => {
		const response = vertices({digest: 'run', started: 1, completed: 2});
		const logs = create(StatusResponseSchema, {
			logs: [{vertex: 'run', msg: Uint8Array.of(65)}],
		});
		const events = translator.translate({...response, logs: logs.logs});
		expect(events.map(({type}) => type)).toEqual(['started', 'log', 'done']);
	});
});

describe('movements', () => {
	const report = (fields: {
		readonly vertex: string;
		readonly name?: string;
		readonly completed?: number;
	}): readonly unknown[] =>
		translator.translate(
			create(StatusResponseSchema, {
				statuses: [
					{
						...fields,
						ID: 'transferring context:',
						current: 7n,
						total: 10n,
						completed: at(fields.completed),
					},
				],
			}),
		);

	test('belong to a step, or to none', () => {
		const progress = {
			id: 'run transferring context:',
			label: 'transferring',
			current: 7,
			total: 10,
			finished: false,
		};
		expect(report({vertex: 'run', name: 'transferring'})).toEqual([
			{type: 'progress', step: 1, progress},
		]);
		expect(report({vertex: 'other', completed: 3})).toEqual([
			{
				type: 'progress',
				step: null,
				progress: {
					...progress,
					id: 'other transferring context:',
					label: 'transferring context:',
					finished: true,
				},
			},
		]);
	});
});

describe('output of more than 1 MiB', () => {
	/** As BuildKit splits a report: the vertices with the first response, an empty one behind all output. */
	function split(pieces: number): readonly StatusResponse[] {
		const {vertexes} = vertices({digest: 'run', started: 1, completed: 3});
		const piece = {vertex: 'run', msg: new Uint8Array(4096)};
		return [
			create(StatusResponseSchema, {
				vertexes,
				logs: Array.from({length: 257}, () => piece),
			}),
			...Array.from({length: pieces}, () =>
				create(StatusResponseSchema, {logs: [piece]}),
			),
			create(StatusResponseSchema, {}),
		];
	}

	test('is told before the end of its step, and ended with it', async () => {
		const [first, ...others] = split(3);
		const last = others.pop()!;
		const told = translator.translate(first!);
		expect(told[0]).toEqual({type: 'started', step: 1, at: 1000});
		let isOver = false;
		const completed = translator.completed('run', 60_000).then(() => {
			isOver = true;
		});
		for (const response of others) {
			const events = translator.translate(response);
			expect(events.map(({type}) => type)).toEqual(['log']);
		}

		await Promise.resolve();
		expect(isOver).toBe(false);
		expect(translator.translate(last)).toEqual([
			{type: 'done', step: 1, seconds: 2},
		]);
		await completed;
	});

	test('whose end does not come ends with the next report, or when it is asked for', () => {
		translator.translate(split(1)[0]!);
		expect(translate({digest: 'copy', started: 4})).toEqual([
			{type: 'started', step: 2, at: 4000},
			{type: 'done', step: 1, seconds: 2},
		]);
		translator.translate(
			create(StatusResponseSchema, {
				vertexes: vertices({digest: 'copy', started: 4, completed: 5}).vertexes,
				logs: [{vertex: 'copy', msg: new Uint8Array(2_000_000)}],
			}),
		);
		expect(translator.flush()).toEqual([{type: 'done', step: 2, seconds: 1}]);
		expect(translator.flush()).toEqual([]);
	});
});

test('a time in which this process was busy is no silence of the engine', async () => {
	const deadline = 60;
	const order: string[] = [];
	const completed = translator.completed('run', deadline).then(() => {
		order.push('waited');
	});
	await new Promise<void>(resolve => {
		setImmediate(() => {
			const until = performance.now() + 2 * deadline;
			while (performance.now() < until) {
				// Busy.
			}

			// What has come meanwhile is read in the next turn, behind the timers.
			setImmediate(() => {
				order.push('reported');
				translate({digest: 'run', started: 1, completed: 2});
				resolve();
			});
		});
	});
	await completed;
	expect(order).toEqual(['reported', 'waited']);
});
