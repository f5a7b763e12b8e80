import {Buffer} from 'node:buffer';
import {describe, expect, test} from 'vitest';
import type {BuilderKind} from '../../../source/dockerfile/stages/stage-queries.js';
import type {Build, Point, Shell} from '../../../source/engine/port.js';
import {UsageError} from '../../../source/errors.js';
import {asBytePath, bytePathFromText} from '../../../source/text/byte-path.js';
import {
	type BuildOptions,
	endsOf,
	failureOf,
	isOldEngine,
	logOf,
	openBuild,
	openShell,
	openTestEngine,
	runAt,
	runSteps,
	stepWith,
	stepsToRun,
	unique,
	uniqueSeconds,
} from '../buildkit/builds.js';
import {isRunning} from '../buildkit/processes.js';
import {getJson, hasImage, listContainers, removeImage} from '../engine.js';
import {watchFor} from '../process.js';
import {testEngine} from '../test-engine.js';

/** Each RUN prints something new whenever it is run, and keeps what it printed. */
function telling(): readonly string[] {
	const run = (name: string): string =>
		`RUN cat /proc/sys/kernel/random/uuid | tee /${name} # ${unique()}`;
	return [
		'FROM busybox AS a',
		run('one'),
		'ARG VERSION=1',
		'COPY note /note',
		run('two'),
		'FROM a AS b',
		run('three'),
		'FROM busybox',
		'COPY --from=b /one /two /three /',
		run('four'),
		'LABEL x=y',
	];
}

const files = {note: 'a note\n'};

async function textOf(shell: Shell): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const {data} of shell.output) {
		chunks.push(data);
	}

	return Buffer.concat(chunks).toString();
}

/**
What every builder has to do alike, seen through the port.

@param builder - Which one.
*/
export function contract(builder: BuilderKind): void {
	const open = async (
		dockerfile: readonly string[],
		options: BuildOptions = {},
	): Promise<Build> => openBuild(dockerfile, {builder, ...options});

	/** Whether the engine has a capability; what the builder doesn't name it can do. */
	const isAbleTo = async (id: string): Promise<boolean> => {
		const engine = await openTestEngine(builder);
		const capabilities = await engine.capabilities();
		return capabilities.every(
			capability => capability.id !== id || capability.available,
		);
	};

	test(`images without a build (${builder})`, async () => {
		const engine = await openTestEngine(builder);
		const images = await engine.openImages({});
		const image = await images.snapshot('busybox');
		const entry = await image.stat(asBytePath('bin/busybox'));
		expect(entry).toMatchObject({kind: 'file', mode: 0o755});
		const shell = await image.openShell({
			command: ['echo', 'hello'],
			terminal: null,
		});
		shell.endInput();
		await expect(textOf(shell)).resolves.toBe('hello\n');
		await shell.close();
		await expect(images.snapshot('mstage-no-such-image')).rejects.toThrow(
			UsageError,
		);
		await images.close();
	});

	describe(`the program (${builder})`, () => {
		test('has every instruction in file order, and tells what is built and what is used', async () => {
			const {program} = await open(
				[
					'FROM busybox AS base',
					'RUN true',
					'FROM busybox AS unused',
					'RUN true',
					'FROM base',
					'ENV A=1',
					'FROM busybox AS later',
				],
				{target: undefined},
			);
			expect(
				program.steps.map(
					({stage, index, keyword}) => `${stage}:${index} ${keyword}`,
				),
			).toEqual([
				'0:0 FROM',
				'0:1 RUN',
				'1:0 FROM',
				'1:1 RUN',
				'2:0 FROM',
				'2:1 ENV',
				'3:0 FROM',
			]);
			expect(program.target).toBe(3);
			expect(program.stages.map(({used}) => used)).toEqual([
				false,
				false,
				false,
				true,
			]);
			const isLegacy = builder === 'legacy';
			expect(program.stages.map(({needed}) => needed)).toEqual([
				isLegacy,
				isLegacy,
				isLegacy,
				true,
			]);
		});
	});

	describe(`stepping (${builder})`, () => {
		test.each([false, true])(
			'runs no instruction twice (no cache: %s)',
			async noCache => {
				const build = await open(telling(), {noCache, files});
				const printed: string[] = [];
				for (const step of stepsToRun(build.program)) {
					// eslint-disable-next-line no-await-in-loop -- one step after the other
					const events = await runSteps(build, [step]);
					expect(events.at(-1)).toEqual({type: 'reached'});
					printed.push(...build.program.steps.map(({id}) => logOf(events, id)));
				}

				const kept = await runAt(
					build,
					{kind: 'final'},
					'cat',
					'/one',
					'/two',
					'/three',
					'/four',
				);
				expect(kept.stdout.trim().split('\n')).toHaveLength(4);
				expect(printed.join('')).toBe(kept.stdout);
				expect(await runSteps(build)).toEqual([{type: 'reached'}]);
			},
		);

		test('finds in the cache what another session built', async () => {
			const dockerfile = telling();
			const first = await open(dockerfile, {files});
			await runSteps(first);
			await first.close();

			const second = await open(dockerfile, {files});
			const events = await runSteps(second);
			expect(events.at(-1)).toEqual({type: 'reached'});
			expect(
				endsOf(second.program, events).filter(end =>
					end.startsWith('done RUN'),
				),
			).toEqual([]);
		});

		test('runs a step again without the cache, and what depends on it', async () => {
			const build = await open(telling(), {files});
			await runSteps(build);
			const before = await runAt(
				build,
				{kind: 'final'},
				'cat',
				'/one',
				'/two',
				'/four',
			);
			const steps = stepsToRun(build.program);
			const events: string[] = [];
			for await (const event of build.run(steps, new AbortController().signal, {
				withoutCache: [stepWith(build.program, '/two')],
			})) {
				events.push(event.type);
			}

			expect(events.at(-1)).toBe('reached');
			const after = await runAt(
				build,
				{kind: 'final'},
				'cat',
				'/one',
				'/two',
				'/four',
			);
			const [one, two] = before.stdout.split('\n');
			expect(after.stdout.split('\n')[0]).toBe(one);
			expect(after.stdout.split('\n')[1]).not.toBe(two);
		});
	});

	test(`tells the output of a step while it runs (${builder})`, async () => {
		const id = unique();
		const build = await open([
			'FROM busybox',
			`RUN echo ' ---> Using cache'; echo ' ---> 0123456789ab'; echo ${id} >&2; printf 'no end'`,
		]);
		const step = stepWith(build.program, 'RUN');
		const events = await runSteps(build);
		const log = logOf(events, step);
		expect(log).toContain(' ---> 0123456789ab\n');
		expect(log).toContain(`${id}\n`);
		expect(log.replace(`${id}\n`, '')).toBe(
			' ---> Using cache\n ---> 0123456789ab\nno end',
		);
		const types = events
			.filter(event => 'step' in event && event.step === step)
			.map(({type}) => type);
		expect(types[0]).toBe('started');
		expect(types.at(-1)).toBe('done');
	});

	describe(`a failure (${builder})`, () => {
		test('of a RUN leaves its state, with its environment, folder and user', async () => {
			const build = await open(
				[
					'FROM busybox',
					'ARG LEVEL=0',
					'ENV COLOR=red',
					'WORKDIR /work',
					`RUN chown app /work # ${unique()}`,
					'USER app',
					'RUN echo left > behind; exit 7',
					'RUN true',
				],
				{buildArguments: {LEVEL: '9'}},
			);
			const failure = await failureOf(build);
			expect(failure).toMatchObject({
				step: stepWith(build.program, 'exit 7'),
				kind: 'command',
				exitCode: 7,
			});
			expect(failure.seconds).toBeGreaterThan(0);
			if (builder === 'buildkit' && isOldEngine()) {
				return;
			}

			expect(failure.state).toEqual({kept: true});
			const inside = await runAt(
				build,
				{kind: 'failed'},
				'sh',
				'-c',
				'cat behind; id -un; pwd; echo $COLOR $LEVEL',
			);
			expect(inside).toEqual({
				stdout: 'left\napp\n/work\nred 9\n',
				stderr: '',
				code: 0,
			});

			const before = await runAt(
				build,
				{kind: 'before', step: failure.step!},
				'ls',
			);
			expect(before.stdout).toBe('');
			const again = await failureOf(build);
			expect(again.exitCode).toBe(7);
		});

		test('is no result, however much it was looked into', async () => {
			const build = await open([
				'FROM busybox',
				`RUN echo ${unique()}; exit 3`,
			]);
			const {state} = await failureOf(build);
			if (state.kept) {
				await runAt(build, {kind: 'failed'}, 'true');
			}

			const again = await failureOf(build);
			expect(again.exitCode).toBe(3);
		});

		test('of a COPY names its step, and what it looked in', async () => {
			const build = await open(['FROM busybox', 'COPY sub/not /'], {
				files: {'sub/note': ''},
			});
			const failure = await failureOf(build);
			expect(failure).toMatchObject({
				step: stepWith(build.program, 'COPY'),
				kind: 'source',
				exitCode: null,
				state: {kept: false},
				missing: {point: {kind: 'context'}, nearMisses: ['note']},
			});
			expect(failure.message).toBe(
				'There is no sub/not in the build context; sub/ has note.',
			);
		});
	});

	describe(`a shell (${builder})`, () => {
		test('takes input to its end, and ends with the code of its command', async () => {
			const build = await open(['FROM busybox']);
			await runSteps(build);
			const shell = await openShell(
				build,
				{kind: 'final'},
				{
					command: ['sh', '-c', 'cat; exit 5'],
				},
			);
			await shell.write(Buffer.from('some\ninput'));
			shell.endInput();
			expect(await textOf(shell)).toBe('some\ninput');
			expect(await shell.exited).toBe(5);
		});

		test('has the size of the terminal, also when that changes', async () => {
			const build = await open(['FROM busybox']);
			await runSteps(build);
			const shell = await openShell(
				build,
				{kind: 'final'},
				{
					command: [
						'sh',
						'-c',
						// On 20.10 a legacy shell gets its size just after it has started.
						'trap "stty size" WINCH; stty size; until [ "$(stty size)" = "44 90" ]; do sleep 0.1; done; stty size',
					],
					terminal: {rows: 31, columns: 101},
				},
			);
			const text: string[] = [];
			for await (const {data} of shell.output) {
				text.push(Buffer.from(data).toString());
				if (text.join('').includes('31 101') && !text.includes('')) {
					text.push('');
					shell.resize({rows: 44, columns: 90});
				}
			}

			expect(text.join('')).toContain('44 90');
		});

		test('is ended by a signal', async () => {
			const build = await open(['FROM busybox']);
			await runSteps(build);
			const shell = await openShell(
				build,
				{kind: 'final'},
				{
					command: [
						'sh',
						'-c',
						'trap "exit 3" TERM; echo ready; while :; do sleep 0.1; done',
					],
				},
			);
			shell.endInput();
			for await (const {data} of shell.output) {
				if (Buffer.from(data).toString().includes('ready')) {
					shell.signal('TERM');
				}
			}

			// Where the engine passes no signals on, the process is ended as one that doesn't catch them.
			const passesSignals = await isAbleTo('gateway.exec.signals');
			expect(await shell.exited).toBe(passesSignals ? 3 : 128 + 15);
		});

		test('of a program that isn’t there says so', async () => {
			const build = await open(['FROM busybox']);
			await runSteps(build);
			await expect(
				(async () => {
					const shell = await openShell(
						build,
						{kind: 'final'},
						{command: ['/nowhere']},
					);
					shell.endInput();
					await shell.exited;
				})(),
			).rejects.toThrow(UsageError);
		});

		test('where there is none is of the toolbox', async () => {
			const build = await open(
				[
					'FROM busybox AS made',
					'FROM scratch',
					'COPY --from=made /etc/passwd /',
				],
				{toolbox: 'busybox'},
			);
			await runSteps(build);
			const shell = await openShell(build, {kind: 'final'});
			expect(shell.isOfToolbox).toBe(true);
			await shell.write(Buffer.from('ls -A /*passwd; exit 3\n'));
			shell.endInput();
			expect(await textOf(shell)).toBe('/passwd\n');
			expect(await shell.exited).toBe(3);
		});

		test('sees what the one before it in the same container changed', async () => {
			const build = await open(['FROM busybox']);
			await runSteps(build);
			const snapshot = await build.snapshot({kind: 'final'});
			const container = await snapshot.openContainer();
			const first = await container.openShell({
				command: ['sh', '-c', 'echo kept > /mine'],
				terminal: null,
			});
			first.endInput();
			await first.exited;
			await first.close();
			const second = await container.openShell({
				command: ['cat', '/mine'],
				terminal: null,
			});
			second.endInput();
			expect(await textOf(second)).toBe('kept\n');
			await second.close();
			await container.close();
		});
	});

	describe(`the files (${builder})`, () => {
		const dockerfile = [
			'FROM busybox AS made',
			String.raw`RUN mkdir -p /out/d /out/d.e && cd /out && echo one > d/one && ln d/one two && ln -s d/one three && echo x > d.e/x && chown 7:8 d.e/x && chmod 4755 d.e/x && mkfifo pipe && touch "$(printf 'caf\351')" "$(printf 'a\nb')" && dd if=/dev/zero of=big bs=1k count=200 2>/dev/null && touch -d @0 /out/d/one`,
			'FROM scratch',
			'COPY --from=made /out /',
		];
		const point: Point = {kind: 'final'};

		test('are listed in the order of a transfer, without what the engine adds', async () => {
			// From 28 on it takes a shell to list names that are no UTF-8, and the image has none.
			const build = await open(
				dockerfile,
				builder === 'legacy' ? {} : {toolbox: 'busybox'},
			);
			await runSteps(build);
			const snapshot = await build.snapshot(point);
			const listed: string[] = [];
			for await (const {
				path,
				kind,
				mode,
				size,
				hardLinkTo,
				linkTarget,
				uid,
				gid,
			} of snapshot.list()) {
				listed.push(
					`${path} ${kind} ${mode.toString(8)} ${size} ${uid}:${gid} ${hardLinkTo ?? linkTarget ?? ''}`.trim(),
				);
			}

			expect(listed).toEqual([
				'a\nb file 644 0 0:0',
				'big file 644 204800 0:0',
				'caf\u00E9 file 644 0 0:0',
				'd directory 755 0 0:0',
				'd/one file 644 4 0:0',
				'd.e directory 755 0 0:0',
				'd.e/x file 4755 2 7:8',
				// Engines up to 20.10 leave pipes out of a transfer.
				...(isOldEngine() && builder === 'buildkit'
					? []
					: ['pipe fifo 644 0 0:0']),
				'three symlink 777 0 0:0 d/one',
				expect.stringMatching(/^two file 644 (?:4 0:0|0 0:0 d\/one)$/v),
			]);
			const directory = await snapshot.readDirectory(asBytePath('d.e'));
			expect(directory.map(({path}) => path)).toEqual(['d.e/x']);
			expect(await snapshot.stat(asBytePath('d/one'))).toMatchObject({
				kind: 'file',
				size: 4,
				modified: 0n,
			});
			await expect(snapshot.stat(asBytePath('nothing'))).rejects.toThrow(
				UsageError,
			);
		});

		test('are read in parts, and several in one go', async () => {
			const build = await open(dockerfile);
			await runSteps(build);
			const snapshot = await build.snapshot(point);
			const collect = async (
				chunks: AsyncIterable<Uint8Array>,
			): Promise<Buffer> => {
				const parts: Uint8Array[] = [];
				for await (const chunk of chunks) {
					parts.push(chunk);
				}

				return Buffer.concat(parts);
			};

			const whole = await collect(snapshot.readFile(asBytePath('big')));
			expect(whole).toHaveLength(204_800);
			const range = {offset: 1, length: 2};
			expect(
				String(await collect(snapshot.readFile(asBytePath('d/one'), range))),
			).toBe('ne');
			const found: string[] = [];
			for await (const {path, chunks} of snapshot.readFiles([
				asBytePath('d.e/x'),
				asBytePath('d/one'),
			])) {
				found.push(`${path} ${String(await collect(chunks))}`);
			}

			expect(found.toSorted()).toEqual(['d.e/x x\n', 'd/one one\n']);
		});

		test('of the build context are what the engine gets', async () => {
			const build = await open(['FROM busybox'], {
				files: {
					...files,
					'.dockerignore': 'no*\n!note\n',
					nope: '',
					'sub/x': 'x',
				},
			});
			await runSteps(build);
			const snapshot = await build.snapshot({kind: 'context'});
			const names: string[] = [];
			for await (const {path} of snapshot.list()) {
				names.push(path);
			}

			expect(names).toEqual(
				['.dockerignore', 'Dockerfile', 'note', 'sub', 'sub/x'].map(name =>
					bytePathFromText(name),
				),
			);
		});
	});

	describe(`at the end (${builder})`, () => {
		test('the image has its names, and nothing of the session is left', async () => {
			const engine = testEngine();
			const names = [
				`mstage-contract-${unique()}:1`,
				`mstage-contract-${unique()}:2`,
			];
			const build = await open(
				['FROM busybox', `RUN echo ${unique()}`, 'CMD ["x"]'],
				{tags: names},
			);
			await runSteps(build);
			await runAt(build, {kind: 'final'}, 'true');
			const point: Point = {kind: 'after', step: 1};
			const snapshot = await build.snapshot(point);
			const result = await build.finish();
			await snapshot.stat(asBytePath('bin'));
			await runAt(build, point, 'true');
			await build.close();
			expect(result.tags).toEqual(names);
			for (const name of names) {
				// eslint-disable-next-line no-await-in-loop -- two
				expect(await hasImage(engine, name)).toBe(true);
			}

			const {Config: config} = await getJson<{Config: {Cmd: string[]}}>(
				engine,
				`/images/${names[0]!}/json`,
			);
			expect(config.Cmd).toEqual(['x']);
			await Promise.all(names.map(async name => removeImage(engine, name)));
			expect(await listContainers(engine)).toEqual([]);
		});

		test('neither is what failed, nor what was canceled', async () => {
			const seconds = uniqueSeconds();
			const build = await open(['FROM busybox', `RUN sleep ${seconds}`]);
			const cancel = new AbortController();
			const running = runSteps(build, stepsToRun(build.program), cancel.signal);
			expect(
				await watchFor(async () => isRunning(seconds) || undefined, 20_000),
			).toBe(true);
			cancel.abort();
			const events = await running;
			expect(events.at(-1)).toEqual({type: 'canceled'});
			expect(
				await watchFor(
					async () => (isRunning(seconds) ? undefined : true),
					20_000,
				),
			).toBe(true);

			const failing = await open([
				'FROM busybox',
				`RUN echo ${unique()}; exit 1`,
			]);
			await failureOf(failing);
			await failing.close();
			await build.close();
			expect(await listContainers(testEngine())).toEqual([]);
		});
	});
}
