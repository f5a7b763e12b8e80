import {readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {UsageError, toError} from '../../errors.js';
import {readElf} from './elf.js';

/** How to get one, for a sentence that says that there is none. */
export const howToGetBusybox =
	'install one (apt-get install busybox-static), or name one with --toolbox PATH|IMAGE';

/** The largest that is taken for a busybox, in bytes: it travels in one message, which older engines bound at 4 MiB. */
const largest = 3_500_000;

export type FoundBusybox = {readonly path: string; readonly data: Uint8Array};

/**
@param platform - Of the engine: `linux/amd64`.
@returns The static busybox of this machine, or `null` when it has none that runs there.
*/
export async function findBusybox(
	platform: string,
	environment: NodeJS.ProcessEnv = process.env,
): Promise<FoundBusybox | null> {
	const folders = [
		'/bin',
		'/usr/bin',
		...(environment['PATH'] ?? '').split(path.delimiter),
	];
	const files = folders
		.filter(folder => path.isAbsolute(folder))
		.flatMap(folder =>
			['busybox', 'busybox.static', 'busybox-static'].map(name =>
				path.join(folder, name),
			),
		);
	for (const file of new Set(files)) {
		// eslint-disable-next-line no-await-in-loop -- the first that fits
		const data = await readIfThere(file);
		if (data && whyNotUsable(data, platform) === null) {
			return {path: file, data};
		}
	}

	return null;
}

/**
@param file - A path that the user named.
@throws {UsageError} It is no static busybox for the platform.
*/
export async function readBusybox(
	file: string,
	platform: string,
): Promise<Uint8Array> {
	try {
		return checkBusybox(await readFile(file), file, platform);
	} catch (error) {
		throw error instanceof UsageError
			? error
			: new UsageError(
					`--toolbox ${file} can't be read: ${toError(error).message}.`,
					{cause: error},
				);
	}
}

/**
@param name - Where it comes from, for the message.
@returns The program as it was given.
@throws {UsageError} It is no static program for the platform.
*/
export function checkBusybox(
	data: Uint8Array,
	name: string,
	platform: string,
): Uint8Array {
	const reason = whyNotUsable(data, platform);
	if (reason !== null) {
		throw new UsageError(
			`--toolbox ${name}: ${reason}. Name a static busybox for ${platform}.`,
		);
	}

	return data;
}

function whyNotUsable(data: Uint8Array, platform: string): string | null {
	const program = readElf(data);
	const [, wanted] = platform.split('/');
	if (!program) {
		return 'this is no program of Linux';
	}

	if (program.architecture !== wanted) {
		return `this is a program for ${program.architecture ?? 'another processor'}`;
	}

	if (!program.isStatic) {
		return 'this program needs libraries';
	}

	return data.length > largest
		? `this program has ${data.length} bytes, more than a message to an engine holds`
		: null;
}

async function readIfThere(file: string): Promise<Uint8Array | null> {
	try {
		const {size} = await stat(file);
		return size > largest ? null : await readFile(file);
	} catch {
		return null;
	}
}
