import {readdir} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {
	type DockerClient,
	dockerClient,
	removeImage,
	seedDebian,
} from '../engine/engine.js';
import {attempt, type Ending, run, watchFor} from '../engine/process.js';
import {testEngine} from '../engine/test-engine.js';

const engine = testEngine();
const examples = path.join(import.meta.dirname, '../../examples');
const repository = `mstage-example-${process.pid}`;
const tags = new Set<string>();
let docker: DockerClient;

beforeAll(async () => {
	docker = await dockerClient(engine);
	// The first time on a machine, Debian is bootstrapped from its packages.
	await seedDebian(engine);
}, 600_000);

afterAll(async () => {
	await Promise.all([...tags].map(async tag => removeImage(engine, tag)));
});

type Builder = 'buildkit' | 'legacy';

async function attemptBuild(
	builder: Builder,
	example: string,
	...flags: string[]
): Promise<Ending> {
	const progress = builder === 'buildkit' ? ['--progress', 'plain'] : [];
	const folder = path.join(examples, example);
	return attempt(docker.command, ['build', ...progress, ...flags, folder], {
		env: {...docker.env, DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0'},
	});
}

/** Builds an example that must succeed; returns its image's tag and all that the builder said. */
async function build(
	builder: Builder,
	example: string,
	...flags: string[]
): Promise<{tag: string; said: string}> {
	const tag = `${repository}:${example}-${tags.size}`;
	tags.add(tag);
	const ending = await attemptBuild(builder, example, '-t', tag, ...flags);
	const said = ending.stdout + ending.stderr;
	expect(ending.code, said).toBe(0);
	return {tag, said};
}

async function runImage(tag: string, ...command: string[]): Promise<string> {
	const args = ['run', '--rm', tag, ...command];
	return run(docker.command, args, {env: docker.env});
}

/** Asks the web server in a container for a page, from a container beside it. */
async function fetchPage(tag: string, page: string): Promise<string> {
	const {command, env} = docker;
	const started = await run(command, ['run', '-d', tag], {env});
	const server = started.trim();
	const args = [
		'run',
		'--rm',
		`--network=container:${server}`,
		'busybox',
		'wget',
		'-qO-',
		`http://127.0.0.1:8080/${page}`,
	];
	try {
		// The server may need a moment until it listens.
		const fetched = await watchFor(async () => {
			const {code, stdout} = await attempt(command, args, {env});
			return code === 0 ? stdout : undefined;
		}, 20_000);
		return fetched ?? '';
	} finally {
		await run(command, ['rm', '-f', server], {env});
	}
}

describe.each(['buildkit', 'legacy'] as const)('with %s', builder => {
	test.each(['by-number', 'by-name'])(
		'%s ships the rendered pages and their server',
		async example => {
			const {tag} = await build(builder, example);
			expect(await fetchPage(tag, 'tides.html')).toBe(
				'<h1>Tides</h1>\n<p>High water is twelve hours and twenty-five minutes after the last one.</p>\n',
			);
		},
	);

	test('targets stops at each of its targets', async () => {
		const debug = await build(builder, 'targets', '--target', 'debug');
		expect(await runImage(debug.tag)).toBe('20 C is 68.0 F\n');
		const testing = await build(
			builder,
			'targets',
			'--no-cache',
			'--target',
			'testing',
		);
		expect(testing.said).toContain('pass convert -40');
		const production = await build(
			builder,
			'targets',
			'--target',
			'production',
		);
		expect(await runImage(production.tag, '100')).toBe('100 C is 212.0 F\n');
	});

	test('external-image runs a shell that comes from another image', async () => {
		const {tag} = await build(builder, 'external-image');
		expect(await runImage(tag)).toMatch(/^It is \d\d:\d\d in UTC\.\n$/v);
	});

	test('stage-from-stage ships what both compilers made', async () => {
		const {tag} = await build(builder, 'stage-from-stage');
		expect(await runImage(tag)).toBe('68656c6c6f\n');
		expect(await runImage(tag, '/decode', '686172626f7572')).toBe('harbour\n');
	});

	test('skipped-stages builds the stages that this builder builds', async () => {
		const {tag, said} = await build(builder, 'skipped-stages', '--no-cache');
		expect(await runImage(tag)).toBe('apple juice\ncoffee\nlemonade\ntea\n');
		expect(said.includes('handbook written\n')).toBe(builder === 'legacy');
		expect(said.includes('lint passed\n')).toBe(builder === 'legacy');
	});

	test('static-c ships a program that needs no libraries', async () => {
		const {tag} = await build(builder, 'static-c');
		expect(await runImage(tag)).toBe('2 3 5 7 11 13 17 19 23 29\n');
		expect(await runImage(tag, '12')).toBe('2 3 5 7 11\n');
	});

	test('failing stops at the missing page', async () => {
		const {code, stdout, stderr} = await attemptBuild(
			builder,
			'failing',
			'--no-cache',
			// The legacy builder leaves the container of a failed RUN behind, unless it is told not to.
			...(builder === 'legacy' ? ['--force-rm'] : []),
		);
		expect(code).toBe(1);
		const said = stdout + stderr;
		expect(said).toContain('ok 3 - no page is empty');
		expect(said).toContain(
			'02-start.html links to 03-testing.html, and there is no such page',
		);
		expect(said).toContain('stopped at check 4 of 5');
		expect(said).not.toContain('rendered 03-testing.html');
	});
});

describe('mounts', () => {
	test('reads its secret', async () => {
		const token = path.join(examples, 'mounts/token.txt');
		const secret = `id=token,src=${token}`;
		const {tag} = await build('buildkit', 'mounts', '--secret', secret);
		expect(await runImage(tag)).toBe(
			'anchor\nbuoy\nrope\n281cb68eb27a4a62a9c46ea2e8b7addf43704acab21ca1a865f9fac482f8c7d6\n',
		);
	});

	test('fails without its secret', async () => {
		const {code, stderr} = await attemptBuild(
			'buildkit',
			'mounts',
			'--no-cache',
		);
		expect(code).toBe(1);
		expect(stderr).toMatch(/secret token.*not found/v);
	});

	test('needs BuildKit', async () => {
		const {code, stderr} = await attemptBuild('legacy', 'mounts');
		expect(code).toBe(1);
		expect(stderr).toContain('--mount option requires BuildKit');
	});
});

test('every example is built by a test', async () => {
	const folders = await readdir(examples);
	const built = [...tags].map(tag => tag.replace(/^.*:(.*)-\d+$/v, '$1'));
	expect(new Set([...built, 'failing'])).toEqual(new Set(folders));
});
