import {mkdir, mkdtemp, rename, rm, stat} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

/**
@returns The folder where downloads and the engines' data are kept between runs, outside the repository.
*/
export function cacheFolder(): string {
	return path.join(
		process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'),
		'mstage-test',
	);
}

/**
@param file - A path.
@returns Whether something is there.
*/
export async function exists(file: string): Promise<boolean> {
	return stat(file).then(
		() => true,
		() => false,
	);
}

/**
Makes a folder of the cache once; several processes may ask for it at the same time.
@param name - Its name inside the cache.
@param fill - Writes its contents into the empty folder it gets.
@returns The folder's path.
*/
export async function cachedFolder(
	name: string,
	fill: (folder: string) => Promise<void>,
): Promise<string> {
	const folder = path.join(cacheFolder(), name);
	if (await exists(folder)) {
		return folder;
	}

	await mkdir(path.dirname(folder), {recursive: true});
	const draft = await mkdtemp(`${folder}.`);
	try {
		await fill(draft);
		await rename(draft, folder);
	} catch (error) {
		// Another process that filled the same folder first has done our work too.
		if (!(await exists(folder))) {
			throw error;
		}
	} finally {
		await rm(draft, {recursive: true, force: true});
	}

	return folder;
}
