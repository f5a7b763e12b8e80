import {realpath, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {attempt, type Ending} from '../../engine/private/process.js';
import {UsageError} from '../../errors.js';
import {withoutCredentials} from '../../text/credentials.js';
import {
	type GitCredentials,
	parseGitAddress,
	splitCredentials,
} from '../git-address.js';
import {temporaryFolder} from './temporary-folder.js';

/** How a Git repository is fetched. */
export type FetchOptions = {
	/** Whether `.git` is part of the build context. */
	readonly keepsGitFolder?: boolean;

	/** Aborting it ends the fetching. */
	readonly signal?: AbortSignal;
};

/**
Checks a Git repository out, into a folder that is removed when the process ends.

@param address - As `isGitAddress` knows it.
@returns The folder that it names.
@throws {UsageError} It can't be fetched, or has no such folder.
*/
export async function checkOut(
	address: string,
	{keepsGitFolder = false, signal}: FetchOptions,
): Promise<string> {
	const {repository, reference, folder} = parseGitAddress(address);
	if (reference.startsWith('-')) {
		throw new UsageError(
			`${withoutCredentials(address)} names no branch, tag or commit after its #: write REPOSITORY#NAME:FOLDER.`,
		);
	}

	const root = temporaryFolder();
	const found = splitCredentials(repository);
	const credentials = found && (await writeCredentials(found));
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
			withoutCredentials(address),
			'correct the address, or clone it yourself',
		);
	};

	const named = found?.repository ?? repository;
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
			`${withoutCredentials(address)} has no folder ${folder}: correct what is after the colon.`,
		);
	}

	return context;
}

/** Everybody sees the arguments of a process: git gets what lets in from files that are the user's alone. */
async function writeCredentials({
	origin,
	user,
	hasPassword,
	line,
}: GitCredentials): Promise<{
	readonly settings: readonly string[];
	remove(): Promise<void>;
}> {
	const folder = temporaryFolder();
	const store = path.join(folder, 'credentials');
	const settings = path.join(folder, 'settings');
	const write = async (file: string, lines: readonly string[]) =>
		writeFile(file, `${lines.join('\n')}\n`, {mode: 0o600});
	await write(store, [line]);
	await write(settings, [
		`[credential ${quoted(origin)}]`,
		...(user === '' ? [] : [`username = ${quoted(user)}`]),
		// Takes away the helpers that the user has for this host, where the address names the password.
		...(hasPassword ? ['helper ='] : []),
		`helper = ${quoted(`store --file='${store.replaceAll("'", String.raw`'\''`)}'`)}`,
	]);
	return {
		settings: ['-c', `include.path=${settings}`],
		async remove() {
			await rm(folder, {recursive: true, force: true});
		},
	};
}

/** A value, or the name of a section, in a file of git's settings (git-config, "Syntax"). */
function quoted(text: string): string {
	return `"${text.replaceAll(/["\\]/gv, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}

function complain(ending: Ending, what: string, next: string): void {
	if (ending.code !== 0) {
		const said = ending.stderr.trim().split('\n').at(-1)!;
		throw new UsageError(`${what} can't be read (${said}): ${next}.`);
	}
}
