import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {beforeAll, describe, expect, test} from 'vitest';
import type {Container, Point, Shell} from '../../../source/engine/port.js';
import {rootPath} from '../../../source/text/byte-path.js';
import {staticBusybox} from '../debian.js';
import {
	failureOf,
	isOldEngine,
	openBuild,
	runAt,
	runSteps,
	stepWith,
	unique,
	uniqueSeconds,
} from './builds.js';
import {isRunning} from './processes.js';

let busybox: string;
beforeAll(async () => {
	busybox = await staticBusybox();
});

/** Types into a terminal shell and reads until a text is there. */
async function type(
	shell: Shell,
	...parts: ReadonlyArray<readonly [typed: string, awaited: string]>
): Promise<string> {
	let seen = '';
	const waiting = [...parts];
	const send = async () => shell.write(Buffer.from(waiting[0]![0]));
	await send();
	for await (const {data} of shell.output) {
		seen += Buffer.from(data).toString();
		if (waiting.length > 0 && seen.includes(waiting[0]![1])) {
			waiting.shift();
			if (waiting.length > 0) {
				await send();
			}
		}
	}

	return seen;
}

const terminal = {rows: 24, columns: 80};

async function inContainer(
	container: Container,
	...command: readonly string[]
): Promise<readonly [printed: string, code: number]> {
	const shell = await container.openShell({command, terminal: null});
	shell.endInput();
	let printed = '';
	for await (const {data} of shell.output) {
		printed += Buffer.from(data).toString();
	}

	const result = [printed, await shell.exited] as const;
	await shell.close();
	return result;
}

test('before a RUN its command is in the history, and its own mounts and settings are there', async () => {
	const token = unique();
	process.env['MSTAGE_TEST_TOKEN'] = token;
	const build = await openBuild(
		[
			'FROM busybox AS other',
			'RUN echo from-other > /file',
			'FROM busybox',
			'ENV GREETING=hello',
			'USER app',
			'WORKDIR /tmp',
			`RUN --mount=type=bind,from=other,target=/other --mount=type=cache,target=/cache --mount=type=tmpfs,target=/scratch --mount=type=secret,id=token,mode=0444 \\`,
			'  echo "ran $GREETING" > /tmp/ran; cat /tmp/ran',
		],
		{
			secrets: [
				{id: 'token', kind: 'environment', variable: 'MSTAGE_TEST_TOKEN'},
			],
		},
	);
	const run = stepWith(build.program, 'GREETING" >');
	await runSteps(build, [run]);
	const point: Point = {kind: 'before', step: run};
	const {stdout} = await runAt(
		build,
		point,
		'sh',
		'-c',
		'cat /other/file; cat /run/secrets/token; echo; id -un; pwd; echo $GREETING; grep -c " /scratch tmpfs " /proc/mounts; test -d /cache && echo cache; ls /tmp',
	);
	expect(stdout).toBe(`from-other\n${token}\napp\n/tmp\nhello\n1\ncache\n`);

	const snapshot = await build.snapshot(point);
	const container = await snapshot.openContainer();
	const shell = await container.openShell({terminal});
	const seen = await type(
		shell,
		['. $HISTFILE\r', 'ran hello\r\n'],
		['touch /tmp/mine; exit 7\r', 'exit 7'],
	);
	expect(seen).toContain('ran hello\r\n');
	expect(seen).not.toContain('_mstage');
	expect(await shell.exited).toBe(7);
	await shell.close();
	expect(container.isOpen).toBe(true);

	expect(await inContainer(container, 'ls', '/tmp')).toEqual([
		'mine\nran\n',
		0,
	]);
	expect(await inContainer(container, 'sh', '-c', 'exit 9')).toEqual(['', 9]);
	expect(await inContainer(container, 'id', '-un')).toEqual(['app\n', 0]);
	await container.close();
	expect(container.isOpen).toBe(false);
	expect(await runAt(build, point, 'ls', '/tmp')).toMatchObject({stdout: ''});
});

describe('an image without a shell', () => {
	test('gets one from the toolbox, with the point as its root', async () => {
		const build = await openBuild(
			[
				'FROM busybox AS builder',
				'RUN echo shipped > /app; mkdir /bin2; chmod 0555 /bin2',
				'FROM scratch',
				'COPY --from=builder /app /app',
				'COPY --from=builder /bin2 /closed',
				'USER 1000',
				'ENV PATH=/closed',
			],
			{toolbox: busybox},
		);
		await runSteps(build);
		const snapshot = await build.snapshot({kind: 'final'});
		const container = await snapshot.openContainer();
		const shell = await container.openShell({terminal});
		const seen = await type(
			shell,
			['cat /app; echo $PATH; id -u; touch /.mstage/toolbox/x\r', 'Read-only'],
			['exit 5\r', 'exit 5'],
		);
		expect(seen).toContain('shipped\r\n');
		expect(seen).toContain('/closed:/.mstage/toolbox/bin\r\n');
		expect(seen).toContain('1000\r\n');
		expect(await shell.exited).toBe(5);
		await shell.close();
		expect(await inContainer(container, 'cat', '/app')).toEqual([
			'shipped\n',
			0,
		]);
		await container.close();
		expect(await snapshot.readDirectory(rootPath)).toMatchObject([
			{path: 'app'},
			{path: 'closed'},
		]);
		expect(
			await runAt(build, {kind: 'context'}, 'ls', '/Dockerfile'),
		).toMatchObject({stdout: '/Dockerfile\n'});
	});

	test('can take it from an image', async () => {
		const build = await openBuild(['FROM scratch', 'COPY Dockerfile /'], {
			toolbox: 'busybox',
		});
		await runSteps(build);
		const {stdout} = await runAt(
			build,
			{kind: 'final'},
			'sh',
			'-c',
			'ls /Dockerfile',
		);
		expect(stdout).toBe('/Dockerfile\n');
	});

	test('says what a toolbox must be', async () => {
		const build = await openBuild(['FROM scratch', 'COPY Dockerfile /'], {
			toolbox: process.execPath,
		});
		await runSteps(build);
		await expect(runAt(build, {kind: 'final'}, 'sh')).rejects.toThrow(
			`--toolbox ${process.execPath}: this program`,
		);
	});
});

test('the build context is what the engine sees, and an image is entered by its reference', async () => {
	const build = await openBuild(['FROM busybox', 'COPY a /a'], {
		files: {a: 'A', b: 'B', 'c/d': 'D', '.dockerignore': 'b\n'},
		toolbox: busybox,
	});
	const context = await build.snapshot({kind: 'context'});
	const names = await context.readDirectory(rootPath);
	expect(names.map(({path}) => path)).toEqual([
		'.dockerignore',
		'Dockerfile',
		'a',
		'c',
	]);
	const image: Point = {kind: 'image', reference: 'busybox'};
	expect(await runAt(build, image, 'ls', '/bin/busybox')).toMatchObject({
		stdout: '/bin/busybox\n',
	});
	await expect(
		build.snapshot({kind: 'image', reference: 'Nope'}),
	).rejects.toThrow("'Nope' is no image");
});

test('a failed RUN is entered with its command in the history', async () => {
	const build = await openBuild([
		'FROM busybox',
		`RUN touch /left-${unique()}; exit 4`,
	]);
	const failure = await failureOf(build);
	expect(failure.exitCode).toBe(4);
	const point: Point = isOldEngine()
		? {kind: 'before', step: 1}
		: {kind: 'failed'};
	const snapshot = await build.snapshot(point);
	const shell = await snapshot.openShell({terminal});
	const seen = await type(shell, ['cat $HISTFILE; . $HISTFILE\r', 'exit 4']);
	expect(seen).toContain('touch /left-');
	expect(await shell.exited).toBe(4);
	expect(shell.command).toEqual(['/bin/sh']);
	await shell.close();
});

test('a megabyte of any bytes goes both ways unchanged', async () => {
	const build = await openBuild(['FROM busybox', 'RUN true']);
	await runSteps(build);
	const snapshot = await build.snapshot({kind: 'final'});
	const shell = await snapshot.openShell({command: ['cat'], terminal: null});
	const sent = randomBytes(1024 * 1024);
	const written = shell.write(sent).then(() => {
		shell.endInput();
	});
	const received: Uint8Array[] = [];
	for await (const {data} of shell.output) {
		received.push(data);
	}

	await written;
	expect(await shell.exited).toBe(0);
	expect(Buffer.concat(received).equals(sent)).toBe(true);
	await shell.close();
});

test('the end of a build ends what runs in its shells, and waits for none of it', async () => {
	const build = await openBuild(['FROM busybox', 'RUN true']);
	await runSteps(build);
	const snapshot = await build.snapshot({kind: 'final'});
	const seconds = uniqueSeconds();
	const shell = await snapshot.openShell({
		command: ['sh', '-c', `echo begun; sleep ${seconds}; true`],
		terminal: null,
	});
	await expect.poll(() => isRunning(seconds)).toBe(true);
	const closed = build.close();
	await expect(shell.exited).rejects.toThrow();
	await closed;
	await expect.poll(() => isRunning(seconds)).toBeUndefined();
});
