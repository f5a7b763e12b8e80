import {mkdir, realpath, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {Readable} from 'node:stream';
import {UsageError} from '../errors.js';
import {withoutCredentials} from '../text/credentials.js';
import {checkOut, type FetchOptions} from './place/check-out.js';
import {isGitAddress} from './git-address.js';
import {findInside} from './place/fetched.js';
import {
	type Given,
	readGiven,
	readGivenDockerfile,
} from './place/standard-input.js';
import {temporaryFolder} from './place/temporary-folder.js';
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
						withoutCredentials(context),
					)),
					isFetched: true,
				}
			: inside(folder, file, context, withoutCredentials(context));
	}

	if (/^[a-z]+:\/\//v.test(context)) {
		throw new UsageError(
			`${withoutCredentials(context)} is no Git repository, and other addresses are not fetched: download it, and give it to mstage on standard input with - as the context.`,
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
