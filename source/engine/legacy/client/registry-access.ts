import {parseImageReference} from '../../../dockerfile/instructions/image-reference.js';
import type {RegistryCredentials} from '../../docker/configuration.js';
import {
	type CredentialStore,
	dockerHubHost,
	dockerHubKey,
} from '../../docker/credentials.js';
import type {Program} from '../../port.js';

/** What an engine is told to log in to one registry with (Docker Engine API, "Authentication"). */
export type RegistryLogin =
	| {
			readonly username: string;
			readonly password: string;
			readonly serveraddress: string;
	  }
	| {readonly identitytoken: string; readonly serveraddress: string};

/** By the registry's address, as `docker login` keeps it: the header `X-Registry-Config`. */
export type RegistryLogins = Readonly<Record<string, RegistryLogin>>;

/**
@param references - Images as FROM names them: no other registries than theirs are told to the engine.
@returns What is known for them; a registry without credentials isn't in it.
@throws {UsageError} A credential helper fails.
*/
export async function registryLogins(
	references: readonly string[],
	credentials: CredentialStore,
): Promise<RegistryLogins> {
	const addresses = new Set(references.map(name => addressOf(name)));
	const logins = await Promise.all(
		[...addresses].map(async address => {
			const host = address === dockerHubKey ? dockerHubHost : address;
			const found = await credentials.credentialsFor(host);
			return found.secret === ''
				? []
				: [[address, loginOf(address, found)] as const];
		}),
	);
	return Object.fromEntries(logins.flat());
}

/**
@returns The images that a program names, as FROM names them.
*/
export function imagesOf({graph, target}: Program): readonly string[] {
	return graph.stages
		.slice(0, target + 1)
		.flatMap(({dependencies}) =>
			dependencies.flatMap(source =>
				source.kind === 'image' ? [source.reference] : [],
			),
		);
}

/**
@param reference - An image as FROM names it.
@returns Its registry, as `docker login` names it.
*/
export function addressOf(reference: string): string {
	const {domain} = parseImageReference(reference);
	return domain === 'docker.io' ? dockerHubKey : domain;
}

function loginOf(
	serveraddress: string,
	{username, secret}: RegistryCredentials,
): RegistryLogin {
	return username === ''
		? {identitytoken: secret, serveraddress}
		: {username, password: secret, serveraddress};
}
