import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {connect, createServer, type AddressInfo} from 'node:net';
import {tmpdir, userInfo} from 'node:os';
import path from 'node:path';
import {dockerClient, type EngineInfo} from '../engine.js';
import {run, watchFor} from '../process.js';

/** A real sshd on loopback, as another machine with Docker on it, and a user's ssh that knows it. */
export class SshServer {
	/** @param engine - The one of that machine. */
	static async start(engine: EngineInfo): Promise<SshServer> {
		const folder = await mkdtemp(path.join(tmpdir(), 'mstage-ssh-'));
		for (const name of ['host', 'own', 'stranger']) {
			// eslint-disable-next-line no-await-in-loop -- a few keys
			await run('ssh-keygen', [
				'-q',
				'-t',
				'ed25519',
				'-N',
				'',
				'-f',
				path.join(folder, name),
			]);
		}

		const port = await freePort();
		// What sshd wants on every machine (sshd(8), "privilege separation").
		await mkdir('/run/sshd', {recursive: true});
		const server = new SshServer(folder, port, engine);
		await server.serve(await server.remoteDocker());
		await server.configure();
		server.#sshd = spawn(
			'/usr/sbin/sshd',
			['-D', '-e', '-f', path.join(folder, 'sshd')],
			{stdio: ['ignore', 'ignore', 'inherit']},
		);
		if (!(await watchFor(async () => answers(port), 10_000))) {
			throw new Error('sshd does not answer');
		}

		return server;
	}

	/** The keys `host`, `own` and `stranger`, and what else there is. */
	readonly folder: string;
	readonly port: number;

	/** As `--host` takes it. */
	readonly address: string;
	readonly #engine: EngineInfo;
	#sshd!: ChildProcess;

	private constructor(folder: string, port: number, engine: EngineInfo) {
		this.folder = folder;
		this.port = port;
		this.address = `ssh://${userInfo().username}@127.0.0.1:${port}`;
		this.#engine = engine;
	}

	/** Where the user's own ssh is: to be first in PATH. */
	get programs(): string {
		return path.join(this.folder, 'bin');
	}

	/** @returns Docker's own client, as the environment of what ssh runs there. */
	async remoteDocker(): Promise<string> {
		const {command} = await dockerClient(this.#engine);
		return `PATH=${path.dirname(command)}:$PATH DOCKER_HOST=${this.#engine.dockerHost}`;
	}

	/** @param environment - Of what ssh runs there. */
	async serve(environment: string): Promise<void> {
		const script = path.join(this.folder, 'remote');
		await writeFile(
			script,
			`#!/bin/sh\n${environment} exec sh -c "$SSH_ORIGINAL_COMMAND"\n`,
		);
		await chmod(script, 0o755);
		await writeFile(
			path.join(this.folder, 'authorized_keys'),
			`restrict,command="${script}" ${await this.#publicKey('own')}\n`,
		);
		await writeFile(
			path.join(this.folder, 'sshd'),
			[
				`Port ${this.port}`,
				'ListenAddress 127.0.0.1',
				`HostKey ${this.folder}/host`,
				`AuthorizedKeysFile ${this.folder}/authorized_keys`,
				'PidFile none',
				'StrictModes no',
				'UsePAM no',
				'PasswordAuthentication no',
				'KbdInteractiveAuthentication no',
				'PermitRootLogin yes',
				'LogLevel QUIET',
			].join('\n'),
		);
	}

	/**
	Writes the user's own ssh, with a configuration that isn't this machine's.

	@param key - The user's.
	@param known - The host's, as the user knows it.
	*/
	async configure(key = 'own', known = 'host'): Promise<void> {
		const {folder} = this;
		await mkdir(this.programs, {recursive: true});
		await writeFile(
			path.join(folder, 'known_hosts'),
			`[127.0.0.1]:${this.port} ${await this.#publicKey(known)}\n`,
		);
		const program = path.join(this.programs, 'ssh');
		await writeFile(
			program,
			`#!/bin/sh\nexec /usr/bin/ssh -F none -i ${folder}/${key} -o IdentitiesOnly=yes -o IdentityAgent=none -o UserKnownHostsFile=${folder}/known_hosts -o GlobalKnownHostsFile=none "$@"\n`,
		);
		await chmod(program, 0o755);
	}

	async stop(): Promise<void> {
		this.#sshd.kill();
		await once(this.#sshd, 'close');
		await rm(this.folder, {recursive: true});
	}

	async #publicKey(name: string): Promise<string> {
		const text = await run('ssh-keygen', [
			'-y',
			'-f',
			path.join(this.folder, name),
		]);
		return text.trim();
	}
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port: free} = server.address() as AddressInfo;
	server.close();
	return free;
}

async function answers(port: number): Promise<true | undefined> {
	return new Promise(resolve => {
		const socket = connect(port, '127.0.0.1', () => {
			socket.destroy();
			resolve(true);
		}).on('error', () => {
			resolve(undefined);
		});
	});
}
