import {UsageError} from '../../errors.js';

/** Where a Docker engine listens, and how it is reached. `text` is the address as its user spelled it. */
export type DockerAddress =
	| {readonly kind: 'unix'; readonly text: string; readonly path: string}
	/** A named pipe of Windows, by the path that Node opens. */
	| {readonly kind: 'npipe'; readonly text: string; readonly path: string}
	| {
			readonly kind: 'tcp';
			readonly text: string;
			readonly host: string;
			readonly port: number;

			/** `null` for an engine that listens without TLS. */
			readonly tls: TlsMaterial | null;
	  }
	| {
			readonly kind: 'ssh';
			readonly text: string;

			/** What ssh is told: `USER@HOST`, or a host of its configuration. */
			readonly destination: string;
			readonly port: number | null;

			/** The socket there, when it isn't the one that `docker` finds by itself. */
			readonly socket: string | null;
	  };

/** The contents of the files that Docker calls `ca.pem`, `cert.pem` and `key.pem`; `null` where there is none. */
export type TlsMaterial = {
	readonly ca: string | null;
	readonly cert: string | null;
	readonly key: string | null;

	/** Whether the engine's certificate must be one of the authority, for its host name. */
	readonly verify: boolean;

	/** Where the files are; for messages. */
	readonly folder: string;
};

/** IANA's `docker` and `docker-s`. */
const plainPort = 2375;
const tlsPort = 2376;

/**
@param text - As `--host`, `DOCKER_HOST` and contexts spell it: `unix:///var/run/docker.sock`, `npipe:////./pipe/NAME`,
`tcp://127.0.0.1:2375`, `ssh://user@host:22` (docker/cli, opts/hosts.go and cli/connhelper/ssh).
@param tls - What to use for `tcp` addresses.
@throws {UsageError} It is none of these.
*/
export function parseDockerAddress(
	text: string,
	tls: TlsMaterial | null = null,
): DockerAddress {
	const [, scheme, rest] =
		/^(?<scheme>[a-z]+):\/\/(?<rest>.+)$/v.exec(text) ?? [];
	const address =
		rest === undefined ? undefined : readers[scheme!]?.(text, rest, tls);
	if (!address) {
		throw new UsageError(
			`'${text}' is no engine address: give unix:///path/to/docker.sock, tcp://host:port, ssh://user@host or, on Windows, npipe:////./pipe/docker_engine.`,
		);
	}

	return address;
}

type Reader = (
	text: string,
	rest: string,
	tls: TlsMaterial | null,
) => DockerAddress | undefined;

const readers: Readonly<Record<string, Reader | undefined>> = {
	unix: (text, path) =>
		path.startsWith('/') ? {kind: 'unix', text, path} : undefined,

	npipe: (text, path) =>
		path.startsWith('//')
			? {kind: 'npipe', text, path: path.replaceAll('/', '\\')}
			: undefined,

	tcp(text, rest, tls) {
		const match =
			/^(?<host>\[[\w.:%\-]+\]|[\w.\-]+)(?::(?<port>\d+))?\/?$/v.exec(
				rest,
			)?.groups;
		const port = Number(match?.['port'] ?? (tls ? tlsPort : plainPort));
		return match && isPort(port)
			? {kind: 'tcp', text, host: withoutBrackets(match['host']!), port, tls}
			: undefined;
	},

	ssh(text, rest) {
		const match =
			/^(?:(?<user>[^@:\/\s\p{C}]+)@)?(?<host>\[[\w.:%\-]+\]|[^:\/@\s\p{C}]+)(?::(?<port>\d+))?(?<socket>\/.*)?$/v.exec(
				rest,
			)?.groups;
		const port = match?.['port'] === undefined ? null : Number(match['port']);
		// What begins with a dash would be an option of ssh.
		if (!match || rest.startsWith('-') || (port !== null && !isPort(port))) {
			return undefined;
		}

		const {user, socket = ''} = match;
		const host = withoutBrackets(match['host']!);
		return host.startsWith('-')
			? undefined
			: {
					kind: 'ssh',
					text,
					destination: user === undefined ? host : `${user}@${host}`,
					port,
					socket: socket.length > 1 ? socket : null,
				};
	},
};

function isPort(port: number): boolean {
	return port > 0 && port < 65_536;
}

function withoutBrackets(host: string): string {
	return host.replaceAll(/[\[\]]/gv, '');
}
