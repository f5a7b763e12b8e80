import {type Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {type AddressInfo, type Socket, connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/**
What can happen to the connections between mstage and its engine:

- `reset`: cut at once, what was under way with them; each new one as well. Over TCP with RST.
- `drop`: ended in order, as by an engine that stops; nothing listens any more.
- `stall`: no byte passes either way, and nothing ends: a stopped engine, a dead link. New ones are taken, and silent.
- `stall-up`, `stall-down`: the same for what goes to the engine, or what comes from it.
- `garbage`: from now on, what comes from the engine is random bytes; some come at once.
- `slow`: a trickle of `slowBytes` every `slowBeat` each way.
*/
export const faults = [
	'reset',
	'drop',
	'stall',
	'stall-up',
	'stall-down',
	'garbage',
	'slow',
] as const;

export type FaultKind = (typeof faults)[number];

/** A socket on which everything goes to an engine and back, until a fault comes. */
export type FaultyProxy = {
	/** Where it listens: the path of a Unix socket. With `tcp` there is none. */
	readonly path: string;

	/** The same for `DOCKER_HOST` and `--host`: `unix://…`, or `tcp://127.0.0.1:…`. */
	readonly address: string;

	/** Takes effect on all connections, open ones and new ones, before it returns. It replaces the fault before it. */
	fault(kind: FaultKind): void;

	/** Passes on what was held, and all that comes: what was cut stays so, and what was fed garbage. */
	heal(): void;

	/** How many connections of clients are open. One that its client closed during a stall counts until `heal`. */
	connections(): number;

	/** How many connections of clients there ever were. */
	seen(): number;

	/** Cuts everything and removes the socket. */
	close(): Promise<void>;
};

const slowBytes = 512;
const slowBeat = 10;

/** What is held of one direction, in bytes, before its sender has to wait. */
const heldBytes = 1024 * 1024;

/**
@param upstream - The path of the engine's Unix socket. An engine that isn't there ends each connection.
@param options - `tcp` listens on a port of the loopback, which can be reset as a network does.
@returns A proxy that passes everything on.
*/
export async function openFaultyProxy(
	upstream: string,
	{tcp = false}: {readonly tcp?: boolean} = {},
): Promise<FaultyProxy> {
	const folder = await mkdtemp(join(tmpdir(), 'faulty-proxy-'));
	const path = join(folder, 'engine.sock');
	const pairs = new Set<Pair>();
	let fault: FaultKind | null = null;
	let seen = 0;
	const server = createServer({allowHalfOpen: true}, client => {
		seen++;
		const pair = new Pair(client, upstream, tcp, () => {
			pairs.delete(pair);
		});
		pairs.add(pair);
		pair.suffer(fault);
	});
	let port = 0;
	const listen = (): void => {
		if (!server.listening) {
			server.listen(tcp ? {port, host: '127.0.0.1'} : {path});
		}
	};

	listen();
	await once(server, 'listening');
	port = tcp ? (server.address() as AddressInfo).port : 0;
	return {
		path,
		address: tcp ? `tcp://127.0.0.1:${port}` : `unix://${path}`,
		fault(kind) {
			fault = kind;
			if (kind === 'drop') {
				server.close();
			} else {
				listen();
			}

			for (const pair of pairs) {
				pair.suffer(kind);
			}
		},
		heal() {
			fault = null;
			listen();
			for (const pair of pairs) {
				pair.suffer(null);
			}
		},
		connections: () => pairs.size,
		seen: () => seen,
		async close() {
			const closed = server.listening ? once(server, 'close') : undefined;
			server.close();
			for (const pair of pairs) {
				pair.cut();
			}

			await closed;
			await rm(folder, {recursive: true, force: true});
		},
	};
}

/** One connection of a client, and the one to the engine that answers it. */
class Pair {
	readonly #client: Socket;
	readonly #engine: Socket;
	readonly #up: Direction;
	readonly #down: Direction;
	readonly #canReset: boolean;

	constructor(
		client: Socket,
		upstream: string,
		canReset: boolean,
		onClose: () => void,
	) {
		this.#client = client;
		this.#canReset = canReset;
		this.#engine = connect({path: upstream, allowHalfOpen: true});
		this.#up = new Direction(this.#client, this.#engine);
		this.#down = new Direction(this.#engine, this.#client);
		for (const socket of [this.#client, this.#engine]) {
			// Whatever it was, the other side is told by the same: its end.
			socket.on('error', () => undefined);
			socket.on('close', () => {
				this.#up.stop();
				this.#down.stop();
				this.#client.destroy();
				this.#engine.destroy();
				onClose();
			});
		}
	}

	suffer(kind: FaultKind | null): void {
		switch (kind) {
			case 'reset': {
				this.cut();
				break;
			}

			case 'drop': {
				this.#client.end();
				this.#engine.end();
				this.#client.destroySoon();
				this.#engine.destroySoon();
				break;
			}

			case 'garbage': {
				this.#up.pace('pass');
				this.#down.pace('pass');
				this.#down.spoil();
				break;
			}

			default: {
				this.#up.pace(paceOf(kind, 'stall-up'));
				this.#down.pace(paceOf(kind, 'stall-down'));
			}
		}
	}

	cut(): void {
		if (this.#canReset) {
			this.#client.resetAndDestroy();
		} else {
			this.#client.destroy();
		}

		this.#engine.destroy();
	}
}

type Pace = 'pass' | 'trickle' | 'hold';

function paceOf(
	kind: 'stall' | 'stall-up' | 'stall-down' | 'slow' | null,
	own: 'stall-up' | 'stall-down',
): Pace {
	if (kind === 'stall' || kind === own) {
		return 'hold';
	}

	return kind === 'slow' ? 'trickle' : 'pass';
}

/** What one side sends to the other. */
class Direction {
	readonly #from: Socket;
	readonly #to: Socket;
	readonly #held: Buffer[] = [];
	#size = 0;
	#ended = false;
	#isSpoilt = false;
	#pace: Pace = 'pass';
	#timer: NodeJS.Timeout | undefined;

	constructor(from: Socket, to: Socket) {
		this.#from = from;
		this.#to = to;
		from.on('data', (bytes: Buffer) => {
			this.#held.push(this.#isSpoilt ? randomBytes(bytes.length) : bytes);
			this.#size += bytes.length;
			this.#pass();
		});
		from.on('end', () => {
			this.#ended = true;
			this.#pass();
		});
		to.on('drain', () => {
			this.#pass();
		});
	}

	pace(pace: Pace): void {
		this.#pace = pace;
		this.stop();
		if (pace === 'trickle') {
			this.#timer = setInterval(() => {
				this.#trickle();
			}, slowBeat);
		}

		this.#pass();
	}

	/** Not one byte of it is what the other side said. */
	spoil(): void {
		this.#isSpoilt = true;
		if (!this.#to.destroyed && this.#to.writable) {
			this.#to.write(randomBytes(256));
		}
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	#pass(): void {
		while (
			this.#pace === 'pass' &&
			this.#held.length > 0 &&
			!this.#to.writableNeedDrain
		) {
			const bytes = this.#held.shift()!;
			this.#size -= bytes.length;
			this.#to.write(bytes);
		}

		this.#balance();
	}

	#trickle(): void {
		const [bytes] = this.#held;
		if (bytes && !this.#to.writableNeedDrain) {
			const part = bytes.subarray(0, slowBytes);
			const rest = bytes.subarray(slowBytes);
			this.#size -= part.length;
			if (rest.length > 0) {
				this.#held[0] = rest;
			} else {
				this.#held.shift();
			}

			this.#to.write(part);
		}

		this.#balance();
	}

	/** The sender waits where much is held; its end comes after all of it. */
	#balance(): void {
		if (this.#size > heldBytes) {
			this.#from.pause();
		} else if (this.#from.isPaused()) {
			this.#from.resume();
		}

		if (this.#ended && this.#size === 0 && this.#pace !== 'hold') {
			this.#to.end();
		}
	}
}
