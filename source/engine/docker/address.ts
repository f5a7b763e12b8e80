import {UsageError} from '../../errors.js';

/** Where a Docker engine listens. */
export type DockerAddress =
	| {readonly kind: 'unix'; readonly text: string; readonly path: string}
	| {
			readonly kind: 'tcp';
			readonly text: string;
			readonly host: string;
			readonly port: number;
	  };

/**
@param text - As `--host` and `DOCKER_HOST` spell it: `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2375`.
@throws {UsageError} It is neither.
*/
export function parseDockerAddress(text: string): DockerAddress {
	const path = /^unix:\/\/(?<path>\/.+)$/v.exec(text)?.groups?.['path'];
	if (path !== undefined) {
		return {kind: 'unix', text, path};
	}

	const tcp =
		/^tcp:\/\/(?<host>\[[^\]]+\]|[^:\/]+)(?::(?<port>\d+))?\/?$/v.exec(
			text,
		)?.groups;
	if (tcp) {
		return {
			kind: 'tcp',
			text,
			host: tcp['host']!.replaceAll(/[\[\]]/gv, ''),
			port: Number(tcp['port'] ?? 2375),
		};
	}

	throw new UsageError(
		`'${text}' is no engine address that mstage can use: give unix:///path/to/docker.sock or tcp://host:port with --host or DOCKER_HOST.`,
	);
}
