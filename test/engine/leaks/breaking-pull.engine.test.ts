import {once} from 'node:events';
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {prepareCli} from '../../e2e/cli.js';
import {authOf, pushImage} from '../registry/push-image.js';
import {
	type Registry,
	registryUser,
	startBreaking,
	startRegistry,
} from '../registry/registry.js';
import {testEngine} from '../test-engine.js';
import {leaksIn, makeUser, session, writtenBy} from './watched.js';

const engine = testEngine();
let cli: Awaited<ReturnType<typeof prepareCli>>;
let folder: string;
let registry: Registry;

beforeAll(async () => {
	cli = await prepareCli();
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-registry-'));
	registry = await startRegistry(engine, folder);
});

afterAll(async () => {
	registry.stop();
	await cli.remove();
	await rm(folder, {recursive: true, force: true});
});

/** The engine tries a layer that was cut again for up to a minute. */
const kinds = process.env['MSTAGE_TEST_LONG']
	? (['cut', 'stall'] as const)
	: (['stall'] as const);

const breaks = ['buildkit', 'legacy'].flatMap(builder =>
	kinds.map(kind => ({builder, kind})),
);

test.each(breaks)(
	'a pull that breaks off in the middle shows no credentials: $kind, $builder',
	async ({builder, kind}) => {
		const repository = `team/${builder}-${kind}:1`;
		await pushImage(
			engine,
			`127.0.0.1:${registry.port}/${repository}`,
			'base.bin',
			5_000_000,
		);
		const values = {
			password: registryUser.password,
			login: `${registryUser.username}:${registryUser.password}`,
		};
		for (const words of kind === 'cut'
			? [['--debug']]
			: [['--debug'], ['--json', '--debug']]) {
			// eslint-disable-next-line no-await-in-loop -- one session after the other
			const breaking = await startBreaking(engine, registry, kind);
			onTestFinished(() => {
				breaking.stop();
			});
			// eslint-disable-next-line no-await-in-loop
			const user = await makeUser(cli.path, engine);
			const host = `127.0.0.1:${breaking.port}`;
			const project = path.join(user.root, 'project');
			// eslint-disable-next-line no-await-in-loop
			await mkdir(project);
			// eslint-disable-next-line no-await-in-loop
			await writeFile(
				path.join(user.places.DOCKER_CONFIG, 'config.json'),
				JSON.stringify({auths: {[host]: authOf()}}),
				{mode: 0o600},
			);
			// eslint-disable-next-line no-await-in-loop
			await writeFile(
				path.join(project, 'Dockerfile'),
				`FROM ${host}/${repository}\nCOPY Dockerfile /\n`,
			);
			// eslint-disable-next-line no-await-in-loop
			const {output, children} = await session(
				user,
				['debug', '--plain', ...words, '--builder', builder, 'project'],
				'continue\nfailures\nwhere\nquit\n',
				{
					async during(child) {
						await Promise.race([breaking.broken, once(child, 'close')]);
						if (kind === 'stall') {
							child.kill('SIGTERM');
						}
					},
				},
			);
			expect(output).toContain(host);
			expect(leaksIn(output, values)).toEqual([]);
			expect(leaksIn(children, values)).toEqual([]);
			expect(leaksIn(writtenBy(user).text, values)).toEqual([]);
			// eslint-disable-next-line no-await-in-loop
			expect(await readdir(user.places.TMPDIR)).toEqual([]);
		}
	},
	120_000,
);
