import {Buffer} from 'node:buffer';
import {Code, ConnectError} from '@connectrpc/connect';

/**
The requests of the SSH agent protocol (draft-miller-ssh-agent) that list keys and sign with them: type 11
(SSH_AGENTC_REQUEST_IDENTITIES) and type 13 (SSH_AGENTC_SIGN_REQUEST).
*/
const allowed = new Set([11, 13]);

/** SSH_AGENTC_EXTENSION, with a name that no agent knows: it answers that with a failure, in its turn. */
const refused = messageOf(
	Buffer.concat([
		Buffer.from([27]),
		messageOf(Buffer.from('refused@mstage.invalid')),
	]),
);

const lengthSize = 4;

/** The longest request that OpenSSH's agent takes, in bytes (ssh-agent.c, `AGENT_MAX_LEN`). */
const longest = 256 * 1024;

/** Lets through what a build may ask an agent of the user; anything else becomes a request that fails. */
export class AgentRequests {
	#rest: Buffer = Buffer.alloc(0);

	/**
	@param data - What a client sends, in pieces of any size.
	@returns What may go on to the agent.
	@throws {ConnectError} A request is longer than an agent takes: a build could fill our memory with it.
	*/
	take(data: Uint8Array): Buffer {
		this.#rest = Buffer.concat([this.#rest, data]);
		const passed: Buffer[] = [];
		for (;;) {
			const end = this.#end();
			if (end > this.#rest.length) {
				return Buffer.concat(passed);
			}

			const request = this.#rest.subarray(0, end);
			this.#rest = this.#rest.subarray(end);
			passed.push(allowed.has(request[lengthSize] ?? 0) ? request : refused);
		}
	}

	/** Where the first request ends; beyond the bytes when it isn't there whole. */
	#end(): number {
		if (this.#rest.length < lengthSize) {
			return lengthSize;
		}

		const length = this.#rest.readUInt32BE(0);
		if (length > longest) {
			throw new ConnectError(
				`the request is longer than the ${longest} bytes that an SSH agent takes`,
				Code.InvalidArgument,
			);
		}

		return lengthSize + length;
	}
}

function messageOf(contents: Buffer): Buffer {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(contents.length);
	return Buffer.concat([length, contents]);
}
