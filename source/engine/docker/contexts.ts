import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {UsageError} from '../../errors.js';
import {nearMiss} from '../../text/near-miss.js';
import {membersOf, stringOf} from '../json-value.js';
import {type DockerAddress, parseDockerAddress} from './address.js';
import {configurationFolder} from './configuration.js';
import {readTlsFiles} from './tls-files.js';

/** The context that every Docker client has without any file: `DOCKER_HOST`, or the default socket. */
export const defaultContext = 'default';

/**
Reads one of the user's Docker contexts (docker/cli, cli/context/store: metadata in `contexts/meta/HASH/meta.json`, TLS
files in `contexts/tls/HASH/docker`, where HASH is the SHA-256 of the name).

@param name - Not `default`.
@returns Where its engine is.
@throws {UsageError} There is no such context, or it names no Docker engine.
*/
export async function readDockerContext(
	name: string,
	environment: NodeJS.ProcessEnv,
): Promise<DockerAddress> {
	const folder = join(configurationFolder(environment), 'contexts');
	const hash = createHash('sha256').update(name).digest('hex');
	const metadata = await readMetadata(folder, hash);
	if (!metadata) {
		throw await unknownContext(name, folder);
	}

	const endpoint = membersOf(metadata.get('Endpoints')).get('docker');
	const host = stringOf(membersOf(endpoint).get('Host'));
	if (host === '') {
		throw new UsageError(
			`The Docker context '${name}' names no engine: see docker context inspect ${name}.`,
		);
	}

	const tls = await readTlsFiles(
		join(folder, 'tls', hash, 'docker'),
		membersOf(endpoint).get('SkipTLSVerify') !== true,
	);
	const hasTls = tls.ca !== null || tls.cert !== null || !tls.verify;
	return parseDockerAddress(host, hasTls ? tls : null);
}

async function readMetadata(
	folder: string,
	hash: string,
): Promise<ReadonlyMap<string, unknown> | undefined> {
	const file = join(folder, 'meta', hash, 'meta.json');
	try {
		return membersOf(JSON.parse(await readFile(file, 'utf8')));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw new UsageError(
			`${file} can't be read; make the context anew with docker context create.`,
			{cause: error},
		);
	}
}

async function unknownContext(
	name: string,
	folder: string,
): Promise<UsageError> {
	const hashes = await readdir(join(folder, 'meta')).catch(() => []);
	const found = await Promise.all(
		hashes.map(async hash => readMetadata(folder, hash).catch(() => undefined)),
	);
	const names = found
		.map(metadata => stringOf(metadata?.get('Name')))
		.filter(candidate => candidate !== '');
	const meant = nearMiss(name, [defaultContext, ...names]);
	return new UsageError(
		meant === undefined
			? `There is no Docker context '${name}': docker context ls lists them.`
			: `There is no Docker context '${name}'. Did you mean '${meant}'?`,
	);
}
