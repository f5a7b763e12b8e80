import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {createServer as createHttpServer} from 'node:http';
import {createServer, type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {afterAll, beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import {findBuild} from '../../source/commands/build-place.js';
import {printTree} from '../../source/commands/tree.js';
import {run} from '../engine/process.js';

let root: string;
let address: string;
let server: ReturnType<typeof spawn>;

beforeAll(async () => {
	root = await mkdtemp(path.join(tmpdir(), 'mstage-git-'));
	const work = path.join(root, 'work');
	await mkdir(path.join(work, 'docker'), {recursive: true});
	await writeFile(
		path.join(work, 'docker/Dockerfile'),
		'FROM scratch AS fetched\nCOPY note /\n',
	);
	await writeFile(path.join(work, 'docker/note'), 'a note');
	const git = async (...args: string[]) =>
		run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
			cwd: work,
		});
	await git('init', '--quiet', '--initial-branch=main');
	await git('add', '.');
	await git('commit', '--quiet', '--message=one');
	await git('clone', '--quiet', '--bare', '.', path.join(root, 'app.git'));

	const free = createServer().listen(0, '127.0.0.1');
	await once(free, 'listening');
	const {port} = free.address() as AddressInfo;
	free.close();
	const programs = await run('git', ['--exec-path']);
	server = spawn(
		path.join(programs.trim(), 'git-daemon'),
		[
			'--verbose',
			'--export-all',
			`--base-path=${root}`,
			'--listen=127.0.0.1',
			`--port=${port}`,
			root,
		],
		{stdio: ['ignore', 'ignore', 'pipe']},
	);
	// It says when it listens.
	await once(server.stderr!, 'data');
	address = `git://127.0.0.1:${port}/app.git`;
});

afterAll(async () => {
	server.kill();
	await once(server, 'close');
	await rm(root, {recursive: true});
});

test('a branch and a folder of a repository on a server are a build context', async () => {
	const place = await findBuild(
		{context: `${address}#main:docker`},
		Readable.from([]),
	);
	expect(await readFile(path.join(place.context, 'note'), 'utf8')).toBe(
		'a note',
	);
});

test('the tree is one of a repository too', async () => {
	let text = '';
	await printTree(
		{context: `${address}#main:docker`, format: 'text', color: false},
		{
			stdin: Readable.from([]),
			stdout: {
				write(more: string) {
					text += more;
				},
			},
		},
	);
	expect(text).toContain('fetched');
});

test.each([
	['#nothing', /can't be read \(.*nothing\): correct the address/v],
	['#main:nowhere', /has no folder nowhere/v],
])('%s is told', async (fragment, reason) => {
	await expect(
		findBuild({context: `${address}${fragment}`}, Readable.from([])),
	).rejects.toThrow(reason);
});

/** A server of the repositories that lets in only one user, by `git http-backend`. */
async function guardedServer(user: string, password: string): Promise<string> {
	const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
	const guard = createHttpServer((request, response) => {
		if (request.headers.authorization !== wanted) {
			response.writeHead(401, {'WWW-Authenticate': 'Basic realm="git"'}).end();
			return;
		}

		const {pathname, search} = new URL(request.url!, 'http://localhost');
		const backend = spawn('git', ['http-backend'], {
			env: {
				...process.env,
				GIT_PROJECT_ROOT: root,
				GIT_HTTP_EXPORT_ALL: '1',
				PATH_INFO: pathname,
				QUERY_STRING: search.slice(1),
				REQUEST_METHOD: request.method,
				CONTENT_TYPE: request.headers['content-type'] ?? '',
				HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
				GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
			},
		});
		request.pipe(backend.stdin);
		void buffer(backend.stdout).then(answer => {
			const end = answer.indexOf('\r\n\r\n');
			const headers = answer.toString('latin1', 0, end).split('\r\n');
			for (const header of headers) {
				const [name = '', value = ''] = header.split(': ');
				response.setHeader(name, value);
			}

			response.end(answer.subarray(end + 4));
		});
	}).listen(0, '127.0.0.1');
	await once(guard, 'listening');
	onTestFinished(() => {
		guard.close();
	});
	const {port} = guard.address() as AddressInfo;
	return `127.0.0.1:${port}`;
}

/** @returns The file in which each git writes down how it was started. */
async function spyOnGit(): Promise<string> {
	const programs = await mkdtemp(path.join(root, 'programs-'));
	const log = path.join(programs, 'log');
	const git = await run('which', ['git']);
	await writeFile(
		path.join(programs, 'git'),
		`#!/bin/sh\n{ tr '\\0' '\\n' </proc/$$/cmdline; tr '\\0' '\\n' </proc/$$/environ; } >>${log}\nexec ${git.trim()} "$@"\n`,
		{mode: 0o755},
	);
	vi.stubEnv('PATH', `${programs}:${process.env['PATH']}`);
	onTestFinished(() => {
		vi.unstubAllEnvs();
	});
	return log;
}

test('a password in the address lets in, and stands in no arguments and in nothing that is left', async () => {
	const password = 'p%40ss-of-ann';
	const host = await guardedServer('ann', 'p@ss-of-ann');
	const log = await spyOnGit();
	const {context} = await findBuild(
		{context: `http://ann:${password}@${host}/app.git#main:docker`},
		Readable.from([]),
		{keepsGitFolder: true},
	);
	expect(await readFile(path.join(context, 'note'), 'utf8')).toBe('a note');
	const told = await readFile(log, 'latin1');
	expect(told).toContain(`http://${host}/app.git`);
	expect(told).not.toContain('ss-of-ann');
	const left = await run('grep', ['-rq', 'ss-of-ann', path.dirname(context)])
		.then(() => true)
		.catch(() => false);
	expect(left).toBe(false);
	await expect(
		findBuild(
			{context: `http://ann:wrong-one@${host}/app.git`},
			Readable.from([]),
		),
	).rejects.toThrow(/^http:\/\/\*\*\*@.*can't be read/v);
});

test.each([
	['alone', ''],
	['with a password that says nothing', ':x-oauth-basic'],
])('a token in the place of a name, %s', async (_, rest) => {
	const token = 'ghp-t0ken/of+ann';
	const host = await guardedServer(token, rest.slice(1));
	const log = await spyOnGit();
	const address = (name: string) =>
		`http://${encodeURIComponent(name)}${rest}@${host}/app.git#main:docker`;
	const {context} = await findBuild(
		{context: address(token)},
		Readable.from([]),
	);
	expect(await readFile(path.join(context, 'note'), 'utf8')).toBe('a note');
	const refused = findBuild(
		{context: address('another-t0ken')},
		Readable.from([]),
	);
	await expect(refused).rejects.toThrow(
		new RegExp(String.raw`^http://\*\*\*@${host}.*can't be read`, 'v'),
	);
	await expect(refused).rejects.not.toThrow('t0ken');
	expect(await readFile(log, 'latin1')).not.toContain('t0ken');
});

test('a name that the user has a password for', async () => {
	const host = await guardedServer('ann', 'kept');
	const home = await mkdtemp(path.join(root, 'home-'));
	const store = path.join(home, 'store');
	await writeFile(store, `http://ann:kept@${host}\n`);
	await writeFile(
		path.join(home, '.gitconfig'),
		`[credential]\nhelper = store --file=${store}\n`,
	);
	vi.stubEnv('HOME', home);
	onTestFinished(() => {
		vi.unstubAllEnvs();
	});
	const {context} = await findBuild(
		{context: `http://ann@${host}/app.git#main:docker`},
		Readable.from([]),
	);
	expect(await readFile(path.join(context, 'note'), 'utf8')).toBe('a note');
});

test('a password that git would not use is refused', async () => {
	await expect(
		findBuild({context: 'ssh://git:s3cret@h/a.git'}, Readable.from([])),
	).rejects.toThrow(/^ssh:\/\/git:\*\*\*@h\/a\.git has a password/v);
});
