import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import type {Readable} from 'node:stream';
import {isMissing} from '../engine/context/reading-error.js';
import {readSmallFile, unreadableReason} from '../engine/context/small-file.js';
import {UsageError} from '../errors.js';
import {readGivenDockerfile, refuseBinary} from './place/standard-input.js';

/** Where a Dockerfile is, as `docker build` takes it. */
export type DockerfilePlace = {
	/** The build context, relative to the working directory. */
	readonly context: string;

	/** `--file`, relative to the working directory; `-` is standard input. Without it, the context's own. */
	readonly file?: string;
};

const asText = (bytes: Uint8Array): string =>
	new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);

async function refuseMissingContext(context: string): Promise<void> {
	const found = await stat(context).catch(() => undefined);
	if (!found?.isDirectory()) {
		throw new UsageError(
			`There is no build context ${context}: name the folder that holds your Dockerfile.`,
		);
	}
}

/**
@param context - The build context.
@returns The path of its own Dockerfile; as for `docker build`, it may be written in lower case.
@throws {UsageError} There is no such folder.
*/
export async function defaultFile(context: string): Promise<string> {
	await refuseMissingContext(context);
	const names = await readdir(context);
	const name =
		!names.includes('Dockerfile') && names.includes('dockerfile')
			? 'dockerfile'
			: 'Dockerfile';

	return path.join(context, name);
}

/**
@param place - The build context and `--file`.
@param stdin - Standard input, read only when the place asks for it.
@returns The text of the Dockerfile, and its name for messages.
@throws {UsageError} When it can't be read.
*/
export async function readDockerfile(
	{context, file}: DockerfilePlace,
	stdin: Readable,
): Promise<{readonly filename: string; readonly source: string}> {
	if (file === '-') {
		return {
			filename: 'Dockerfile',
			source: asText(await readGivenDockerfile(stdin)),
		};
	}

	const filename = file ?? (await defaultFile(context));

	const text = await readSmallFile(filename).catch((error: unknown) => {
		throw new UsageError(
			isMissing(error)
				? `There is no ${filename}: name your Dockerfile with --file.`
				: `${filename} can't be read: ${unreadableReason(error)}; name your Dockerfile with --file.`,
			{cause: error},
		);
	});
	refuseBinary(text, filename);
	return {filename, source: asText(text)};
}
