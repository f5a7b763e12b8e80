import {mkdtempSync, rmSync} from 'node:fs';
import {mkdir, realpath, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {Readable} from 'node:stream';
import {attempt, type Ending} from '../engine/private/process.js';
import {UsageError} from '../errors.js';
import {
	isGitAddress,
	parseGitAddress,
	splitPassword,
	withoutPassword,
} from './git-address.js';
import {findInside} from './place/fetched.js';
import {
	type Given,
	readGiven,
	readGivenDockerfile,
} from './place/standard-input.js';
import {unpack} from './place/unpack.js';
import {defaultFile} from './read-dockerfile.js';

/** Where a build's files are, as paths of this machine. */
export type BuildPlace = {
	/** The build context's folder, absolute. */
	readonly context: string;

	/** Whether it comes from elsewhere, so that nothing in it leads to other files of this machine. */
	readonly isFetched?: boolean;

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

		return fromStream(await readGiven(stdin), file, fetching.signal);
	}

	if (isGitAddress(context)) {
		const folder = await checkOut(context, fetching);
		return file === '-'
			? {
					...(await withDockerfile(
						folder,
						await readGivenDockerfile(stdin),
						context,
					)),
					isFetched: true,
				}
			: inside(folder, file, context, withoutPassword(context));
	}

	if (/^[a-z]+:\/\//v.test(context)) {
		throw new UsageError(
			`${withoutPassword(context)} is no Git repository, and other addresses are not fetched: download it, and give it to mstage on standard input with - as the context.`,
		);
	}

	const own = await defaultFile(context);
	if (file === '-') {
		return withDockerfile(
			path.resolve(context),
			await readGivenDockerfile(stdin),
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

async function fromStream(
	given: Given,
	file: string | undefined,
	signal: AbortSignal | undefined,
): Promise<BuildPlace> {
	const context = path.join(temporaryFolder(), 'context');
	await mkdir(context);
	if (given.kind === 'dockerfile') {
		return withDockerfile(context, given.text, '-');
	}

	await unpack(given, context, signal);
	return inside(context, file, '-', 'the archive on standard input');
}

/** A Dockerfile that is in no file. */
async function withDockerfile(
	context: string,
	text: Uint8Array,
	identity: string,
): Promise<BuildPlace> {
	const dockerfile = path.join(temporaryFolder(), 'Dockerfile');
	await writeFile(dockerfile, text, {mode: 0o600});
	return {
		context,
		dockerfile,
		dockerfileName: 'Dockerfile',
		identity: `${identity} -`,
	};
}

/** In a context that was fetched, the Dockerfile is looked for in it. */
async function inside(
	folder: string,
	file: string | undefined,
	identity: string,
	source: string,
): Promise<BuildPlace> {
	const context = await realpath(folder);
	const found = await findInside(context, file, source, temporaryFolder);
	return {
		...found,
		context,
		isFetched: true,
		identity: `${identity} ${found.dockerfileName}`,
	};
}

async function checkOut(
	address: string,
	{keepsGitFolder = false, signal}: FetchOptions,
): Promise<string> {
	const {repository, reference, folder} = parseGitAddress(address);
	if (reference.startsWith('-')) {
		throw new UsageError(
			`${withoutPassword(address)} names no branch, tag or commit after its #: write REPOSITORY#NAME:FOLDER.`,
		);
	}

	const root = temporaryFolder();
	const secret = splitPassword(repository);
	const credentials = secret && (await writeCredentials(secret));
	const git = async (...args: readonly string[]): Promise<void> => {
		const ending = await attempt(
			'git',
			[...(credentials?.settings ?? []), ...args],
			{
				cwd: root,
				env: {...process.env, GIT_TERMINAL_PROMPT: '0'},
				signal,
			},
		);
		complain(
			ending,
			withoutPassword(address),
			'correct the address, or clone it yourself',
		);
	};

	const named = secret?.repository ?? repository;
	try {
		await git('init', '--quiet');
		await git('fetch', '--quiet', '--depth=1', '--', named, reference);
		await git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
		await git('remote', 'add', 'origin', named);
		await git('submodule', 'update', '--quiet', '--init', '--recursive');
	} finally {
		await credentials?.remove();
	}

	if (!keepsGitFolder) {
		await rm(path.join(root, '.git'), {recursive: true});
	}

	const context = await realpath(path.join(root, folder)).catch(() => '');
	const isIn = `${context}/`.startsWith(`${await realpath(root)}/`);
	if (!isIn) {
		throw new UsageError(
			`${withoutPassword(address)} has no folder ${folder}: correct what is after the colon.`,
		);
	}

	return context;
}

/** Everybody sees the arguments of a process: git gets a password from a file that is the user's alone. */
async function writeCredentials({
	origin,
	line,
}: {
	readonly origin: string;
	readonly line: string;
}): Promise<{
	readonly settings: readonly string[];
	remove(): Promise<void>;
}> {
	const file = path.join(temporaryFolder(), 'credentials');
	await writeFile(file, `${line}\n`, {mode: 0o600});
	const helper = `credential.${origin}.helper`;
	const quoted = `'${file.replaceAll("'", String.raw`'\''`)}'`;
	return {
		// The first takes away the helpers that the user has for this host: the address names the password.
		settings: ['-c', `${helper}=`, '-c', `${helper}=store --file=${quoted}`],
		async remove() {
			await rm(file, {force: true});
		},
	};
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
