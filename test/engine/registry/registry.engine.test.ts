import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
	afterAll,
	afterEach,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
	vi,
} from 'vitest';
import {rootPath, textOf} from '../../../source/text/byte-path.js';
import {endsOf, openBuild, runSteps, stepWith} from '../buildkit/builds.js';
import {dockerClient, removeImage} from '../engine.js';
import {run} from '../process.js';
import {testEngine} from '../test-engine.js';
import {authOf, pushImage} from './push-image.js';
import {type Registry, registryUser, startRegistry} from './registry.js';

const engine = testEngine();
let folder: string;
let registry: Registry;

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-registry-'));
	registry = await startRegistry(engine, folder);
	// `echo` answers whatever it is asked for.
	const helper = path.join(folder, 'docker-credential-mstage-test');
	const {username, password} = registryUser;
	await writeFile(
		helper,
		`#!/bin/sh\necho '{"Username":"${username}","Secret":"${password}"}'\n`,
	);
	await chmod(helper, 0o755);
});

afterEach(() => {
	vi.unstubAllEnvs();
});

afterAll(async () => {
	registry.stop();
	await rm(folder, {recursive: true});
});

/** @returns The folder of a Docker configuration. */
async function configuration(content: unknown): Promise<string> {
	const home = await mkdtemp(path.join(folder, 'home-'));
	await writeFile(path.join(home, 'config.json'), JSON.stringify(content));
	return home;
}

/** A user with this Docker configuration, and with the credential helper of the tests. */
async function configure(content: unknown): Promise<void> {
	vi.stubEnv('DOCKER_CONFIG', await configuration(content));
	vi.stubEnv('PATH', `${folder}:${process.env['PATH']!}`);
}

describe.each(['buildkit', 'legacy'] as const)('a registry: %s', builder => {
	test('gives images to who is logged in, or has a credential helper', async () => {
		const base = `127.0.0.1:${registry.port}/team/${builder}-base:1`;
		const tools = `127.0.0.2:${registry.port}/team/${builder}-tools:1`;
		// Large enough that the engine tells how far it has come.
		await pushImage(engine, base, 'base.bin', 40_000_000);
		await pushImage(engine, tools, 'tools.bin');
		onTestFinished(async () => removeImage(engine, base));
		onTestFinished(async () => removeImage(engine, tools));
		await configure({
			auths: {[`127.0.0.1:${registry.port}`]: authOf()},
			credHelpers: {[`127.0.0.2:${registry.port}`]: 'mstage-test'},
		});
		const build = await openBuild(
			[`FROM ${base}`, `COPY --from=${tools} /tools.bin /`],
			{builder},
		);
		const events = await runSteps(build);
		expect(events.at(-1)).toEqual({type: 'reached'});
		expect(endsOf(build.program, events)).toHaveLength(2);
		const from = stepWith(build.program, 'FROM');
		const moved = events.flatMap(event =>
			event.type === 'progress' && event.step === from ? [event.progress] : [],
		);
		expect(Math.max(...moved.map(({total}) => total))).toBeGreaterThan(500_000);
	});

	test('gives images to who keeps all logins in a store', async () => {
		const base = `127.0.0.1:${registry.port}/team/${builder}-store:1`;
		await pushImage(engine, base, 'base.bin');
		onTestFinished(async () => removeImage(engine, base));
		// As docker login leaves it behind.
		await configure({
			auths: {[`127.0.0.1:${registry.port}`]: {}},
			credsStore: 'mstage-test',
		});
		const build = await openBuild([`FROM ${base}`], {builder});
		const events = await runSteps(build);
		expect(events.at(-1)).toEqual({type: 'reached'});
	});

	test('is asked again with --pull only', async () => {
		const base = `127.0.0.1:${registry.port}/team/${builder}-moving:1`;
		const kept = `mstage-test/${builder}-kept`;
		await configure({auths: {[`127.0.0.1:${registry.port}`]: authOf()}});
		const namesOfBase = async (pull: boolean): Promise<string[]> => {
			const build = await openBuild([`FROM ${base}`], {
				builder,
				settings: {
					labels: {},
					pull,
					network: null,
					hosts: [],
					sharedMemory: null,
					limits: [],
					contexts: {},
					keepsImage: false,
				},
			});
			const events = await runSteps(build);
			expect(events.at(-1)).toEqual({type: 'reached'});
			const files = await build.snapshot({kind: 'final'});
			const entries = await files.readDirectory(rootPath);
			return entries.map(({path}) => textOf(path));
		};

		const {command, env} = await dockerClient(engine);
		const home = process.env['DOCKER_CONFIG']!;
		const docker = async (...args: string[]) =>
			run(command, args, {env: {...env, DOCKER_CONFIG: home}});
		onTestFinished(async () => removeImage(engine, base));
		onTestFinished(async () => removeImage(engine, kept));
		await pushImage(engine, base, 'old.bin');
		await docker('pull', base);
		await docker('tag', base, kept);
		await pushImage(engine, base, 'new.bin');
		await docker('tag', kept, base);
		expect(await namesOfBase(false)).toContain('old.bin');
		expect(await namesOfBase(true)).toContain('new.bin');
	});

	test('says clearly whom it doesn’t know', async () => {
		await configure({
			auths: {[`127.0.0.1:${registry.port}`]: authOf('wrong')},
		});
		const base = `127.0.0.1:${registry.port}/team/secret:1`;
		const refusal =
			/registry 127\.0\.0\.1:\d+ doesn't give the image .*team\/secret:1.*: it isn't there, or this user may not have it/v;
		const attempt = async () => {
			const build = await openBuild([`FROM ${base}`], {
				builder,
			});
			const events = await runSteps(build);
			const last = events.at(-1)!;
			throw new Error(
				last.type === 'failed' ? last.failure.message : last.type,
			);
		};

		await expect(attempt()).rejects.toThrow(refusal);
	});
});
