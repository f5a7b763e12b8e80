import {type ClientRequest, type IncomingMessage, request} from 'node:http';
import type {Duplex} from 'node:stream';
import {text} from 'node:stream/consumers';
import {toError} from '../../errors.js';
import {Liveness} from '../liveness.js';
import type {DockerAddress} from './address.js';
import {ConnectionError, explainConnection} from './connection-error.js';
import {dial} from './dial.js';

/** How long an engine may take to answer a small question, in milliseconds. */
const patience = 20_000;

type Message = {
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Uint8Array;
};

/** Docker's HTTP API at one address; each call is a connection of its own. */
export class DockerConnection {
	readonly address: DockerAddress;

	/** Of whatever is open on the engine. */
	readonly liveness = new Liveness();

	constructor(address: DockerAddress) {
		this.address = address;
	}

	/**
	@param path - Of the API: `/version`.
	@returns The answer, decoded from JSON.
	@throws {ConnectionError} No engine answers there.
	*/
	async get(path: string): Promise<unknown> {
		try {
			const response = await this.#answer('GET', path);
			const body = await text(response);
			if (response.statusCode !== 200) {
				throw this.#refusal(response, body);
			}

			return parseAnswer(body);
		} catch (error) {
			throw explainConnection(this.address, toError(error));
		}
	}

	/**
	@param body - What is sent.
	@returns The HTTP status and the whole answer, whatever they say.
	@throws {ConnectionError} No engine answers there.
	*/
	async post(
		path: string,
		body: Uint8Array,
		type: string,
	): Promise<{readonly status: number; readonly text: string}> {
		try {
			const response = await this.#answer('POST', path, {
				headers: {'Content-Type': type},
				body,
			});
			return {status: response.statusCode ?? 0, text: await text(response)};
		} catch (error) {
			throw explainConnection(this.address, toError(error));
		}
	}

	/** @returns Resolves when the engine has answered, however long that takes, or can't be reached at all. */
	async ping(): Promise<void> {
		await new Promise<void>(resolve => {
			const call = this.#request('GET', '/_ping', {});
			call.on('response', response => {
				response.resume();
				resolve();
			});
			call.on('error', () => {
				resolve();
			});
			call.end();
		});
	}

	/**
	@param path - Of something on the engine.
	@returns Whether the engine has removed it: what is in use, or gone, it leaves.
	@throws {ConnectionError} No engine answers there.
	*/
	async remove(path: string): Promise<boolean> {
		try {
			const response = await this.#answer('DELETE', path);
			await text(response);
			return Math.trunc((response.statusCode ?? 0) / 100) === 2;
		} catch (error) {
			throw explainConnection(this.address, toError(error));
		}
	}

	/**
	Opens a connection that leaves HTTP/1 behind.

	@param path - `/grpc` or `/session`: both become HTTP/2 (`Upgrade: h2c`).
	@throws {ConnectionError} No engine answers there, or it has no BuildKit.
	*/
	async upgrade(
		path: string,
		headers: Readonly<Record<string, string | readonly string[]>>,
	): Promise<Duplex> {
		return new Promise((resolve, reject) => {
			const call = this.#request('POST', path, {
				...headers,
				Connection: 'Upgrade',
				Upgrade: 'h2c',
			});
			call.on('upgrade', (_response, socket, head) => {
				if (head.length > 0) {
					socket.unshift(head);
				}

				resolve(socket);
			});
			call.on('response', response => {
				// The engine would keep the connection for another call, and the connection this process.
				const {socket} = response;
				void this.#notUpgraded(response)
					.then(reject)
					.finally(() => {
						socket.destroy();
					});
			});
			call.on('error', error => {
				reject(explainConnection(this.address, error));
			});
			this.#limit(call);
			call.end();
		});
	}

	async #notUpgraded(response: IncomingMessage): Promise<ConnectionError> {
		const body = await text(response).catch(() => '');
		return response.statusCode === 404
			? new ConnectionError(this.address, {
					reason: 'it has no BuildKit',
					next: 'Use Docker 20.10 or newer.',
				})
			: this.#refusal(response, body);
	}

	async #answer(
		method: string,
		path: string,
		{headers = {}, body}: Message = {},
	): Promise<IncomingMessage> {
		return new Promise((resolve, reject) => {
			const call = this.#request(method, path, headers);
			call.on('response', resolve);
			call.on('error', reject);
			this.#limit(call);
			call.end(body);
		});
	}

	#limit(call: ClientRequest): void {
		const late = setTimeout(() => {
			call.destroy(
				new ConnectionError(this.address, {
					reason: `it took the call, and did not answer in ${patience / 1000} seconds`,
					next: 'See what it is doing, or start it anew.',
				}),
			);
		}, patience);
		const settled = (): void => {
			clearTimeout(late);
		};

		call.on('close', settled).on('upgrade', settled);
	}

	#request(
		method: string,
		path: string,
		headers: Readonly<Record<string, string | readonly string[]>>,
	) {
		const {address} = this;
		return request({
			method,
			path,
			// Docker's own client sends a host of no meaning too, where the address has none.
			headers: {
				Host: address.kind === 'tcp' ? address.host : 'docker',
				...headers,
			},
			createConnection: () => dial(address),
		});
	}

	#refusal(response: IncomingMessage, body: string): ConnectionError {
		const wantsTls = /http request to an https server/iv.test(body);
		return new ConnectionError(
			this.address,
			wantsTls
				? {
						reason: 'it wants TLS',
						next: 'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a Docker context that has its certificates.',
					}
				: {
						reason: `it answers with ${response.statusCode}: ${complaintOf(body)}`,
						next: 'See whether a Docker engine listens there.',
					},
		);
	}
}

function parseAnswer(body: string): unknown {
	try {
		return JSON.parse(body) as unknown;
	} catch (error) {
		throw new Error('what answers there is no Docker engine', {cause: error});
	}
}

/** An engine explains itself in JSON; anything else could be any length. */
function complaintOf(body: string): string {
	try {
		const {message} = JSON.parse(body) as {readonly message?: unknown};
		return String(message);
	} catch {
		return body.trim().split('\n', 1)[0]!.slice(0, 200) || 'nothing';
	}
}
