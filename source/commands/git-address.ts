import {UsageError} from '../errors.js';
import {withoutCredentials} from '../text/credentials.js';

/** A Git repository as `docker build` takes it for a context: `https://example.com/app.git#main:docker`. */
export type GitAddress = {
	/** For git. */
	readonly repository: string;

	/** A branch, a tag or a commit; default: what the repository shows first. */
	readonly reference: string;

	/** A folder in it, `/` apart; empty for all of it. */
	readonly folder: string;
};

/** @returns Whether `docker build` takes it for a Git repository (docker/cli, cli/command/image/build/internal/urlutil). */
export function isGitAddress(text: string): boolean {
	return (
		/^(?:git|ssh):\/\/|^git@[^:\/]+:|^github\.com\//v.test(text) ||
		/^https?:\/\/[^#]*\.git(?:#.*)?$/v.test(text)
	);
}

/** @param text - For which `isGitAddress` holds. */
export function parseGitAddress(text: string): GitAddress {
	const [address = '', fragment = ''] = text.split('#', 2);
	const [reference = '', folder = ''] = fragment.split(':', 2);
	return {
		repository: address.startsWith('github.com/')
			? `https://${address}`
			: address,
		reference: reference || 'HEAD',
		folder: folder.replaceAll(/^\/+|\/+$/gv, ''),
	};
}

/** What lets in to a server of Git repositories over HTTP, as an address names it. */
export type GitCredentials = {
	/** For git, without them. */
	readonly repository: string;

	/** The server's, for git's `credential.<url>.*`. */
	readonly origin: string;

	/** Not encoded any more. */
	readonly user: string;

	/** Whether the address names a password; where it doesn't, the user may have one for the name. */
	readonly hasPassword: boolean;

	/** What `git credential-store` keeps of them in a line (its documentation, "Storage format"). */
	readonly line: string;
};

/**
@param repository - For git.
@returns What lets in, apart from the address; `null` where there is nothing of that.
@throws {UsageError} The address has a password that git doesn't use.
*/
export function splitCredentials(repository: string): GitCredentials | null {
	const found =
		/^(?<scheme>[a-z]+):\/\/(?<user>[^:\/]*)(?<password>:[^\/]*)?@(?<host>[^\/@]+)/iv.exec(
			repository,
		)?.groups as
			| (Record<'scheme' | 'user' | 'host', string> & {
					readonly password?: string;
			  })
			| undefined;
	if (!found) {
		return null;
	}

	const {scheme, user, password, host} = found;
	if (!/^https?$/iv.test(scheme)) {
		if (password === undefined) {
			return null;
		}

		throw new UsageError(
			`${withoutCredentials(repository)} has a password, which git doesn't use with ${scheme}: leave it out of the address.`,
		);
	}

	const origin = `${scheme}://${host}`;
	const written = `${user}${password ?? ''}`;
	return {
		repository: `${origin}${repository.slice(`${scheme}://${written}@${host}`.length)}`,
		origin,
		user: decoded(user),
		hasPassword: password !== undefined,
		line: `${scheme}://${user}${password ?? ':'}@${host}`,
	};
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
