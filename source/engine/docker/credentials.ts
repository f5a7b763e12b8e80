import {
	type DockerConfiguration,
	readDockerConfiguration,
	type RegistryCredentials,
} from './configuration.js';
import {askCredentialHelper} from './credential-helper.js';

/** Where the engine's questions for credentials are answered. */
export type CredentialStore = {
	/**
	@param host - A registry as the engine names it, such as `registry-1.docker.io` or `localhost:5000`.
	@returns What to log in with; both empty for an anonymous user.
	*/
	credentialsFor(host: string): Promise<RegistryCredentials>;
};

/** The host that the engine pulls Docker Hub's images from. */
export const dockerHubHost = 'registry-1.docker.io';

/** What `docker login` stores Docker Hub's credentials under. */
export const dockerHubKey = 'https://index.docker.io/v1/';

// A helper may take a second and a build asks it per image; tokens that helpers make live for 5 minutes and more.
const lifetime = 60_000;

/**
@param readConfiguration - Reads the user's Docker configuration; it is read anew after a minute, so a `docker login` in
another terminal helps a session that is open.
@returns The credentials that `docker build` would use.
*/
export function dockerCredentials(
	readConfiguration: () => Promise<DockerConfiguration> = readDockerConfiguration,
): CredentialStore {
	const answers = new Map<
		string,
		{readonly until: number; readonly credentials: Promise<RegistryCredentials>}
	>();
	return {
		async credentialsFor(host) {
			const known = answers.get(host);
			if (known !== undefined && known.until > Date.now()) {
				return known.credentials;
			}

			const credentials = lookUp(host, readConfiguration);
			answers.set(host, {until: Date.now() + lifetime, credentials});
			try {
				return await credentials;
			} catch (error) {
				answers.delete(host);
				throw error;
			}
		},
	};
}

async function lookUp(
	host: string,
	readConfiguration: () => Promise<DockerConfiguration>,
): Promise<RegistryCredentials> {
	const configuration = await readConfiguration();
	const key = host === dockerHubHost ? dockerHubKey : host;
	const helper =
		configuration.credentialHelpers.get(key) || configuration.credentialsStore;
	const credentials = helper
		? await askCredentialHelper(helper, key, configuration.file)
		: findIn(configuration, key);
	return credentials ?? {username: '', secret: ''};
}

function findIn(
	{credentials}: DockerConfiguration,
	key: string,
): RegistryCredentials | undefined {
	return (
		credentials.get(key) ??
		[...credentials].find(([address]) => hostnameOf(address) === key)?.[1]
	);
}

/** Older versions of docker login stored addresses such as `https://registry.example.com/v2/`. */
function hostnameOf(address: string): string {
	return address.replace(/^https?:\/\//v, '').replace(/\/.*$/v, '');
}
