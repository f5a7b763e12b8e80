import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {createServer, type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {afterAll, beforeAll, expect, test} from 'vitest';
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
