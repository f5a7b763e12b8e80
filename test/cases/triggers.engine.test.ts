import {Buffer} from 'node:buffer';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {openBuild, unique} from '../engine/buildkit/builds.js';
import {removeImage} from '../engine/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {casesForTests} from './case.js';

const open = casesForTests();
const stepwise = ['debug', '--plain', '--pause', 'instruction', '.'];
const toTheEnd = ['debug', '--plain', '--pause', 'error'];

describe.each(['buildkit', 'legacy'])('ONBUILD (%s)', builder => {
	const flags = ['--builder', builder];

	test('is told where it runs, with its own line', async () => {
		await using it = await open('onbuild');
		const {stdout, code} = await it.mstage([...stepwise, ...flags]);
		expect(code).toBe(0);
		expect(stdout).toContain(
			'⏸ before left:0.1  ONBUILD RUN date +%s%N > /stamp  Dockerfile:2\n',
		);
		expect(stdout).toContain(
			'⏸ before right:0.2  ONBUILD COPY extra.txt /extra.txt  Dockerfile:3\n',
		);
		expect(stdout).toMatch(/✔ left:0\.2 /v);
		// BuildKit runs what both stages share once, the legacy builder takes it from its cache.
		expect(stdout).toContain('✔ right:0.1  cached\n');
		expect(stdout).toContain('⏸ before right:1  RUN echo right');
	});

	test('has points of its own, with their files', async () => {
		await using it = await open('onbuild');
		const first = await it.mstage(['ls', ...flags, 'left:0.1:/']);
		expect(first.stdout).toContain('stamp\n');
		expect(first.stdout).not.toContain('extra.txt');
		const second = await it.mstage(['ls', ...flags, 'left:0.2:/']);
		expect(second.stdout).toContain('extra.txt\n');
	});

	test('stops a breakpoint of its line where it runs', async () => {
		await using it = await open('onbuild');
		const {stdout} = await it.mstage(
			[...toTheEnd, '--break', '2', ...flags, '.'],
			{input: 'break\nlist\ncontinue\ncontinue\n'},
		);
		expect(stdout).toContain(
			'⏸ before left:0.1  ONBUILD RUN date +%s%N > /stamp  Dockerfile:2 (at a breakpoint)',
		);
		expect(stdout).toContain('before right:0.1');
		expect(stdout).not.toContain('before parent:1');
		expect(stdout).toMatch(/●▶. 2 {2}ONBUILD RUN/v);
	});

	test('fails with its own line', async () => {
		await using it = await open('onbuild');
		const {stdout, code} = await it.mstage([
			...toTheEnd,
			...flags,
			'-f',
			'Dockerfile.fails',
			'.',
		]);
		expect(code).toBe(1);
		expect(stdout).toContain(
			'✖ failed in kid:0.2  ONBUILD RUN cat /missing-thing  Dockerfile.fails:3\n  exited with code 1\n',
		);
		const before = await it.mstage([
			'ls',
			...flags,
			'-f',
			'Dockerfile.fails',
			'kid:0.1:/',
		]);
		expect(before.stderr).toBe('');
		expect(before.stdout).toContain('bin/');
	});

	test('of an image has no line, and its stages are needed where the engine lets it read them', async () => {
		const image = `mstage-onbuild-${unique()}`;
		onTestFinished(async () => removeImage(testEngine(), image));
		const base = await openBuild(
			[
				'FROM busybox',
				`ONBUILD RUN echo ${image} > /trig`,
				'ONBUILD COPY --from=build /made /made',
			],
			{tags: [image]},
		);
		await base.finish();

		await using it = await open('onbuild');
		await writeFile(
			path.join(it.folder, 'Dockerfile'),
			Buffer.from(
				`FROM busybox AS build\nRUN echo yes > /made\nFROM ${image}\nRUN cat /made\n`,
			),
		);
		const {stdout, stderr} = await it.mstage([...toTheEnd, ...flags, '.']);
		if (builder === 'buildkit' && /^2[0-6]\./v.test(testEngine().version)) {
			// Engine 20.10 reads the wrong filesystem, 26.1 refuses it.
			expect(`${stdout}${stderr}`).toMatch(
				/an ONBUILD of the image mstage-onbuild-\w+ reads the stage build|✖ failed in 1:0\.2/v,
			);
			return;
		}

		expect(stdout).toMatch(/✔ build:1 /v);
		expect(stdout).toMatch(/✔ 1:0\.2 /v);
		expect(stdout).toContain('│ yes\n');
	});
});

test('ONBUILD is in the tree, with what it reads', async () => {
	await using it = await open('onbuild');
	await writeFile(
		path.join(it.folder, 'Dockerfile'),
		'FROM busybox AS ext\nFROM busybox AS parent\nONBUILD COPY --from=ext /a /a\nFROM parent AS kid\n',
	);
	const text = await it.mstage(['tree', '.']);
	expect(text.stdout).toContain('1 instruction and 1 of ONBUILD, line 4');
	expect(text.stdout).toContain('ONBUILD COPY --from (line 3)');
	const json = await it.mstage(['tree', '--json', '.']);
	expect(JSON.parse(json.stdout)).toMatchObject({
		stages: [
			{needed: {buildkit: true}},
			{},
			{
				triggers: [{keyword: 'COPY', lines: [3, 3]}],
				dependencies: [
					{via: 'FROM'},
					{via: 'COPY --from', line: 3, onbuild: true},
				],
			},
		],
	});
	const mermaid = await it.mstage(['tree', '--mermaid', '.']);
	expect(mermaid.stdout).toContain('"ONBUILD COPY --from (line 3)"');
	const dot = await it.mstage(['tree', '--dot', '.']);
	expect(dot.stdout).toContain('"ONBUILD COPY --from (line 3)"');
});
