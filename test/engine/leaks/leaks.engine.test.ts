import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {readdirSync, rmSync, statSync} from 'node:fs';
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import path from 'node:path';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {prepareCli} from '../../e2e/cli.js';
import {makeTree} from '../context/temporary-tree.js';
import {run} from '../process.js';
import {testEngine} from '../test-engine.js';
import {
	leaksIn,
	made,
	makeUser,
	session,
	type User,
	writtenBy,
} from './watched.js';

const engine = testEngine();
let cli: Awaited<ReturnType<typeof prepareCli>>;

beforeAll(async () => {
	cli = await prepareCli();
});

afterAll(async () => {
	await cli.remove();
});

/** A program that writes down how it was started, and says something. */
async function spy(user: User, name: string, says: string): Promise<string> {
	const log = path.join(user.root, `${name}.log`);
	const file = path.join(user.programs, name);
	await writeFile(
		file,
		`#!/bin/sh\ntr '\\0' '\\n' < /proc/$$/cmdline >> ${log}\ntr '\\0' '\\n' < /proc/$$/environ >> ${log}\n${says}\n`,
	);
	await chmod(file, 0o755);
	return log;
}

const commands = [
	'continue',
	'log',
	'failure',
	'failures',
	'where',
	'variables',
	'stages',
	'why /etc/passwd',
	'retry',
	'diff base final',
	'quit',
	'',
].join('\n');

test('secrets stand nowhere, whatever a RUN prints of them', async () => {
	const user = await makeUser(cli.path, engine);
	const values = {
		'the first line': made(),
		'the second line': made(),
		variable: made(),
	};
	const secret = path.join(user.root, 'secret');
	await writeFile(
		secret,
		`-----BEGIN-----\n${values['the first line']}\n${values['the second line']}\n`,
	);
	await mkdir(path.join(user.root, 'project'));
	await writeFile(
		path.join(user.root, 'project/Dockerfile'),
		[
			'FROM busybox AS base',
			// Whole, by the byte, over pieces of the log, in the words of a failed program, and on both outputs.
			`RUN --mount=type=secret,id=file --mount=type=secret,id=env \\`,
			'  cat /run/secrets/file; cat /run/secrets/env >&2; \\',
			'  for i in $(seq 1 24); do head -c $i /run/secrets/env | tail -c 1; sleep 0.02; done; echo; \\',
			'  head -c 12 /run/secrets/env; sleep 0.3; tail -c +13 /run/secrets/env; echo; \\',
			'  cat "/$(cat /run/secrets/env)"; exit 3',
			'FROM busybox',
			'COPY --from=base /etc/passwd /passwd',
			'',
		].join('\n'),
	);
	for (const kind of [[], ['--json'], ['--debug']]) {
		// eslint-disable-next-line no-await-in-loop -- one session after the other
		const {output, children} = await session(
			user,
			[
				'debug',
				'--plain',
				'--no-cache',
				...kind,
				'--secret',
				`id=file,src=${secret}`,
				'--secret',
				'id=env,env=SECRET_OF_TEST',
				'project',
			],
			commands,
			{environment: {SECRET_OF_TEST: values.variable}},
		);
		expect(output).toContain('••••');
		expect(output).toMatch(/exit(?:ed with)? code/v);
		expect(leaksIn(output, values)).toEqual([]);
		expect(leaksIn(children, values)).toEqual([]);
	}

	const {text: written, open} = writtenBy(user);
	expect(written).not.toBe('');
	expect(leaksIn(written, values)).toEqual([]);
	expect(open).toEqual([]);
	expect(readdirSync(user.places.TMPDIR)).toEqual([]);
});

test('on the screen neither, nor in what an editor is started with', async () => {
	const user = await makeUser(cli.path, engine);
	const values = {variable: made()};
	const log = await spy(user, 'spying-editor', 'true');
	await mkdir(path.join(user.root, 'project'));
	await writeFile(
		path.join(user.root, 'project/Dockerfile'),
		'FROM busybox\nRUN --mount=type=secret,id=env head -c 9 /run/secrets/env; sleep 0.3; tail -c +10 /run/secrets/env; echo; echo printed; exit 3\n',
	);
	const secret = path.join(user.root, 'secret');
	await writeFile(secret, values.variable);
	await using it = await cli.start(
		[
			'debug',
			'--no-cache',
			'--pause',
			'error',
			'--secret',
			`id=env,src=${secret}`,
			'project',
		],
		{
			cwd: user.root,
			env: {...user.environment, EDITOR: 'spying-editor', VISUAL: undefined},
		},
	);
	const {terminal} = it;
	await terminal.waitForText('failed in');
	terminal.press('l');
	await terminal.waitForText('printed');
	terminal.press('v');
	terminal.press('o');
	terminal.press('E');
	await terminal.waitFor(() => {
		try {
			return statSync(log).size > 0;
		} catch {
			return false;
		}
	}, 'the editor has been started');
	await terminal.waitForText('reloaded');
	terminal.press('q');
	await terminal.waitForExit();
	expect(leaksIn(terminal.raw, values)).toEqual([]);
	expect(leaksIn(await readFile(log, 'latin1'), values)).toEqual([]);
	expect(leaksIn(writtenBy(user).text, values)).toEqual([]);
});

test('an SSH key is known by its name alone', async () => {
	const user = await makeUser(cli.path, engine);
	const key = path.join(user.root, 'key');
	await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
	const contents = await readFile(key, 'utf8');
	const lines = contents.split('\n').slice(1, -2);
	const values = Object.fromEntries(lines.map(line => [line, line]));
	await mkdir(path.join(user.root, 'project'));
	await writeFile(
		path.join(user.root, 'project/Dockerfile'),
		'FROM busybox\nRUN --mount=type=ssh env; exit 3\n',
	);
	const {output, children} = await session(
		user,
		[
			'debug',
			'--plain',
			'--debug',
			'--no-cache',
			'--ssh',
			`default=${key}`,
			'project',
		],
		commands,
	);
	expect(output).toContain('SSH_AUTH_SOCK');
	expect(children).toContain('ssh-agent');
	for (const shown of [output, children, writtenBy(user).text]) {
		expect(leaksIn(shown, values)).toEqual([]);
	}

	expect(readdirSync(user.places.TMPDIR)).toEqual([]);
});

test.each(['buildkit', 'legacy'])(
	'what a registry asks for stands nowhere: %s',
	async builder => {
		const user = await makeUser(cli.path, engine);
		const values = {configured: made(), helped: made()};
		await writeFile(
			path.join(user.places.DOCKER_CONFIG, 'config.json'),
			JSON.stringify({
				auths: {
					'127.0.0.1:1': {
						auth: Buffer.from(`ann:${values.configured}`).toString('base64'),
					},
				},
				credHelpers: {'127.0.0.1:2': 'spying'},
			}),
			{mode: 0o600},
		);
		const log = await spy(
			user,
			'docker-credential-spying',
			`cat > /dev/null; echo '{"Username":"ann","Secret":"${values.helped}"}'`,
		);
		const project = path.join(user.root, 'project');
		await mkdir(project);
		// Whoever answers is lost when it gets the credentials.
		const proxy = await dyingProxy();
		for (const [registry, host] of [
			['127.0.0.1:1', engine.dockerHost],
			['127.0.0.1:2', engine.dockerHost],
			['127.0.0.1:1', proxy],
			['127.0.0.1:2', proxy],
		] as const) {
			for (const kind of [['--debug'], ['--json', '--debug']]) {
				// eslint-disable-next-line no-await-in-loop -- one session after the other
				await writeFile(
					path.join(project, 'Dockerfile'),
					`FROM ${registry}/a/b\nRUN true\n`,
				);
				// eslint-disable-next-line no-await-in-loop
				const {output, children} = await session(
					user,
					['debug', '--plain', ...kind, '--builder', builder, 'project'],
					commands,
					{environment: {DOCKER_HOST: host}},
				);
				expect(output).not.toBe('');
				expect(leaksIn(output, values)).toEqual([]);
				expect(leaksIn(children, values)).toEqual([]);
			}
		}

		const {text: written, open} = writtenBy(user);
		expect(leaksIn(written, values)).toEqual([]);
		expect(open).toEqual([]);
		if (builder === 'legacy') {
			// The legacy builder is told of every registry before it asks for anything.
			expect(
				leaksIn(await readFile(log, 'latin1'), {configured: values.configured}),
			).toEqual([]);
		}
	},
);

/** Hands everything on to the engine until a build is asked for, and breaks off then. */
async function dyingProxy(): Promise<string> {
	const {pathname: socketPath} = new URL(engine.dockerHost);
	const socket = path.join(await makeTree(), 'proxy.sock');
	const server = createServer(client => {
		const upstream = connect(socketPath);
		const end = (): void => {
			client.destroy();
			upstream.destroy();
		};

		client.on('error', end).on('close', end);
		upstream.on('error', end).on('close', end);
		upstream.pipe(client);
		client.on('data', (data: Buffer) => {
			if (/^POST [^ ]*\/build\b/v.test(data.toString('latin1'))) {
				end();
			} else {
				upstream.write(data);
			}
		});
	}).listen(socket);
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
		rmSync(socket, {force: true});
	});
	return `unix://${socket}`;
}

test.each(['ann:', ''])(
	'what lets in in the address of a repository is not repeated: %s',
	async name => {
		const user = await makeUser(cli.path, engine);
		const values = {password: made()};
		for (const place of ['#main', '#-x', '/a.tar.gz']) {
			const address = `https://${name}${values.password}@127.0.0.1:1/${place.startsWith('/') ? 'a' : 'a.git'}${place}`;
			// eslint-disable-next-line no-await-in-loop
			const {output, children} = await session(
				user,
				['debug', '--plain', address],
				'',
			);
			expect(output).toContain('***@127.0.0.1:1');
			expect(leaksIn(output, values)).toEqual([]);
			expect(leaksIn(children, values)).toEqual([]);
		}

		expect(leaksIn(writtenBy(user).text, values)).toEqual([]);
		expect(readdirSync(user.places.TMPDIR)).toEqual([]);
	},
);

test.each(['buildkit', 'legacy'])(
	'what lets in in the addresses of a Dockerfile is not repeated: %s',
	async builder => {
		const user = await makeUser(cli.path, engine);
		const values = {password: made(), token: made(), image: made()};
		const project = path.join(user.root, 'project');
		await mkdir(project);
		await writeFile(
			path.join(project, 'Dockerfile'),
			[
				'FROM busybox AS base',
				`ARG PLACE=https://${values.image}@127.0.0.1:1/x`,
				`RUN echo fetching $PLACE`,
				`ADD https://ann:${values.password}@127.0.0.1:1/file /x`,
				'FROM busybox',
				`ADD https://${values.token}@127.0.0.1:1/file /x`,
				'COPY --from=base /x /y',
				'',
			].join('\n'),
		);
		for (const kind of [[], ['--json'], ['--debug']]) {
			// eslint-disable-next-line no-await-in-loop -- one session after the other
			const {output, children} = await session(
				user,
				['debug', '--plain', ...kind, '--builder', builder, 'project'],
				commands,
			);
			expect(output).toContain("https://***@127.0.0.1:1/file can't be fetched");
			expect(leaksIn(output, values)).toEqual([]);
			expect(leaksIn(children, values)).toEqual([]);
		}

		await using it = await cli.start(
			['debug', '--pause', 'error', '--builder', builder, 'project'],
			{cwd: user.root, env: user.environment},
		);
		await it.terminal.waitForText('failed in');
		it.terminal.press('l');
		it.terminal.press('v');
		it.terminal.press('q');
		await it.terminal.waitForExit();
		expect(it.terminal.raw).toContain('***@127.0.0.1:1');
		expect(leaksIn(it.terminal.raw, values)).toEqual([]);
		expect(leaksIn(writtenBy(user).text, values)).toEqual([]);
	},
);
