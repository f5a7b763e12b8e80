import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {findBuild} from '../../source/commands/build-place.js';
import {run} from '../engine/process.js';
import type {Told} from './checks.js';
import {type Surface, toldOf} from './text-surfaces.js';

/** A line of git's protocol (gitprotocol-common, "pkt-line Format"). */
function packet(data: string): Buffer {
	const bytes = Buffer.from(data).subarray(0, 65_000);
	const length = (bytes.length + 4).toString(16).padStart(4, '0');
	return Buffer.concat([Buffer.from(length), bytes]);
}

const flush = Buffer.from('0000');
const commit = 'a'.repeat(40);

/** What a server of repositories says that means no good. */
type Behaviour = (socket: Socket) => void;

const refusing =
	(text: string): Behaviour =>
	socket => {
		socket.end(packet(`ERR ${text}`));
	};

/** Shows branches, then tells of its progress, and breaks off for a reason (gitprotocol-pack). */
const breakingOff =
	(branch: string, progress: string, reason: string): Behaviour =>
	socket => {
		socket.write(
			Buffer.concat([
				packet(`${commit} HEAD\0side-band-64k shallow\n`),
				packet(`${commit} refs/heads/${branch}\n`),
				flush,
			]),
		);
		socket.once('data', () => {
			socket.end(
				Buffer.concat([
					packet(`shallow ${commit}`),
					flush,
					packet('NAK\n'),
					packet(`\u0002${progress}\n`),
					packet(`\u0003${reason}\n`),
				]),
			);
		});
	};

const talking =
	(text: string): Behaviour =>
	socket => {
		socket.end(text);
	};

/** A repository as it is, by git itself. */
const serving =
	(repository: string): Behaviour =>
	socket => {
		const child = spawn('git', ['upload-pack', '--strict', repository], {
			stdio: ['pipe', 'pipe', 'ignore'],
		});
		child.stdin.on('error', () => undefined);
		socket.pipe(child.stdin);
		child.stdout.pipe(socket);
	};

async function serve(behaviour: Behaviour) {
	const server = createServer(socket => {
		socket.on('error', () => undefined);
		// What is asked for comes first.
		socket.once('data', () => {
			behaviour(socket);
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		close() {
			server.close();
		},
	};
}

const settingOf = (text: string): string =>
	`"${text.replaceAll(/["\\]/gv, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;

/** A repository with a submodule, and a Dockerfile that is a link, with hostile names. */
async function makeRepository(
	folder: string,
	next: () => string,
): Promise<string> {
	const repository = path.join(folder, 'app.git');
	await run('git', ['init', '--quiet', '--bare', repository]);
	const modules = `[submodule ${settingOf(next())}]\n\tpath = sub\n\turl = ${settingOf(`git://127.0.0.1:1/${next()}`)}\n`;
	const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
	const stream = [
		'commit refs/heads/main\ncommitter a <a@b> 1 +0000\n',
		data(next()),
		`M 100644 inline .gitmodules\n${data(modules)}`,
		`M 120000 inline Dockerfile\n${data(next())}`,
		`M 160000 ${commit} sub\n`,
		'\n',
	].join('');
	const child = spawn('git', ['fast-import', '--quiet'], {
		cwd: repository,
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	child.stdin.on('error', () => undefined).end(stream);
	await once(child, 'close');
	await writeFile(path.join(repository, 'HEAD'), 'ref: refs/heads/main\n');
	return repository;
}

async function git(
	next: () => string,
	random: () => number,
): Promise<readonly Told[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-hostile-git-'));
	const kinds = [
		async () => refusing(next()),
		async () => breakingOff(next(), next(), next()),
		async () => talking(next()),
		async () => serving(await makeRepository(folder, next)),
	];
	const server = await serve(
		await kinds[Math.floor(random() * kinds.length)]!(),
	);
	// An argument can't hold it.
	const word = () => next().replaceAll('\0', '');
	const fragment =
		random() < 0.5 ? '' : `#${random() < 0.5 ? 'main' : word()}:${word()}`;
	try {
		const {dockerfileName} = await findBuild(
			{context: `git://127.0.0.1:${server.port}/app.git${fragment}`},
			Readable.from([]),
		);
		return [{text: dockerfileName, as: 'line'}];
	} catch (error) {
		return toldOf(error);
	} finally {
		server.close();
		await rm(folder, {recursive: true, force: true});
	}
}

/** What git says. */
export const gitSurfaces: Readonly<Record<string, Surface>> = {git};
