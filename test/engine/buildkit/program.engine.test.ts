import {describe, expect, onTestFinished, test} from 'vitest';
import {dockerClient, removeImage} from '../engine.js';
import {run} from '../process.js';
import {testEngine} from '../test-engine.js';
import {isOldEngine, openBuild, runAt, stepWith, unique} from './builds.js';

/** Of each step: its place and line, `-` when it isn't needed, and whether it has something to run. */
async function mapOf(
	dockerfile: readonly string[],
	request?: {readonly target?: string},
): Promise<readonly string[]> {
	const {program} = await openBuild(dockerfile, request);
	return program.steps.map(
		({stage, index, lines, executes}) =>
			`${stage}:${index}@${lines[0]} ${program.stages[stage]!.needed ? (executes ? 'runs' : 'tells') : '-'}`,
	);
}

describe('the steps of', () => {
	test('two stages with the same instructions are each their own', async () => {
		const id = unique();
		const dockerfile = [
			'FROM busybox AS a',
			`RUN echo ${id} > /same`,
			'COPY Dockerfile /x',
			'FROM busybox AS b',
			`RUN echo ${id} > /same`,
			'COPY Dockerfile /x',
			'ENV B=1',
			'FROM scratch',
			'COPY --from=a /x /a',
			'COPY --from=b /x /b',
		];
		expect(await mapOf(dockerfile)).toEqual([
			'0:0@1 runs',
			'0:1@2 runs',
			'0:2@3 runs',
			'1:0@4 runs',
			'1:1@5 runs',
			'1:2@6 runs',
			'1:3@7 tells',
			'2:0@8 tells',
			'2:1@9 runs',
			'2:2@10 runs',
		]);
		const build = await openBuild(dockerfile);
		const list = async (step: number): Promise<string> => {
			const point = {kind: 'after', step} as const;
			const {stdout} = await runAt(build, point, 'ls', '/x', '/same');
			return stdout;
		};

		expect(await list(3)).toBe('');
		expect(await list(4)).toBe('/same\n');
		expect(await list(5)).toBe('/same\n/x\n');
		const end = {kind: 'stage', stage: 1} as const;
		expect(await runAt(build, end, 'cat', '/same')).toMatchObject({
			stdout: `${id}\n`,
		});
	});

	test('stages from stages, with what they mount and copy', async () => {
		expect(
			await mapOf([
				'FROM busybox AS base',
				'ENV A=1',
				'RUN echo base',
				'FROM busybox AS tools',
				'FROM busybox AS cache',
				'RUN mkdir /cached',
				'FROM base AS middle',
				'LABEL x=y',
				'FROM busybox AS unneeded',
				'RUN exit 1',
				'COPY --from=base / /',
				'FROM middle',
				'RUN --mount=from=tools,target=/t --mount=type=cache,from=cache,target=/c \\',
				'  --mount=type=tmpfs,target=/tmp2 ls',
				'WORKDIR /',
				'WORKDIR /w',
				'USER app',
			]),
		).toEqual([
			'0:0@1 runs',
			'0:1@2 tells',
			'0:2@3 runs',
			'1:0@4 runs',
			'2:0@5 runs',
			'2:1@6 runs',
			'3:0@7 tells',
			'3:1@8 tells',
			'4:0@9 -',
			'4:1@10 -',
			'4:2@11 -',
			'5:0@12 tells',
			'5:1@13 runs',
			'5:2@15 tells',
			'5:3@16 runs',
			'5:4@17 tells',
		]);
	});

	test('a stage that also copies from the image that it starts from', async () => {
		const build = await openBuild([
			'FROM busybox AS a',
			`RUN echo ${unique()} > /own`,
			'COPY --from=busybox /etc/passwd /copied',
			'FROM a',
			'COPY --from=busybox /etc/group /again',
		]);
		const {steps} = build.program;
		expect(steps.map(({executes}) => executes)).toEqual([
			true,
			true,
			true,
			false,
			true,
		]);
		for (const point of [
			{kind: 'before', step: 0},
			{kind: 'after', step: 0},
		] as const) {
			// eslint-disable-next-line no-await-in-loop -- one engine
			const {stdout} = await runAt(build, point, 'ls', '/bin/sh', '/own');
			expect(stdout).toBe('/bin/sh\n');
		}
	});

	test('a target in the middle of the file end there', async () => {
		const dockerfile = [
			'FROM busybox AS a',
			'RUN echo a',
			'FROM a AS b',
			'RUN echo b',
			'FROM b AS c',
			'RUN echo c',
		];
		expect(await mapOf(dockerfile, {target: 'B'})).toEqual([
			'0:0@1 runs',
			'0:1@2 runs',
			'1:0@3 tells',
			'1:1@4 runs',
			'2:0@5 -',
			'2:1@6 -',
		]);
	});

	test('a stage on the empty filesystem', async () => {
		expect(
			await mapOf([
				'FROM scratch AS empty',
				'FROM empty',
				'COPY --from=empty / /x',
				'ADD Dockerfile /d',
				'COPY --from=busybox /bin/busybox /bin/',
				'CMD ["/d"]',
			]),
		).toEqual([
			'0:0@1 tells',
			'1:0@2 tells',
			'1:1@3 runs',
			'1:2@4 runs',
			'1:3@5 runs',
			'1:4@6 tells',
		]);
	});

	test('nothing at all to run', async () => {
		const build = await openBuild(['FROM scratch', 'ENV A=1', 'CMD ["/x"]']);
		expect(build.program.steps.map(({executes}) => executes)).toEqual([
			false,
			false,
			false,
		]);
		expect(await build.finish()).toEqual({image: null, tags: []});
	});

	test('the triggers of a base are steps behind its FROM', async () => {
		const base = `mstage-onbuild-${unique()}`;
		onTestFinished(async () => removeImage(testEngine(), base));
		const parent = await openBuild(
			[
				'FROM busybox',
				'RUN touch /before',
				'ONBUILD RUN touch /triggered',
				'ONBUILD COPY Dockerfile /copied',
			],
			{tags: [base]},
		);
		await parent.finish();

		const child = await openBuild([`FROM ${base}`, 'RUN touch /after']);
		expect(child.program.steps.map(({executes}) => executes)).toEqual([
			true,
			true,
			true,
			true,
		]);
		expect(child.program.steps.map(({text}) => text)).toEqual([
			`FROM ${base}`,
			'ONBUILD RUN touch /triggered',
			'ONBUILD COPY Dockerfile /copied',
			'RUN touch /after',
		]);
		const {stdout} = await runAt(
			child,
			{kind: 'after', step: 2},
			'sh',
			'-c',
			'ls -d /before /triggered /copied /after',
		);
		expect(stdout).toBe('/before\n/copied\n/triggered\n');
	});

	test('COPY --link and heredocs, where the engine knows them', async () => {
		const dockerfile = [
			'FROM busybox AS a',
			'RUN echo a > /a',
			'FROM busybox',
			'COPY --link --from=a /a /b',
			'COPY --link Dockerfile /d',
			'COPY --link Dockerfile /d',
			'COPY <<one <<two /h/',
			'1',
			'one',
			'2',
			'two',
			'RUN <<end',
			'ls /h',
			'end',
			'RUN ls /',
		];
		if (isOldEngine()) {
			await expect(openBuild(dockerfile)).rejects.toThrow(/^Dockerfile:\d+: /v);
			return;
		}

		expect(await mapOf(dockerfile)).toEqual([
			'0:0@1 runs',
			'0:1@2 runs',
			'1:0@3 runs',
			'1:1@4 runs',
			'1:2@5 runs',
			'1:3@6 runs',
			'1:4@7 runs',
			'1:5@12 runs',
			'1:6@15 runs',
		]);
	});
});

test('a build argument chooses the base, and is in the environment of its RUN', async () => {
	const build = await openBuild(
		['ARG BASE=scratch', 'FROM $BASE', 'ARG WHO', 'RUN echo $WHO > /who'],
		{buildArguments: {BASE: 'busybox', WHO: 'me'}},
	);
	const step = stepWith(build.program, 'RUN');
	const {stdout} = await runAt(
		build,
		{kind: 'after', step},
		'sh',
		'-c',
		'cat /who; echo $WHO',
	);
	expect(stdout).toBe('me\nme\n');
});

test('the image is the same that docker build makes', async () => {
	const [ours, theirs] = ['ours', 'theirs'].map(
		name => `mstage-${name}-${unique()}`,
	);
	onTestFinished(async () => {
		await removeImage(testEngine(), ours!);
		await removeImage(testEngine(), theirs!);
	});
	const dockerfile = [
		'FROM busybox AS base',
		'ENV A="1 2" B=3',
		'FROM base',
		'LABEL x=y "with space"="a b"',
		'WORKDIR /w',
		'COPY Dockerfile .',
		'USER app:app',
		'EXPOSE 80 53/udp',
		'VOLUME /data',
		'ENTRYPOINT ["/bin/sh", "-c"]',
		'CMD ["id -un; pwd; echo $A; ls"]',
		'STOPSIGNAL SIGUSR1',
		'HEALTHCHECK --interval=5m CMD true',
	];
	const build = await openBuild(dockerfile, {tags: [ours!, `${ours}:two`]});
	onTestFinished(async () => removeImage(testEngine(), `${ours}:two`));
	const result = await build.finish();
	expect(result.tags).toEqual([ours, `${ours}:two`]);

	const {command, env} = await dockerClient(testEngine());
	const docker = async (...args: string[]): Promise<string> =>
		run(command, args, {env});
	const inspect = async (image: string): Promise<Record<string, unknown>> => {
		const [found] = JSON.parse(
			await docker('image', 'inspect', image),
		) as Array<Record<string, unknown>>;
		return found!;
	};

	const {options} = build as unknown as {options: {request: {context: string}}};
	await docker('build', '-q', '-t', theirs!, options.request.context);
	const mine = await inspect(ours!);
	const other = await inspect(theirs!);
	expect(mine['Config']).toEqual(other['Config']);
	expect(mine['RootFS']).toEqual(other['RootFS']);
	expect(mine['Id']).toBe(result.image);
	expect(await inspect(`${ours}:two`)).toHaveProperty('Id', result.image);
	expect(await docker('run', '--rm', ours!)).toBe('app\n/w\n1 2\nDockerfile\n');
});
