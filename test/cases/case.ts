import {spawn} from 'node:child_process';
import {cp, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {afterAll, beforeAll} from 'vitest';
import {seedDebian} from '../engine/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {bundle} from '../terminal/bundle.js';

/** What a program printed, and its exit code. */
export type Ran = {
	readonly stdout: string;
	readonly stderr: string;
	readonly code: number;
};

/** How `mstage` is run in a case. */
export type RunOptions = {
	/** What it reads on standard input; nothing by default. */
	readonly input?: string;

	/** The folder it runs in, from the case's; default: that itself. */
	readonly folder?: string;

	/** Variables over those of the tests. */
	readonly env?: Readonly<Record<string, string>>;

	/** The address of the engine; default: the one of the test file's worker. */
	readonly engine?: string;
};

/** A copy of a case's input, which goes with the test. */
export type Case = {
	/** An absolute path. */
	readonly folder: string;

	/** Runs `mstage` there, on pipes, and waits for its end. */
	mstage(args: readonly string[], options?: RunOptions): Promise<Ran>;
	[Symbol.asyncDispose](): Promise<void>;
};

/**
For test files of cases from practice: makes `mstage` from its sources, once per file.

@returns Opens a case: a folder of `test/cases/inputs`, copied.
*/
export function casesForTests(): (name: string) => Promise<Case> {
	let program: Awaited<ReturnType<typeof bundle>> | undefined;
	let cache: string | undefined;
	beforeAll(async () => {
		// Some cases start from it.
		await seedDebian(testEngine());
		cache = await mkdtemp(path.join(tmpdir(), 'mstage-case-cache-'));
		program = await bundle(
			path.join(import.meta.dirname, '../../cli.tsx'),
			`case-${process.pid}-${path.basename(cache)}`,
		);
	});
	afterAll(async () => {
		await program?.remove();
		await rm(cache!, {recursive: true, force: true});
	});

	return async name => {
		const folder = await mkdtemp(path.join(tmpdir(), `mstage-${name}-`));
		await cp(path.join(import.meta.dirname, 'inputs', name), folder, {
			recursive: true,
			verbatimSymlinks: true,
		});
		return {
			folder,
			async mstage(args, options = {}) {
				return run(program!.path, args, {
					...options,
					folder: path.join(folder, options.folder ?? '.'),
					env: {XDG_CACHE_HOME: cache!, ...options.env},
				});
			},
			async [Symbol.asyncDispose]() {
				await rm(folder, {recursive: true, force: true});
			},
		};
	};
}

async function run(
	program: string,
	args: readonly string[],
	{input = '', folder, env, engine}: RunOptions,
): Promise<Ran> {
	const child = spawn(process.execPath, [program, ...args], {
		cwd: folder,
		env: {
			...process.env,
			DOCKER_HOST: engine ?? testEngine().dockerHost,
			...env,
		},
	});
	child.stdin.on('error', () => {
		// It may end before it has read everything.
	});
	child.stdin.end(input);
	const ended = new Promise<number>((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => {
			if (code === null) {
				reject(new Error(`mstage was ended by ${signal}`));
			} else {
				resolve(code);
			}
		});
	});
	const [stdout, stderr, code] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		ended,
	]);
	return {stdout, stderr, code};
}
