import {describe, expect, onTestFinished, test} from 'vitest';
import type {Build, Point} from '../../../source/engine/port.js';
import {callEngine} from '../http.js';
import {testEngine} from '../test-engine.js';
import {
	endsOf,
	failureOf,
	logOf,
	openBuild,
	runAt,
	runSteps,
	stepWith,
	unique,
} from './builds.js';

const {signal} = new AbortController();

async function runAgain(
	build: Build,
	steps: readonly number[],
	...again: number[]
) {
	const events = [];
	for await (const event of build.run(steps, signal, {withoutCache: again})) {
		events.push(event);
	}

	return events;
}

function random(name: string): string {
	return `RUN cat /proc/sys/kernel/random/uuid > /${name} # ${unique()}`;
}

describe('a step that runs again', () => {
	test('has a new result each time, and so has what is built on it; the image is made of these', async () => {
		const tag = `mstage-again-${unique()}`;
		const build = await openBuild(
			[
				'FROM busybox AS a',
				random('zero'),
				random('one'),
				'RUN cat /one > /two',
				'FROM busybox AS other',
				random('other'),
				'FROM busybox',
				'COPY --from=a /zero /one /two /',
				'COPY --from=other /other /',
			],
			{tags: [tag]},
		);
		const one = stepWith(build.program, '> /one');
		const later = [
			stepWith(build.program, '/one > /two'),
			stepWith(build.program, '--from=a'),
		];
		const read = async (point: Point) => {
			const files = ['/zero', '/one', '/two', '/other'];
			const {stdout} = await runAt(build, point, 'cat', ...files);
			return stdout.split('\n');
		};

		await runSteps(build);
		const first = await read({kind: 'final'});
		expect(first[2]).toBe(first[1]);
		const seen = new Set([first[1]]);
		for (const _ of [1, 2]) {
			// eslint-disable-next-line no-await-in-loop -- one run after the other
			const events = await runAgain(build, [one, ...later], one);
			expect(events.at(-1)).toEqual({type: 'reached'});
			expect(endsOf(build.program, events).slice(0, 2)).toEqual([
				expect.stringContaining('done RUN cat /proc'),
				'done RUN cat /one > /two',
			]);
			// eslint-disable-next-line no-await-in-loop
			await runSteps(build);
			// eslint-disable-next-line no-await-in-loop
			const now = await read({kind: 'final'});
			expect([now[0], now[3]]).toEqual([first[0], first[3]]);
			expect(now[2]).toBe(now[1]);
			expect(seen.has(now[1])).toBe(false);
			seen.add(now[1]);
		}

		const last = await read({kind: 'final'});
		await build.finish();
		expect(await read({kind: 'final'})).toEqual(last);
		onTestFinished(async () => {
			await callEngine(testEngine(), 'DELETE', `/images/${tag}?force=true`);
		});
		const image = await openBuild([`FROM ${tag}`]);
		await runSteps(image);
		const files = ['/zero', '/one', '/two', '/other'];
		const made = await runAt(image, {kind: 'final'}, 'cat', ...files);
		expect(made.stdout.split('\n')).toEqual(last);
	});

	test('may be a COPY, and one of a build without cache', async () => {
		const build = await openBuild(
			['FROM busybox', random('one'), 'COPY file /file', 'WORKDIR /deep/er'],
			{files: {file: 'text'}, noCache: true},
		);
		await runSteps(build);
		const {steps} = build.program;
		const first = await runAt(build, {kind: 'final'}, 'cat', '/one', '/file');
		const all = [1, 2, 3];
		const events = await runAgain(build, all, ...all);
		expect(endsOf(build.program, events)).toEqual(
			all.map(id => `done ${steps[id]!.text}`),
		);
		const second = await runAt(build, {kind: 'final'}, 'cat', '/one', '/file');
		expect(second.stdout.split('\n')[1]).toBe('text');
		expect(second.stdout).not.toBe(first.stdout);
	});
});

describe('a failed RUN that is tried again', () => {
	test.each(['shared', 'locked'])(
		'finds what it left in its %s cache mount',
		async sharing => {
			const id = unique();
			const build = await openBuild([
				'FROM busybox',
				`RUN --mount=type=cache,target=/cache,id=${id},sharing=${sharing} ls /cache; echo ${id} >> /cache/tries; [ "$(wc -l < /cache/tries)" = 2 ]`,
			]);
			await failureOf(build);
			const events = await runSteps(build);
			expect(logOf(events, 1)).toBe('tries\n');
			expect(events.at(-1)).toEqual({type: 'reached'});
		},
	);

	test('runs nothing twice that was done before it, in a build without cache', async () => {
		const build = await openBuild(
			[
				'FROM busybox',
				random('before'),
				`RUN --mount=type=cache,target=/cache echo ${unique()} && false`,
			],
			{noCache: true},
		);
		const read = async () =>
			runAt(build, {kind: 'before', step: 2}, 'cat', '/before');
		await failureOf(build);
		const first = await read();
		const events = await runSteps(build);
		expect(events.at(-1)).toMatchObject({type: 'failed'});
		expect(events).not.toContainEqual(
			expect.objectContaining({type: 'started', step: 1}),
		);
		expect(await read()).toEqual(first);
	});

	test('has the key that a build of its own would give it', async () => {
		const id = unique();
		const dockerfile = [
			'FROM busybox',
			`RUN --mount=type=cache,target=/cache,id=${id} echo ${id}; echo >> /cache/tries; [ "$(wc -l < /cache/tries)" = 2 ]`,
		];
		const build = await openBuild(dockerfile);
		await failureOf(build);
		const events = await runSteps(build);
		expect(events.at(-1)).toEqual({type: 'reached'});
		await build.close();
		const other = await openBuild(dockerfile);
		expect(endsOf(other.program, await runSteps(other))).toContainEqual(
			expect.stringContaining('cached RUN --mount'),
		);
	});

	test('leaves the shells of earlier points, which end with the build', async () => {
		const build = await openBuild([
			'FROM busybox',
			`RUN echo ${unique()}; false`,
		]);
		await failureOf(build);
		const before = await build.snapshot({kind: 'before', step: 1});
		const container = await before.openContainer();
		await failureOf(build);
		expect(container.isOpen).toBe(true);
		await build.close();
		expect(container.isOpen).toBe(false);
	});
});

test('a RUN doesn’t wait for a kept shell that has its locked cache mount', async () => {
	const id = unique();
	const build = await openBuild([
		'FROM busybox',
		`RUN --mount=type=cache,target=/cache,id=${id},sharing=locked ls /cache; echo ${id}`,
	]);
	await runSteps(build, [0]);
	const before = await build.snapshot({kind: 'before', step: 1});
	const container = await before.openContainer();
	const shell = await container.openShell({
		command: ['touch', '/cache/mine'],
		terminal: null,
	});
	shell.endInput();
	expect(await shell.exited).toBe(0);
	await shell.close();
	const events = await runSteps(build);
	expect(logOf(events, 1)).toBe(`mine\n${id}\n`);
	expect(container.isOpen).toBe(false);
});

test('failures of several stages are all told, each with its own state', async () => {
	const id = unique();
	const meet = (mine: string, code: number): string =>
		`RUN --mount=type=cache,id=${id},target=/meet echo ${mine} > /mine; touch /meet/${mine}; until [ -e /meet/left ] && [ -e /meet/right ]; do sleep 0.1; done; exit ${code}`;
	const build = await openBuild([
		'FROM busybox AS left',
		meet('left', 4),
		'FROM busybox AS right',
		meet('right', 5),
		'FROM busybox AS fine',
		`RUN echo ${id}`,
		'FROM busybox',
		'COPY --from=left / /left',
		'COPY --from=right / /right',
		'COPY --from=fine / /fine',
	]);
	const events = await runSteps(build);
	const end = events.at(-1);
	if (end?.type !== 'failed') {
		throw new Error('It didn’t fail.');
	}

	const failures = [end.failure, ...end.others].toSorted(
		(a, b) => a.step! - b.step!,
	);
	expect(failures).toMatchObject([
		{step: 1, exitCode: 4},
		{step: 3, exitCode: 5},
	]);
	for (const {step} of failures) {
		// eslint-disable-next-line no-await-in-loop -- one shell after the other
		const {stdout} = await runAt(
			build,
			{kind: 'failed', step: step!},
			'cat',
			'/mine',
		);
		expect(stdout).toBe(step === 1 ? 'left\n' : 'right\n');
	}
});
