import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {Build, BuildEvent} from '../../../source/engine/port.js';
import {watchFor} from '../process.js';
import {
	endsOf,
	failureOf,
	isOldEngine,
	logOf,
	openBuild,
	runAt,
	runSteps,
	stepWith,
	stepsToRun,
	unique,
	uniqueSeconds,
} from './builds.js';
import {isRunning} from './processes.js';

/** Instructions that each print something new whenever they are run, and keep what they printed. */
function telling(): readonly string[] {
	const run = (name: string): string =>
		`RUN cat /proc/sys/kernel/random/uuid | tee /${name} # ${unique()}`;
	return [
		'FROM busybox AS a',
		run('one'),
		'ENV X=1',
		'COPY Dockerfile /x',
		run('two'),
		'FROM a AS b',
		run('three'),
		'FROM busybox',
		run('four'),
		'COPY --from=b /one /two /three /',
		run('five'),
		'LABEL x=y',
	];
}

/** What the instructions kept, in their order. */
async function keptBy(build: Build): Promise<string> {
	const files = ['/one', '/two', '/three', '/four', '/five'];
	const {stdout} = await runAt(build, {kind: 'final'}, 'cat', ...files);
	return stdout;
}

describe('stepping', () => {
	test.each([false, true])(
		'runs each instruction exactly once (no cache: %s)',
		async noCache => {
			const build = await openBuild(telling(), {noCache});
			const printed: string[] = [];
			for (const step of stepsToRun(build.program)) {
				// eslint-disable-next-line no-await-in-loop -- one step after the other
				const events = await runSteps(build, [step]);
				expect(events.at(-1)).toEqual({type: 'reached'});
				printed.push(...build.program.steps.map(({id}) => logOf(events, id)));
			}

			const kept = await keptBy(build);
			expect(kept.trim().split('\n')).toHaveLength(5);
			expect(printed.join('')).toBe(kept);

			// What is reached stays reached.
			expect(await runSteps(build)).toEqual([{type: 'reached'}]);
			expect(await keptBy(build)).toBe(kept);
		},
	);

	test('takes from the cache what another session built', async () => {
		const dockerfile = telling();
		const first = await openBuild(dockerfile);
		await runSteps(first);
		const kept = await keptBy(first);
		await first.close();

		const second = await openBuild(dockerfile);
		for (const step of stepsToRun(second.program)) {
			// eslint-disable-next-line no-await-in-loop -- one step after the other
			const events = await runSteps(second, [step]);
			expect(events.at(-1)).toEqual({type: 'reached'});
			const ran = events.filter(
				event =>
					event.type === 'started' &&
					second.program.steps[event.step]!.keyword !== 'FROM',
			);
			expect(ran).toEqual([]);
		}

		expect(await keptBy(second)).toBe(kept);
	});

	test('stops where it is told, and both FROM of one image are one', async () => {
		const build = await openBuild(telling());
		const step = stepWith(build.program, '/two #');
		const events = await runSteps(build, [step]);
		const told = endsOf(build.program, events).map(end => end.split(' ')[1]);
		expect(told).toEqual(['FROM', 'FROM', 'RUN', 'COPY', 'RUN']);
	});
});

test('stages that don’t need each other run at the same time', async () => {
	const id = unique();
	const meet = (mine: string, other: string): string =>
		`RUN --mount=type=cache,id=${id},target=/meet touch /meet/${mine}; for i in $(seq 300); do [ -e /meet/${other} ] && exit; sleep 0.1; done; exit 1`;
	const build = await openBuild([
		'FROM busybox AS left',
		meet('left', 'right'),
		'FROM busybox AS right',
		meet('right', 'left'),
		'FROM busybox',
		'COPY --from=left /etc/passwd /left',
		'COPY --from=right /etc/passwd /right',
	]);
	const events = await runSteps(build);
	expect(events.at(-1)).toEqual({type: 'reached'});
	const {steps} = build.program;
	expect(
		events.flatMap(event =>
			(event.type === 'started' || event.type === 'done') &&
			steps[event.step]!.keyword === 'RUN'
				? [event.type]
				: [],
		),
	).toEqual(['started', 'started', 'done', 'done']);
});

describe('the output of a step', () => {
	test('comes while it runs, as it is', async () => {
		const id = unique();
		const build = await openBuild([
			'FROM busybox',
			String.raw`RUN printf 'a\tb\033[31m\377\n'; echo ${id} >&2; printf 'no end'`,
		]);
		const step = stepWith(build.program, 'RUN');
		const events = await runSteps(build);
		// What goes to standard error has a way of its own, and may come before or after.
		const log = logOf(events, step);
		expect(log).toContain(`${id}\n`);
		expect(log.replace(`${id}\n`, '')).toBe('a\tb\u001B[31m\uFFFD\nno end');
		const types = events
			.filter(event => 'step' in event && event.step === step)
			.map(({type}) => type);
		expect(types[0]).toBe('started');
		expect(types.at(-1)).toBe('done');
	});

	test('tells how long it took', async () => {
		const build = await openBuild([
			'FROM busybox',
			`RUN sleep 1.${uniqueSeconds()}`,
		]);
		const events = await runSteps(build);
		const done = events.find(
			event => event.type === 'done' && event.step === 1,
		) as Extract<BuildEvent, {type: 'done'}>;
		expect(done.seconds).toBeGreaterThan(1);
		expect(done.seconds).toBeLessThan(10);
	});
});

describe('canceling', () => {
	test('ends what runs, and it can go on', async () => {
		const [id, seconds] = [unique(), uniqueSeconds()];
		const build = await openBuild([
			'FROM busybox',
			`RUN echo ${id}`,
			`RUN --mount=type=cache,id=${id},target=/c [ -e /c/go ] || sleep ${seconds}; touch /ran`,
			'RUN touch /after',
		]);
		const abort = new AbortController();
		const ended = runSteps(build, undefined, abort.signal);
		expect(await watchFor(() => isRunning(seconds), 30_000)).toBe(true);
		abort.abort();
		const events = await ended;
		expect(events.at(-1)).toEqual({type: 'canceled'});
		expect(endsOf(build.program, events).at(-1)).toBe(`done RUN echo ${id}`);
		const gone = (): true | undefined =>
			isRunning(seconds) ? undefined : true;
		expect(await watchFor(gone, 10_000)).toBe(true);

		const before = {kind: 'before', step: 2} as const;
		expect(await runAt(build, before, 'touch', '/c/go')).toMatchObject({
			code: 0,
		});
		const rest = await runSteps(build);
		expect(rest.at(-1)).toEqual({type: 'reached'});
		// Engines up to 20.10 tell of the first only as the run ends.
		expect(endsOf(build.program, rest).toSorted()).toEqual([
			expect.stringContaining('done RUN --mount'),
			'done RUN touch /after',
		]);
		const {stdout} = await runAt(
			build,
			{kind: 'final'},
			'ls',
			'/ran',
			'/after',
		);
		expect(stdout).toBe('/after\n/ran\n');
	});

	test('before anything started is a canceling too', async () => {
		const build = await openBuild(['FROM busybox', `RUN echo ${unique()}`]);
		expect(await runSteps(build, undefined, AbortSignal.abort())).toEqual([
			{type: 'canceled'},
		]);
		const events = await runSteps(build);
		expect(events.at(-1)).toEqual({type: 'reached'});
	});
});

describe('a failure', () => {
	test('has its step, exit code and time, and the steps after it don’t run', async () => {
		const build = await openBuild([
			'FROM busybox',
			'ENV A=1',
			`RUN echo ${unique()}; sleep 1; exit 3`,
			'RUN echo never',
		]);
		const events = await runSteps(build);
		expect(events.at(-1)).toMatchObject({
			type: 'failed',
			failure: {
				step: 2,
				exitCode: 3,
				kind: 'command',
				message: 'The command ended with exit code 3.',
				state: {kept: true},
				rerun: isOldEngine(),
			},
		});
		const failed = events.at(-1) as Extract<BuildEvent, {type: 'failed'}>;
		expect(failed.failure.seconds).toBeGreaterThan(1);
		expect(failed.failure.seconds).toBeLessThan(20);
		expect(logOf(events, 3)).toBe('');
	});

	test.each([
		['exit 255', 255],
		['exit 1', 1],
	])('of %s has its exit code', async (command, exitCode) => {
		const build = await openBuild([
			'FROM busybox',
			`RUN echo ${unique()}; ${command}`,
		]);
		expect(await failureOf(build)).toMatchObject({step: 1, exitCode});
	});

	test('of a program that isn’t there says so in the log', async () => {
		const build = await openBuild(['FROM busybox', 'RUN ["/nope"]']);
		const events = await runSteps(build);
		expect(events.at(-1)).toMatchObject({type: 'failed', failure: {step: 1}});
		expect(logOf(events, 1)).toContain('/nope');
	});

	test('of a COPY is of that step, though the RUN before it still runs', async () => {
		const build = await openBuild([
			'FROM busybox',
			`RUN sleep 3; echo ${unique()}`,
			'RUN echo then',
			'COPY missing /x',
		]);
		const events = await runSteps(build);
		expect(events.at(-1)).toMatchObject({
			type: 'failed',
			failure: {
				step: 3,
				exitCode: null,
				kind: 'source',
				message: expect.stringContaining(
					'no missing in the build context',
				) as string,
				state: {kept: false, reason: 'A failed COPY changes nothing.'},
			},
		});
		// Whether an engine cancels the RUN or waits for it depends on how far that is.
		expect(
			events.some(event => event.type === 'cached' && event.step > 0),
		).toBe(false);
		expect(events.some(event => 'step' in event && event.step === 2)).toBe(
			false,
		);
	});

	test('of a COPY from a stage, or a WORKDIR, has nothing to look into', async () => {
		const copy = await openBuild([
			'FROM busybox AS a',
			'FROM busybox',
			'COPY --from=a /missing /x',
		]);
		expect(await failureOf(copy)).toMatchObject({
			step: 2,
			state: {kept: false, reason: 'A failed COPY changes nothing.'},
		});
		const workdir = await openBuild([
			'FROM busybox',
			`RUN echo ${unique()} > /file`,
			'WORKDIR /file/below',
		]);
		expect(await failureOf(workdir)).toMatchObject({
			step: 2,
			state: {kept: false, reason: 'A failed WORKDIR changes nothing.'},
		});
	});

	test('of a download is of its ADD', async () => {
		const build = await openBuild([
			'FROM busybox',
			'RUN true',
			`ADD http://127.0.0.1:1/${unique()} /x`,
		]);
		expect(await failureOf(build)).toMatchObject({
			step: 2,
			kind: 'network',
			message: expect.stringContaining('connection refused') as string,
		});
	});

	test('of a secret that isn’t given says how it is', async () => {
		const build = await openBuild([
			'FROM busybox',
			'RUN --mount=type=secret,id=token,required=true cat /run/secrets/token',
		]);
		expect(await failureOf(build)).toMatchObject({
			step: 1,
			kind: 'secret',
			message: 'There is no secret token.',
			advice: 'Give it with --secret id=token,src=FILE.',
		});
	});

	test('in one stage ends another that runs', async () => {
		const [id, seconds] = [unique(), uniqueSeconds()];
		const build = await openBuild([
			'FROM busybox AS slow',
			`RUN --mount=type=cache,id=${id},target=/c touch /c/slow; sleep ${seconds}`,
			'FROM busybox AS bad',
			`RUN --mount=type=cache,id=${id},target=/c until [ -e /c/slow ]; do sleep 0.1; done; exit 4`,
			'FROM busybox',
			'COPY --from=slow / /slow',
			'COPY --from=bad / /bad',
		]);
		expect(await failureOf(build)).toMatchObject({step: 3, exitCode: 4});
		const gone = (): true | undefined =>
			isRunning(seconds) ? undefined : true;
		expect(await watchFor(gone, 10_000)).toBe(true);
	});

	test('may be gone in the next run', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'mstage-secret-'));
		onTestFinished(async () => rm(folder, {recursive: true}));
		const answer = path.join(folder, 'answer');
		await writeFile(answer, 'no');
		const build = await openBuild(
			[
				'FROM busybox',
				`RUN --mount=type=secret,id=answer grep yes /run/secrets/answer # ${unique()}`,
			],
			{secrets: [{id: 'answer', kind: 'file', path: answer}]},
		);
		expect(await failureOf(build)).toMatchObject({step: 1, exitCode: 1});
		await writeFile(answer, 'yes');
		const events = await runSteps(build);
		expect(events.some(event => event.type === 'started')).toBe(true);
		expect(events.at(-1)!.type).toBe('reached');
	});

	test('may be gone in another build', async () => {
		const id = unique();
		const dockerfile = [
			'FROM busybox',
			`RUN --mount=type=cache,id=${id},target=/c echo ${id} >> /c/tries; [ $(wc -l < /c/tries) -gt 1 ]`,
		];
		const build = await openBuild(dockerfile);
		expect(await failureOf(build)).toMatchObject({step: 1, exitCode: 1});
		await build.close();
		const events = await runSteps(await openBuild(dockerfile));
		expect(events.at(-1)).toEqual({type: 'reached'});
	});
});
