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

/** @returns An address as it may be told to whoever looks on: a password in it isn't shown. */
export function withoutPassword(address: string): string {
	return address.replace(
		/^(?<start>[a-z+]+:\/\/[^\/:@]*:)[^\/@]*(?=@)/iv,
		'$<start>***',
	);
}

/**
@param repository - For git.
@returns The address without the password in it, and what `git credential-store` keeps of it in a line (its documentation,
"Storage format"); `null` where there is no password.
*/
export function splitPassword(repository: string): {
	readonly repository: string;
	readonly origin: string;
	readonly line: string;
} | null {
	const found =
		/^(?<scheme>https?:\/\/)(?<user>[^\/:@]*):(?<password>[^\/@]*)@(?<host>[^\/]+)/iv.exec(
			repository,
		)?.groups;
	if (!found) {
		return null;
	}

	const {scheme, user, password, host} = found as Record<
		'scheme' | 'user' | 'password' | 'host',
		string
	>;
	const start = `${scheme}${user}:${password}@${host}`;
	return {
		repository: `${scheme}${user}@${host}${repository.slice(start.length)}`,
		origin: `${scheme}${host}`,
		line: start,
	};
}
