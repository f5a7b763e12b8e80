import type {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {buffer} from 'node:stream/consumers';
import {afterAll, afterEach, beforeAll, beforeEach} from 'vitest';
import {testEngine} from '../engine/test-engine.js';
import {type Cli, prepareCli} from './cli.js';

/** What a program on pipes printed, and its exit code. */
export type Outcome = {
	readonly stdout: Buffer;
	readonly stderr: Buffer;
	readonly code: number;
};

/** A build context, with a cache folder of its own. */
export type Project = {
	/** An empty folder at the start of each test, with what else a test needs. */
	readonly folder: string;

	/** The build context, a folder in it. */
	readonly context: string;

	/** Writes a file of the context. */
	write(name: string, content: string | Uint8Array): Promise<void>;

	/** Writes the Dockerfile, given by its lines. */
	dockerfile(...lines: readonly string[]): Promise<void>;

	/** The program on a terminal, 100 columns wide and 30 rows high, in the folder. */
	start(...args: readonly string[]): Promise<Cli>;

	/** As `start`, with more in its environment. */
	startWith(
		env: Readonly<Record<string, string>>,
		args: readonly string[],
	): Promise<Cli>;

	/** The debugger of the project in full screen. */
	debug(...args: readonly string[]): Promise<Cli>;

	/** Runs the program on pipes to its end. */
	onPipe(args: readonly string[], input?: Uint8Array): Promise<Outcome>;
};

/** Prepares a project for each test of the file it is called in, and `mstage` for all of them. */
export function projectForTests(): Project {
	const {dockerHost} = testEngine();
	let cli: Awaited<ReturnType<typeof prepareCli>>;
	let folder: string;
	beforeAll(async () => {
		cli = await prepareCli();
	});
	afterAll(async () => {
		await cli.remove();
	});
	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'mstage-project-'));
		await mkdir(path.join(folder, 'context'));
	});
	afterEach(async () => {
		await rm(folder, {recursive: true});
	});

	const environment = () => ({
		DOCKER_HOST: dockerHost,
		XDG_CACHE_HOME: folder,
	});
	return {
		get folder() {
			return folder;
		},
		get context() {
			return path.join(folder, 'context');
		},
		async write(name, content) {
			const file = path.join(this.context, name);
			await mkdir(path.dirname(file), {recursive: true});
			await writeFile(file, content);
		},
		async dockerfile(...lines) {
			await this.write('Dockerfile', `${lines.join('\n')}\n`);
		},
		async start(...args) {
			return this.startWith({}, args);
		},
		async startWith(env, args) {
			return cli.start(args, {
				cols: 100,
				rows: 30,
				cwd: folder,
				env: {...environment(), ...env},
			});
		},
		async debug(...args) {
			return this.start('debug', this.context, ...args);
		},
		async onPipe(args, input = new Uint8Array()) {
			const child = spawn(process.execPath, [cli.path, ...args], {
				env: {...process.env, ...environment()},
			});
			child.stdin.end(input);
			const code = new Promise<number>(resolve => {
				child.once('close', resolve);
			});
			const [stdout, stderr] = await Promise.all([
				buffer(child.stdout),
				buffer(child.stderr),
			]);
			return {stdout, stderr, code: await code};
		},
	};
}
