import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {BuilderKind} from '../../source/dockerfile/stages/stage-queries.js';
import type {Build, BuildSettings} from '../../source/engine/port.js';
import {
	isOldEngine,
	logOf,
	openBuild,
	runSteps,
	stepWith,
	unique,
} from './buildkit/builds.js';
import {makeTree} from './context/temporary-tree.js';
import {getJson, removeImage} from './engine.js';
import {testEngine} from './test-engine.js';

const none: BuildSettings = {
	labels: {},
	pull: false,
	network: null,
	hosts: [],
	sharedMemory: null,
	limits: [],
	contexts: {},
	keepsImage: false,
};

const show = `RUN df -k /dev/shm; ulimit -n; ulimit -Hn; cat /etc/hosts; ls /sys/class/net # ${unique()}`;

/** What the RUN of a build prints. */
async function logOfRun(build: Build): Promise<string> {
	const events = await runSteps(build);
	return logOf(events, stepWith(build.program, 'RUN'));
}

describe.each(['buildkit', 'legacy'] as const)(
	'flags of docker build: %s',
	(builder: BuilderKind) => {
		test('reach every RUN, and the finished image', async () => {
			const engine = testEngine();
			const tags = [`mstage-test/${unique()}`, `mstage-test/${unique()}:two`];
			onTestFinished(async () => {
				await Promise.all(tags.map(async tag => removeImage(engine, tag)));
			});
			const build = await openBuild(['FROM busybox', `${show} ${builder}`], {
				builder,
				tags,
				settings: {
					...none,
					labels: {one: 'a "b" $c\nd', two: ''},
					network: 'none',
					hosts: [{name: 'db.test', address: '192.0.2.7'}],
					sharedMemory: 32 * 1024 * 1024,
					limits: [{name: 'nofile', soft: 1234, hard: 2345}],
				},
			});
			const log = await logOfRun(build);
			expect(log).toMatch(/^\S+\s+32768\s.*\/dev\/shm$/mv);
			expect(log).toMatch(/^1234\n2345$/mv);
			expect(log).toMatch(/^192\.0\.2\.7\s+db\.test$/mv);
			expect(log.trim().split('\n').at(-1)).toBe('lo');

			const {image} = await build.finish();
			type Image = {
				readonly RepoTags: readonly string[];
				readonly Config: {readonly Labels: Readonly<Record<string, string>>};
			};
			const found = await getJson<Image>(engine, `/images/${image!}/json`);
			expect(found.Config.Labels).toEqual({one: 'a "b" $c\nd', two: ''});
			expect(new Set(found.RepoTags)).toEqual(
				new Set([`${tags[0]}:latest`, tags[1]]),
			);
		});

		test('give RUN the network of the engine, and keep an image without a name', async () => {
			const engine = testEngine();
			const build = await openBuild(
				['FROM busybox', `RUN ls /sys/class/net # ${unique()}`],
				{builder, settings: {...none, network: 'host', keepsImage: true}},
			);
			expect(await logOfRun(build)).toContain('docker0');
			const {image} = await build.finish();
			onTestFinished(async () => removeImage(engine, image!));
			const {Id: id} = await getJson<{Id: string}>(
				engine,
				`/images/${image!}/json`,
			);
			expect(id).toBe(image);
		});
	},
);

test('named contexts are folders, images, and in the place of both', async () => {
	const folder = await makeTree({'note.txt': 'from a folder'});
	await mkdir(path.join(folder, 'deep'));
	await writeFile(path.join(folder, 'deep/two.txt'), 'deeper');
	const build = await openBuild(
		[
			'FROM base',
			'COPY --from=notes note.txt deep/two.txt /',
			`RUN cat /note.txt /two.txt; busybox | head -1 # ${unique()}`,
		],
		{
			settings: {
				...none,
				contexts: {
					base: {kind: 'address', address: 'docker-image://busybox'},
					notes: {kind: 'folder', path: folder},
				},
			},
		},
	);
	expect(await logOfRun(build)).toMatch(/from a folderdeeperBusyBox v/v);
});

test.each(['buildkit', 'legacy'] as const)(
	'host-gateway is the address that the engine has for its machine: %s',
	async builder => {
		const settings = {...none, hosts: [{name: 'h', address: 'host-gateway'}]};
		const opening = openBuild(
			['FROM busybox', `RUN cat /etc/hosts # ${unique()}`],
			{builder, settings},
		);
		if (builder === 'buildkit' && isOldEngine()) {
			await expect(opening).rejects.toThrow(
				/--add-host h:host-gateway: .* give the address/v,
			);
			return;
		}

		expect(await logOfRun(await opening)).toMatch(/^\d+\.\d+\.\d+\.1\s+h$/mv);
	},
);

test.each([
	[
		'buildkit' as const,
		{...none, network: 'bridge'},
		/--network bridge: BuildKit knows only default, none and host/v,
	],
	[
		'legacy' as const,
		{...none, contexts: {a: {kind: 'address' as const, address: 'b'}}},
		/--build-context is something that only BuildKit knows/v,
	],
])('%s refuses by name what it can’t do', async (builder, settings, reason) => {
	await expect(
		openBuild(['FROM busybox'], {builder, settings}),
	).rejects.toThrow(reason);
});

test('a frontend that can’t be had is told where it is asked for', async () => {
	await expect(
		openBuild(['# escape=\\', '# syntax=127.0.0.1:1/own:1', 'FROM busybox']),
	).rejects.toThrow(
		/^Dockerfile:2: The image 127\.0\.0\.1:1\/own:1 can't be had from the registry 127\.0\.0\.1:1: /v,
	);
});
