import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {toError, UsageError} from '../../errors.js';
import {membersOf, stringOf} from '../json-value.js';

/** What a registry wants to see. An empty user name means that the secret is an identity token. */
export type RegistryCredentials = {
	readonly username: string;
	readonly secret: string;
};

/** What `docker login` leaves in `config.json` (Docker's documentation of that file), as far as it is used here. */
export type DockerConfiguration = {
	/** Where it was read, for messages. */
	readonly file: string;
	/** Credentials that are in the file itself, by the registry's address. */
	readonly credentials: ReadonlyMap<string, RegistryCredentials>;
	/** The helper that has all credentials; empty when there is none. */
	readonly credentialsStore: string;
	/** Helpers for single registries. */
	readonly credentialHelpers: ReadonlyMap<string, string>;
	/** The context that `docker context use` chose; empty when there is none. */
	readonly currentContext: string;
};

/**
@param environment - Its `DOCKER_CONFIG` names the directory of the file; otherwise that is `.docker` in the home directory.
@returns The user's Docker configuration, which is empty when there is none.
@throws UsageError - When the file is there and can't be read.
*/
export async function readDockerConfiguration(
	environment: NodeJS.ProcessEnv = process.env,
): Promise<DockerConfiguration> {
	const file = join(configurationFolder(environment), 'config.json');
	const content = membersOf(await readJson(file));
	return {
		file,
		credentials: new Map(
			[...membersOf(content.get('auths'))].map(([address, entry]) => [
				address,
				credentialsOf(entry),
			]),
		),
		credentialsStore: stringOf(content.get('credsStore')),
		credentialHelpers: new Map(
			[...membersOf(content.get('credHelpers'))].map(([address, helper]) => [
				address,
				stringOf(helper),
			]),
		),
		currentContext: stringOf(content.get('currentContext')),
	};
}

/** The proxies that builds and containers get; empty where there is none. */
export type DockerProxies = Readonly<
	Record<
		'httpProxy' | 'httpsProxy' | 'noProxy' | 'ftpProxy' | 'allProxy',
		string
	>
>;

/**
@param address - Of the engine: `unix:///var/run/docker.sock`.
@param environment - As for `readDockerConfiguration`.
@returns The proxies of `config.json` for the engine, or else its default ones (Docker's documentation, "Use a proxy server with
the Docker CLI").
@throws {UsageError} The file is there and can't be read.
*/
export async function readProxies(
	address: string,
	environment: NodeJS.ProcessEnv = process.env,
): Promise<DockerProxies> {
	const file = join(configurationFolder(environment), 'config.json');
	const proxies = membersOf(membersOf(await readJson(file)).get('proxies'));
	const own = membersOf(proxies.get(address) ?? proxies.get('default'));
	return {
		httpProxy: stringOf(own.get('httpProxy')),
		httpsProxy: stringOf(own.get('httpsProxy')),
		noProxy: stringOf(own.get('noProxy')),
		ftpProxy: stringOf(own.get('ftpProxy')),
		allProxy: stringOf(own.get('allProxy')),
	};
}

/**
@param environment - Its `DOCKER_CONFIG` names the folder; otherwise it is `.docker` in the home folder.
@returns Where Docker's client keeps its configuration, its contexts and its certificates.
*/
export function configurationFolder(environment: NodeJS.ProcessEnv): string {
	return (
		environment['DOCKER_CONFIG'] ||
		join(environment['HOME'] || homedir(), '.docker')
	);
}

async function readJson(file: string): Promise<unknown> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw new UsageError(
			`${file} can't be read: ${toError(error).message}; repair it, or log in again with docker login.`,
			{cause: error},
		);
	}

	try {
		return JSON.parse(text);
	} catch {
		// The parser's own words quote the text, which may be a password.
		throw new UsageError(
			`${file} can't be read: it is no JSON; repair it, or log in again with docker login.`,
		);
	}
}

function credentialsOf(entry: unknown): RegistryCredentials {
	const members = membersOf(entry);
	const identityToken = stringOf(members.get('identitytoken'));
	if (identityToken) {
		return {username: '', secret: identityToken};
	}

	const auth = stringOf(members.get('auth'));
	return auth
		? decodeAuth(auth)
		: {
				username: stringOf(members.get('username')),
				secret: stringOf(members.get('password')),
			};
}

/** `user:password` in base64; Docker's own client ignores zero bytes behind the password. */
function decodeAuth(auth: string): RegistryCredentials {
	const text = Buffer.from(auth, 'base64').toString('utf8');
	const separator = text.indexOf(':');
	return {
		username: text.slice(0, Math.max(separator, 0)),
		secret: text.slice(separator + 1).replace(/\0+$/v, ''),
	};
}
