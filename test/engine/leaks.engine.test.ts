import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {prepareCli} from '../e2e/cli.js';
import {makeTree} from './context/temporary-tree.js';
import {run} from './process.js';
import {testEngine} from './test-engine.js';

const engine = testEngine();
let cli: Awaited<ReturnType<typeof prepareCli>>;

beforeAll(async () => {
	cli = await prepareCli();
});

afterAll(async () => {
	await cli.remove();
});

/** Values that nothing may show, each of its own. */
type Values = Readonly<Record<string, string>>;

const made = (): string => randomBytes(18).toString('base64url');

/** A value as it may stand somewhere: itself, in base64 at each of the three places that it can begin at, in an address. */
function spellingsOf(value: string): readonly string[] {
	const bytes = Buffer.from(value);
	return [
		value,
		encodeURIComponent(value),
		bytes.toString('hex'),
		...[0, 1, 2].map(shift =>
			Buffer.concat([Buffer.alloc(shift), bytes])
				.toString('base64')
				.slice(shift === 0 ? 0 : 4)
				.replace(/..?=*$/v, '')
				.slice(0, -2),
		),
	];
}

/** Which of the values, by name, stand in a text. */
function leaksIn(shown: string, values: Values): readonly string[] {
	return Object.entries(values).flatMap(([name, value]) =>
		spellingsOf(value).some(spelling => shown.includes(spelling)) ? [name] : [],
	);
}

/** A home, a cache and a folder for temporary files, of one user. */
async function makeUser() {
	const root = await makeTree();
	const places = {
		HOME: path.join(root, 'home'),
		XDG_CACHE_HOME: path.join(root, 'cache'),
		XDG_STATE_HOME: path.join(root, 'state'),
		TMPDIR: path.join(root, 'tmp'),
		DOCKER_CONFIG: path.join(root, 'docker'),
	};
	for (const place of Object.values(places)) {
		// eslint-disable-next-line no-await-in-loop
		await mkdir(place);
	}

	const programs = path.join(root, 'programs');
	await mkdir(programs);
	const environment = {
		...process.env,
		...places,
		DOCKER_HOST: engine.dockerHost,
		PATH: `${programs}:${process.env['PATH'] ?? ''}`,
		CI: 'false',
	};
	return {root, places, programs, environment};
}

type User = Awaited<ReturnType<typeof makeUser>>;

/** What mstage left on the disk, with what of it isn't for the user alone. */
function writtenBy({places}: User): {
	readonly text: string;
	readonly open: readonly string[];
} {
	let written = '';
	const open: string[] = [];
	for (const root of [
		places.HOME,
		places.XDG_CACHE_HOME,
		places.XDG_STATE_HOME,
		places.TMPDIR,
	]) {
		for (const name of readdirSync(root, {
			recursive: true,
			encoding: 'utf8',
		})) {
			const file = path.join(root, name);
			const status = statSync(file);
			written += status.isFile()
				? `${name}\n${readFileSync(file, 'latin1')}\n`
				: '';
			if (!status.mode.toString(8).endsWith('00')) {
				open.push(name);
			}
		}
	}

	return {text: written, open};
}

/** Runs mstage to its end, and returns all that it wrote anywhere but to the disk, and what the processes it started were told. */
async function session(
	user: User,
	args: readonly string[],
	input: string,
	environment: NodeJS.ProcessEnv = {},
): Promise<{readonly output: string; readonly children: string}> {
	const child = spawn(process.execPath, [cli.path, ...args], {
		cwd: user.root,
		env: {...user.environment, ...environment},
	});
	const children = watchChildren(child.pid!);
	child.stdin.end(input);
	const [out, error] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, 'close'),
	]);
	return {output: `${out}${error}`, children: children()};
}

/** Looks again and again at the arguments of all that descends from a process, until it is asked for them. */
function watchChildren(root: number): () => string {
	const told = new Set<string>();
	const look = (): void => {
		const parents = new Map<number, number>();
		for (const name of readdirSync('/proc')) {
			const fields = /^\d+$/v.test(name) ? readProcess(name, 'stat') : '';
			const parent = fields.slice(fields.lastIndexOf(')') + 2).split(' ')[1];
			if (parent) {
				parents.set(Number(name), Number(parent));
			}
		}

		for (const pid of parents.keys()) {
			let at: number | undefined = pid;
			while (at !== undefined && at !== root) {
				at = parents.get(at);
			}

			if (at === root && pid !== root) {
				told.add(readProcess(String(pid), 'cmdline'));
			}
		}
	};

	const timer = setInterval(look, 10);
	return () => {
		clearInterval(timer);
		return [...told].join('\n');
	};
}

function readProcess(pid: string, what: string): string {
	try {
		return readFileSync(`/proc/${pid}/${what}`, 'latin1');
	} catch {
		// It has ended.
		return '';
	}
}

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
	const user = await makeUser();
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
			{SECRET_OF_TEST: values.variable},
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
	const user = await makeUser();
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
	const user = await makeUser();
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
		const user = await makeUser();
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
					{DOCKER_HOST: host},
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

test('a password in the address of a repository is not repeated', async () => {
	const user = await makeUser();
	const values = {password: made()};
	for (const place of ['#main', '#-x', '/a.tar.gz']) {
		const address = `https://ann:${values.password}@127.0.0.1:1/${place.startsWith('/') ? 'a' : 'a.git'}${place}`;
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
});
