import type {Duplex} from 'node:stream';

/** A socket of Node's counts what came; a pipe of ssh doesn't. */
type Counted = Duplex & {readonly bytesRead?: number};

const open = new Set<Counted>();
let ofClosed = 0;

/**
@param socket - A new connection to an engine.
@returns It, which counts for `heardBytes` from now on.
*/
export function counted(socket: Counted): Duplex {
	open.add(socket);
	return socket.once('close', () => {
		open.delete(socket);
		ofClosed += receivedBytes(socket);
	});
}

/** @returns How many bytes have come from engines since the process began: as long as it grows, they are there. */
export function heardBytes(): number {
	return [...open].reduce(
		(sum, socket) => sum + receivedBytes(socket),
		ofClosed,
	);
}

/** @returns How many bytes have come over one connection, as far as it counts them. */
export function receivedBytes({bytesRead = 0}: Counted): number {
	return bytesRead;
}
