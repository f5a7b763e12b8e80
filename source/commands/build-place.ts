import {Buffer} from 'node:buffer';
import {mkdtempSync, rmSync} from 'node:fs';
import {mkdir, readdir, realpath, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {attempt, type Ending} from '../engine/private/process.js';
import {UsageError} from '../errors.js';
import {isGitAddress, parseGitAddress} from './git-address.js';
import {defaultFile} from './read-dockerfile.js';

/** Where a build's files are, as paths of this machine. */
export type BuildPlace = {
	/** The build context's folder, absolute. */
	readonly context: string;

	/** The Dockerfile's path, absolute. */
	readonly dockerfile: string;

	/** The Dockerfile as the user named it; for messages. */
	readonly dockerfileName: string;

	/** The same in every session on the same build. */
	readonly identity: string;
};

/** `docker build`'s PATH and `--file`. */
export type PlaceFlags = {
	/** A folder, a Git repository, or `-` for a Dockerfile or a tar archive on standard input. */
	readonly context: string;

	/** `-` is standard input. */
	readonly file?: string;
};

/** How a Git repository is fetched. */
export type FetchOptions = {
	/** Whether `.git` is part of the build context. */
	readonly keepsGitFolder?: boolean;

	/** Aborting it ends the fetching. */
	readonly signal?: AbortSignal;
};

/**
Finds what to build; what isn't in files of this machine is put there, until the process ends.

@param stdin - Standard input, read only when the flags ask for it.
@throws {UsageError} There is no such thing.
*/
export async function findBuild(
	{context, file}: PlaceFlags,
	stdin: Readable,
	fetching: FetchOptions = {},
): Promise<BuildPlace> {
	if (context === '-') {
		if (file === '-') {
			throw new UsageError(
				'Standard input can be the build context (-) or the Dockerfile (--file -), not both: name a folder for one of them.',
			);
		}

		return fromStream(await buffer(stdin), file);
	}

	if (isGitAddress(context)) {
		const folder = await checkOut(context, fetching);
		return file === '-'
			? withDockerfile(folder, await buffer(stdin), context)
			: inside(folder, file, context);
	}

	if (/^[a-z]+:\/\//v.test(context)) {
		throw new UsageError(
			`${context} is no Git repository, and other addresses are not fetched: download it, and give it to mstage on standard input with - as the context.`,
		);
	}

	const own = await defaultFile(context);
	if (file === '-') {
		return withDockerfile(
			path.resolve(context),
			await buffer(stdin),
			path.resolve(context),
		);
	}

	const dockerfileName = file ?? own;
	const dockerfile = path.resolve(dockerfileName);
	return {
		context: path.resolve(context),
		dockerfile,
		dockerfileName,
		identity: dockerfile,
	};
}

/** What archives begin with: gzip, bzip2, xz, zstd; and what a tar archive has at a place of its own (POSIX, pax). */
const compressions = ['1f8b08', '425a68', 'fd377a585a00', '28b52ffd'];
const tarPlace = 257;

function isArchive(bytes: Uint8Array): boolean {
	const start = Buffer.from(bytes.subarray(0, 6)).toString('hex');
	const magic = Buffer.from(bytes.subarray(tarPlace, tarPlace + 5)).toString();
	return (
		compressions.some(compression => start.startsWith(compression)) ||
		magic === 'ustar'
	);
}

async function fromStream(
	bytes: Uint8Array,
	file: string | undefined,
): Promise<BuildPlace> {
	if (bytes.length === 0) {
		throw new UsageError(
			'Standard input is empty: give mstage a Dockerfile or a tar archive there, or name a folder.',
		);
	}

	const folder = temporaryFolder();
	const context = path.join(folder, 'context');
	await mkdir(context);
	if (!isArchive(bytes)) {
		return withDockerfile(context, bytes, '-');
	}

	const archive = path.join(folder, 'context.tar');
	await writeFile(archive, bytes);
	complain(
		await attempt('tar', [
			'--extract',
			'--no-same-owner',
			`--file=${archive}`,
			`--directory=${context}`,
		]),
		'The tar archive on standard input',
		'make it anew with tar -c',
	);
	await rm(archive);
	return inside(context, file, '-');
}

/** A Dockerfile that is in no file. */
async function withDockerfile(
	context: string,
	text: Uint8Array,
	identity: string,
): Promise<BuildPlace> {
	const dockerfile = path.join(temporaryFolder(), 'Dockerfile');
	await writeFile(dockerfile, text);
	return {
		context,
		dockerfile,
		dockerfileName: 'Dockerfile',
		identity: `${identity} -`,
	};
}

/** In a context that was fetched, the Dockerfile is looked for in it. */
async function inside(
	context: string,
	file: string | undefined,
	identity: string,
): Promise<BuildPlace> {
	const names = await readdir(context);
	const name =
		file ??
		(!names.includes('Dockerfile') && names.includes('dockerfile')
			? 'dockerfile'
			: 'Dockerfile');
	return {
		context,
		dockerfile: path.join(context, name),
		dockerfileName: name,
		identity: `${identity} ${name}`,
	};
}

async function checkOut(
	address: string,
	{keepsGitFolder = false, signal}: FetchOptions,
): Promise<string> {
	const {repository, reference, folder} = parseGitAddress(address);
	if (reference.startsWith('-')) {
		throw new UsageError(
			`${address} names no branch, tag or commit after its #: write REPOSITORY#NAME:FOLDER.`,
		);
	}

	const root = temporaryFolder();
	const git = async (...args: readonly string[]): Promise<void> => {
		const ending = await attempt('git', [...args], {
			cwd: root,
			env: {...process.env, GIT_TERMINAL_PROMPT: '0'},
			signal,
		});
		complain(ending, address, 'correct the address, or clone it yourself');
	};

	await git('init', '--quiet');
	await git('fetch', '--quiet', '--depth=1', '--', repository, reference);
	await git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
	await git('remote', 'add', 'origin', repository);
	await git('submodule', 'update', '--quiet', '--init', '--recursive');
	if (!keepsGitFolder) {
		await rm(path.join(root, '.git'), {recursive: true});
	}

	const context = await realpath(path.join(root, folder)).catch(() => '');
	const isIn = `${context}/`.startsWith(`${await realpath(root)}/`);
	if (!isIn) {
		throw new UsageError(
			`${address} has no folder ${folder}: correct what is after the colon.`,
		);
	}

	return context;
}

function complain(ending: Ending, what: string, next: string): void {
	if (ending.code !== 0) {
		const said = ending.stderr.trim().split('\n').at(-1)!;
		throw new UsageError(`${what} can't be read (${said}): ${next}.`);
	}
}

const temporaryFolders: string[] = [];

/** @returns A new folder, which is removed when the process ends. */
function temporaryFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'mstage-build-'));
	if (temporaryFolders.length === 0) {
		process.once('exit', () => {
			for (const left of temporaryFolders) {
				rmSync(left, {recursive: true, force: true});
			}
		});
	}

	temporaryFolders.push(folder);
	return folder;
}
