import {createHash} from 'node:crypto';
import {appendFile, readFile, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {networkInterfaces} from 'node:os';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {testEngine} from '../engine/test-engine.js';
import {type Case, casesForTests} from './case.js';

const open = casesForTests();
const toTheEnd = ['debug', '--plain', '--pause', 'error'];
const isNew = !/^2[0-6]\./v.test(testEngine().version);

async function printed(
	it: Case,
	args: readonly string[],
	input = '',
): Promise<string> {
	const {stdout, stderr} = await it.mstage(args, {input});
	return `${stdout}${stderr}`;
}

describe('a named context in place of a stage (named-context)', () => {
	test.skipIf(testEngine().version.startsWith('20.'))(
		'is what it is: its files, no steps',
		async () => {
			await using it = await open('named-context');
			await writeFile(path.join(it.folder, 'other/more'), 'more');
			const context = ['--build-context', 'lib=other'];
			const session = await printed(it, [
				'debug',
				'--plain',
				'--pause',
				'instruction',
				...context,
				'.',
			]);
			expect(session).not.toContain('lib:');
			expect(session).toContain('✔ finished');
			const files = await printed(it, ['ls', ...context, 'lib:/']);
			expect(files).toMatch(/ more\n.* w\n$/sv);
			expect(files).not.toContain('bin/');
			expect(await printed(it, ['why', ...context, '/w'])).toContain(
				'← COPY context lib /w (Dockerfile:4) in app',
			);
			expect(
				await printed(it, [...toTheEnd, '--break', 'lib', ...context, '.']),
			).toContain('the named context lib takes the place of that stage');
		},
	);

	test('is in the tree', async () => {
		await using it = await open('named-context');
		const text = await printed(it, [
			'tree',
			'--build-context',
			'lib=other',
			'.',
		]);
		expect(text).toContain('0 lib  context lib');
		expect(text).toContain('a named context in its place');
		const ofImage = await printed(it, [
			'tree',
			'--build-context',
			'busybox=docker-image://debian:bookworm-slim',
			'.',
		]);
		expect(ofImage).toContain('1 app  context busybox');
	});
});

test.each(['buildkit', 'legacy'])(
	'a global ARG of an automatic one is what the engine makes of it (target-arch, %s)',
	async builder => {
		await using it = await open('target-arch');
		const {stdout} = await it.mstage(
			[
				...toTheEnd,
				'--break',
				'x:3',
				'--builder',
				builder,
				'-f',
				'Dockerfile.global',
				'.',
			],
			{input: 'variables x:2\nshell x:2 -- env\ncontinue\n'},
		);
		const os = builder === 'legacy' ? '' : 'linux';
		const arch = builder === 'buildkit' && isNew ? 'amd64' : '';
		expect(stdout).toContain(`t=[${os}/${arch}]`);
		expect(stdout).toContain(
			arch === ''
				? 'TARGETARCH  (global, line 1)'
				: `TARGETARCH = ${arch}  (global, line 1)`,
		);
	},
);

test('two stages of one name (duplicate-stage)', async () => {
	await using it = await open('duplicate-stage');
	const legacy = await it.mstage([...toTheEnd, '--builder', 'legacy', '.']);
	expect(legacy.code).toBe(1);
	expect(legacy.stdout).toMatch(
		/✖ failed in .*FROM busybox AS same {2}Dockerfile:3\n {2}An earlier stage is called same too/v,
	);
	expect(await printed(it, ['cat', 'same:/w'])).toBe('second\n');
	expect(await printed(it, ['cat', '0:/w'])).toBe('first\n');
});

test('a result that the next build won’t find is told as such (run-cached)', async () => {
	await using it = await open('run-cached');
	// Two results may be of one second.
	const dockerfile = path.join(it.folder, 'Dockerfile');
	const text = await readFile(dockerfile, 'utf8');
	await writeFile(
		dockerfile,
		text.replace('date >', 'cat /proc/sys/kernel/random/uuid >'),
	);
	const input = 'break 3\ncontinue\nrerun v:1\nshell v:1 -- cat /when\nquit\n';
	const args = ['debug', '--plain', '--pause', 'stage'];
	const session = await printed(it, [...args, '.'], input);
	const kept = await printed(it, ['cat', 'v:/when']);
	expect(session).toContain("The new result is this session's alone");
	expect(session).not.toContain(kept);
	const legacy = [...args, '--builder', 'legacy', '.'];
	const other = await printed(it, legacy, input);
	expect(other).not.toContain("this session's alone");
	expect(other).toContain(
		await printed(it, ['cat', '--builder', 'legacy', 'v:/when']),
	);
});

test.each(['buildkit', 'legacy'])(
	'why a COPY, and what builds on it, ran again (npm-cache, %s)',
	async builder => {
		await using it = await open('npm-cache');
		const args = [...toTheEnd, '--builder', builder, '.'];
		await printed(it, args);
		expect(await printed(it, args)).not.toContain('not cached');
		await appendFile(path.join(it.folder, 'src/index.js'), '// more\n');
		const again = await printed(it, args);
		expect(again).toContain('not cached: file src/index.js changed');
		expect(again).toContain('a step before it changed: see deps:2');
	},
);

test.each(['buildkit', 'legacy'])(
	'changed contents of an address (add-url, %s)',
	async builder => {
		let contents = `${builder} ${Date.now()}`;
		const server = createServer((_request, response) => {
			response.end(contents);
		});
		await new Promise<void>(resolve => {
			server.listen(0, '0.0.0.0', resolve);
		});
		onTestFinished(() => {
			server.close();
		});
		const host = Object.values(networkInterfaces())
			.flat()
			.find(one => one?.family === 'IPv4' && !one.internal)!.address;
		const {port} = server.address() as {readonly port: number};
		const url = `http://${host}:${port}/file`;
		await using it = await open('add-url');
		await writeFile(
			path.join(it.folder, 'Dockerfile'),
			`FROM busybox\nADD ${url} /file\nRUN cat /file > /other\n`,
		);
		const args = [...toTheEnd, '--builder', builder, '.'];
		await printed(it, args);
		expect(await printed(it, args)).not.toContain('not cached');
		contents += ' changed';
		const again = await printed(it, args);
		const sums = [contents.replace(' changed', ''), contents].map(text =>
			createHash('sha256').update(text).digest('hex').slice(0, 12),
		);
		expect(again).toContain(
			builder === 'buildkit'
				? `not cached: the contents of ${url} changed: sha256:${sums[0]}… → sha256:${sums[1]}…`
				: `not cached: the contents of ${url} changed, or the engine no longer had it in its cache`,
		);
		expect(again).toContain('not cached: a step before it ran again: see 0:1');
	},
);

test('a stage that the target goes without (skipped-stage)', async () => {
	await using it = await open('skipped-stage');
	expect(await printed(it, ['tree', '.'])).toMatch(
		/test +0 build +legacy builder only/v,
	);
	expect(await printed(it, [...toTheEnd, '.'])).toContain('✔ finished');
	const legacy = await it.mstage([...toTheEnd, '--builder', 'legacy', '.']);
	expect(legacy.code).toBe(1);
	expect(legacy.stdout).toContain('✖ failed in test:1');
});

test('a variable in --from is refused with the way around it (from-arg)', async () => {
	await using it = await open('from-arg');
	const refused = await it.mstage(['tree', '--build-arg', 'STAGE=beta', '.']);
	expect(refused.code).toBe(2);
	expect(refused.stderr).toContain('Dockerfile:8: ');
	expect(refused.stderr).toContain('AS name');
	const picked = await printed(it, [
		'tree',
		'--build-arg',
		'STAGE=beta',
		'-f',
		'Dockerfile.ok',
		'.',
	]);
	expect(picked).toMatch(/picked +1 beta/v);
});

test('breakpoints on every kind of line (breakpoints)', async () => {
	await using it = await open('breakpoints');
	const stops = [1, 6, 8, 11, 13, 16, 18].flatMap(line => [
		'--break',
		String(line),
	]);
	const session = await printed(it, [...toTheEnd, ...stops, '.'], 'break\n');
	for (const step of ['one:0', 'one:1', 'one:2', 'one:3', 'two:0', '2:0']) {
		expect(session).toMatch(
			new RegExp(
				String.raw`⏸ before ${step} .*\((?:at a breakpoint|at the start)\)`,
				'v',
			),
		);
	}

	const late = await it.mstage([...toTheEnd, '--break', '99', '.']);
	expect(late.code).not.toBe(0);
	expect(`${late.stdout}${late.stderr}`).toContain('can never be hit');
});

test('an ENTRYPOINT takes the command of the base away (entrypoint-cmd)', async () => {
	await using it = await open('entrypoint-cmd');
	const session = await printed(
		it,
		['debug', '--plain', '--pause', 'stage', '.'],
		'variables child:1\nvariables 2:1\nquit\n',
	);
	expect(session).toMatch(/\* command = +\(ENTRYPOINT line 6\)/v);
	expect(session).toMatch(/MODE = +\(ENV line 8\)/v);
	expect(session).toContain('TOKEN = abc123');
});
