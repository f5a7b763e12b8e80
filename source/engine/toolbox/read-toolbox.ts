import {stat} from 'node:fs/promises';
import {UsageError} from '../../errors.js';
import {
	checkBusybox,
	findBusybox,
	howToGetBusybox,
	readBusybox,
} from './busybox.js';

/**
Reads what shells in images without one are made of.

@param source - The path of a static busybox, or an image that has one; default: the busybox of this machine.
@param platform - Of the engine: `linux/amd64`.
@param readFromImage - Reads `/bin/busybox` of an image.
@returns A static busybox, or `null` when none was named and this machine has none.
@throws {UsageError} What the user named is no toolbox.
*/
export async function readToolbox(
	source: string | undefined,
	platform: string,
	readFromImage: (image: string) => Promise<Uint8Array>,
): Promise<Uint8Array | null> {
	if (source === undefined) {
		const found = await findBusybox(platform);
		return found?.data ?? null;
	}

	if (await isFile(source)) {
		return readBusybox(source, platform);
	}

	try {
		return checkBusybox(await readFromImage(source), source, platform);
	} catch (error) {
		throw error instanceof UsageError
			? error
			: new UsageError(
					`--toolbox ${source} has no /bin/busybox: ${howToGetBusybox}.`,
					{cause: error},
				);
	}
}

/** @returns Why there is no shell: neither in the filesystem nor on this machine. */
export function noShell(): UsageError {
	return new UsageError(
		`There is no shell in this filesystem, and no static busybox on this machine that could be brought in: ${howToGetBusybox}.`,
	);
}

/** A name with a slash in front or a dot is a path even if nothing is there: the reading of it says so. */
async function isFile(source: string): Promise<boolean> {
	if (/^\.{0,2}\//v.test(source)) {
		return true;
	}

	const found = await stat(source).catch(() => null);
	return found?.isFile() ?? false;
}
