import {lstat, readdir, readlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {resolveInside} from '../../engine/context/resolve-inside.js';
import {
	readSmallFile,
	unreadableReason,
} from '../../engine/context/small-file.js';
import {UsageError} from '../../errors.js';

/** Of a context that was fetched: its Dockerfile's place on this machine, and its name. */
export type FetchedDockerfile = {
	readonly dockerfile: string;
	readonly dockerfileName: string;
};

/**
Finds the Dockerfile of a context that was fetched, whose links and names lead nowhere but into it. What is found over links
is copied, with its ignore file: who reads it later follows none.

@param context - The folder, absolute and without links.
@param file - `--file`, from there.
@param source - Names where it was fetched from, for messages.
@param temporaryFolder - Makes a folder for a copy.
@throws {UsageError} It isn't in the context, or can't be read.
*/
export async function findInside(
	context: string,
	file: string | undefined,
	source: string,
	temporaryFolder: () => string,
): Promise<FetchedDockerfile> {
	const name = file ?? (await defaultName(context));
	if (path.posix.normalize(name).split('/')[0] === '..') {
		throw new UsageError(
			`The Dockerfile ${name} must be within the build context ${source}: name it from there.`,
		);
	}

	const dockerfile = path.join(context, name);
	const ignoreFile = `${dockerfile}.dockerignore`;
	try {
		const [found, foundIgnore] = await Promise.all([
			resolveInside(context, name),
			resolveInside(context, `${name}.dockerignore`),
		]);
		if (found === null) {
			throw new UsageError(
				await describeMissing(context, dockerfile, name, source),
			);
		}

		// It is read now, too: what can't be is told before a copy is made of it.
		const text = await readSmallFile(found);
		const isPlain =
			found === dockerfile &&
			(foundIgnore === null
				? await isAbsent(ignoreFile)
				: foundIgnore === ignoreFile);
		if (isPlain) {
			return {dockerfile, dockerfileName: name};
		}

		const copy = path.join(temporaryFolder(), path.basename(dockerfile));
		await writeFile(copy, text, {mode: 0o600});
		if (foundIgnore !== null) {
			await writeFile(
				`${copy}.dockerignore`,
				await readSmallFile(foundIgnore),
				{mode: 0o600},
			);
		}

		return {dockerfile: copy, dockerfileName: name};
	} catch (error) {
		if (error instanceof UsageError) {
			throw error;
		}

		throw new UsageError(
			`${name} of ${source} can't be read: ${unreadableReason(error)}.`,
			{cause: error},
		);
	}
}

async function defaultName(context: string): Promise<string> {
	const names = await readdir(context);
	return !names.includes('Dockerfile') && names.includes('dockerfile')
		? 'dockerfile'
		: 'Dockerfile';
}

async function isAbsent(file: string): Promise<boolean> {
	const found = await lstat(file).catch(() => null);
	return found === null;
}

/** A link on the way is told, where it leads out of the context or nowhere. */
async function describeMissing(
	context: string,
	dockerfile: string,
	name: string,
	source: string,
): Promise<string> {
	const names = path.relative(context, dockerfile).split('/');
	for (const index of names.keys()) {
		const part = names.slice(0, index + 1).join('/');
		const place = path.join(context, part);
		// eslint-disable-next-line no-await-in-loop -- down the path
		const target = await readlink(place).catch(() => null);
		if (target !== null) {
			return `${part} of ${source} is a link to ${target}, which isn't in the build context: the Dockerfile must be within it.`;
		}
	}

	return `There is no ${name} in ${source}: name the Dockerfile with --file.`;
}
