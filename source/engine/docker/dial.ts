import {AsyncLocalStorage} from 'node:async_hooks';
import {Agent} from 'node:http';
import {connect} from 'node:net';
import type {Duplex} from 'node:stream';
import {setImmediate} from 'node:timers/promises';
import {inspect} from 'node:util';
import {connect as connectSecurely} from 'node:tls';
import {withResolvers} from '../with-resolvers.js';
import type {DockerAddress, TlsMaterial} from './address.js';
import {counted} from './open-sockets.js';
import {dialSsh} from './ssh.js';

/** How long a host may take to answer the first packet, in milliseconds; a dead one never does. */
const patience = 15_000;

/**
@returns A new connection to where a Docker engine listens, on which its HTTP API is spoken; it emits `error` when it can't
be made or is lost.
*/
export function dial(address: DockerAddress): Duplex {
	return counted(open(address));
}

function open(address: DockerAddress): Duplex {
	switch (address.kind) {
		case 'unix':
		case 'npipe': {
			return connect({path: address.path});
		}

		case 'tcp': {
			return dialTcp(address);
		}

		case 'ssh': {
			return dialSsh(address);
		}
	}
}

function dialTcp({
	host,
	port,
	tls,
}: Extract<DockerAddress, {kind: 'tcp'}>): Duplex {
	const event = tls ? 'secureConnect' : 'connect';
	const socket = tls
		? connectSecurely({host, port, ...tlsOptions(tls)})
		: connect({host, port});
	const late = setTimeout(() => {
		const error: NodeJS.ErrnoException = new Error('no answer');
		error.code = 'ETIMEDOUT';
		socket.destroy(error);
	}, patience);
	const settled = (): void => {
		clearTimeout(late);
	};

	return socket.setNoDelay().once(event, settled).once('close', settled);
}

function tlsOptions({ca, cert, key, verify}: TlsMaterial) {
	return {
		...(ca !== null && {ca}),
		...(cert !== null && {cert}),
		...(key !== null && {key}),
		rejectUnauthorized: verify,
	};
}

/** Makes an HTTP client of Node, or of a library, use what `dial` reaches; every call gets a connection of its own. */
export class DialAgent extends Agent {
	readonly #address: DockerAddress;
	readonly #open = new Set<Duplex>();

	/** Of the call that is made: told when its connection is closed. */
	readonly #closing = new AsyncLocalStorage<() => void>();

	constructor(address: DockerAddress) {
		super({keepAlive: false});
		this.#address = address;
	}

	/** How many calls have a connection. */
	get open(): number {
		return this.#open.size;
	}

	/**
	Makes a call with a library that doesn't see when the answer breaks off, and would wait for the rest for ever.

	@returns What the call gives.
	@throws {Error} The connection was closed, and the call has not ended by that.
	*/
	async untilClosed<T>(call: () => Promise<T>): Promise<T> {
		const {promise: closed, resolve} = withResolvers<void>();
		const brokenOff = async (): Promise<never> => {
			await closed;
			// What came before the end is still to be read.
			await setImmediate();
			await setImmediate();
			throw new Error('the answer broke off');
		};

		return Promise.race([this.#closing.run(resolve, call), brokenOff()]);
	}

	override createConnection(): Duplex {
		const socket = dial(this.#address);
		const closed = this.#closing.getStore();
		this.#open.add(socket);
		return socket.once('close', () => {
			this.#open.delete(socket);
			closed?.();
		});
	}

	/** Ends all calls. */
	override destroy(): void {
		super.destroy();
		for (const socket of this.#open) {
			socket.destroy();
		}
	}

	/** The library docker-modem prints each call's options for its log, on or off: with what is under way in them, that takes minutes. */
	[inspect.custom](): string {
		return `${DialAgent.name} of ${this.#address.text}`;
	}
}
