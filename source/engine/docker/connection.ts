import type {Duplex} from 'node:stream';
import Modem from 'docker-modem';
import {EngineError, toError} from '../../errors.js';
import type {DockerAddress} from './address.js';

/** Docker's HTTP API at one address; each call is a connection of its own. */
export class DockerConnection {
	readonly address: DockerAddress;
	readonly #modem: Modem;

	constructor(address: DockerAddress) {
		this.address = address;
		this.#modem = new Modem(
			address.kind === 'unix'
				? {socketPath: address.path}
				: {protocol: 'http', host: address.host, port: address.port},
		);
	}

	/**
	@param path - Of the API: `/version`.
	@returns The answer, decoded from JSON.
	@throws {EngineError} No engine answers there.
	*/
	async get(path: string): Promise<unknown> {
		return new Promise((resolve, reject) => {
			this.#modem.dial(
				{path, method: 'GET', statusCodes: {200: true}},
				(error: unknown, answer: unknown) => {
					if (error) {
						reject(this.#explain(toError(error)));
					} else {
						resolve(answer);
					}
				},
			);
		});
	}

	/**
	Opens a connection that leaves HTTP/1 behind.

	@param path - `/grpc` or `/session`: both become HTTP/2 (`Upgrade: h2c`).
	@throws {EngineError} No engine answers there, or it has no BuildKit.
	*/
	async upgrade(
		path: string,
		headers: Readonly<Record<string, string | readonly string[]>>,
	): Promise<Duplex> {
		return new Promise((resolve, reject) => {
			this.#modem.dial(
				{
					path,
					method: 'POST',
					headers: {...headers, Upgrade: 'h2c'},
					hijack: true,
					statusCodes: {
						101: true,
						404: 'this engine has no BuildKit',
					},
				},
				(error: unknown, socket: unknown) => {
					if (error) {
						reject(this.#explain(toError(error)));
					} else {
						resolve(socket as Duplex);
					}
				},
			);
		});
	}

	#explain(error: NodeJS.ErrnoException): EngineError {
		const address = this.address.text;
		const next =
			'Start Docker, or name another engine with --host or DOCKER_HOST.';
		const sentences: Readonly<Record<string, string>> = {
			ENOENT: `There is no engine at ${address}. ${next}`,
			ECONNREFUSED: `Nothing answers at ${address}: the engine isn't running. ${next}`,
			EACCES: `You may not use the engine at ${address}: join the group that owns the socket (usually docker), or run as root.`,
		};
		return new EngineError(
			sentences[error.code ?? ''] ??
				`The engine at ${address} can't be used: ${error.message}. ${next}`,
			{
				cause: error,
			},
		);
	}
}
