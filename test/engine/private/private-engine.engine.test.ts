import {access, mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {openEngine} from '../../../source/engine/open-engine.js';
import {PrivateEngine} from '../../../source/engine/private/private-engine.js';
import {programFolders} from '../debian.js';
import {defaultVersion} from '../engine.js';
import {attempt} from '../process.js';
import {prepareCli} from '../../e2e/cli.js';

let cli: Awaited<ReturnType<typeof prepareCli>>;
let data: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
	cli = await prepareCli();
	data = await mkdtemp(path.join(tmpdir(), 'mstage-private-'));
	const programs = await programFolders(defaultVersion);
	environment = {
		PATH: [...programs, process.env['PATH']!].join(':'),
		HOME: data,
		XDG_DATA_HOME: data,
	};
});

afterAll(async () => {
	await new PrivateEngine(environment).stop();
	await rm(data, {recursive: true});
	await cli.remove();
});

async function engine(action: string) {
	return attempt(process.execPath, [cli.path, 'engine', action], {
		env: environment,
	});
}

test('an engine of our own starts once, is used, and leaves nothing running', async () => {
	const place = path.join(data, 'mstage/engine');
	const own = new PrivateEngine(environment);
	expect(await own.status()).toMatchObject({version: null, missing: []});
	const [first, second] = await Promise.all([engine('start'), engine('start')]);
	expect([first.stderr, second.stderr]).toEqual(['', '']);
	expect([first.stdout, second.stdout].toSorted()).toEqual([
		expect.stringContaining('The private engine runs'),
		expect.stringContaining('The private engine was running already'),
	]);
	const opened = await openEngine(
		{engine: 'private'},
		{environment, platform: 'linux'},
	);
	expect(opened.description.address).toBe(`unix://${place}/docker.sock`);
	await opened.close();

	const ended = await engine('stop');
	expect(ended.code).toBe(0);
	expect(ended.stdout).toContain('has ended');
	await expect(access(path.join(place, 'docker.sock'))).rejects.toThrow(
		'ENOENT',
	);
	const left = await readdir(place);
	expect(left.toSorted()).toEqual(['daemon.json', 'data', 'dockerd.log']);
	expect(await own.stop()).toBe(false);
	const status = await engine('status');
	expect(status.code).toBe(3);
	expect(status.stdout).toContain(`unix://${place}/docker.sock`);
});

test('what is missing is said, and nothing is begun', async () => {
	const poor = new PrivateEngine({...environment, PATH: data});
	await expect(poor.start()).rejects.toThrow(
		/^No engine can be started here: (?:dockerd|containerd), which .* is missing: install /v,
	);
});
