import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {Duplex} from 'node:stream';
import type {DockerAddress} from './address.js';

type SshAddress = Extract<DockerAddress, {kind: 'ssh'}>;

/** How much of what ssh says is kept for the message, in characters; the end tells why it failed. */
const keptComplaint = 4096;

/** Ssh, or `docker` on the other side, ended without a connection, or ended the one there was. */
export class SshError extends Error {
	override readonly name = 'SshError';

	/** What was printed to standard error, trimmed. */
	readonly complaint: string;

	/** 255 is ssh's own (ssh(1), EXIT STATUS); others come from the other side. `null` when ssh can't be started. */
	readonly exitCode: number | null;

	constructor(complaint: string, exitCode: number | null) {
		super(complaint.split('\n').at(-1) || 'ssh ended');
		this.complaint = complaint;
		this.exitCode = exitCode;
	}
}

/**
@returns The arguments of the user's ssh. It must never ask: the terminal belongs to the screen.
*/
export function sshArguments({
	destination,
	port,
	socket,
}: SshAddress): readonly string[] {
	return [
		'-T',
		'-o',
		'BatchMode=yes',
		'-o',
		'ConnectTimeout=15',
		// A dead line is noticed within a minute.
		'-o',
		'ServerAliveInterval=20',
		...(port === null ? [] : ['-p', String(port)]),
		'--',
		destination,
		'docker',
		...(socket === null ? [] : ['--host', shellQuoted(`unix://${socket}`)]),
		'system',
		'dial-stdio',
	];
}

/**
Runs `docker system dial-stdio` on another machine, which joins its standard streams to the engine there, through the
user's own ssh with its configuration, keys and agent.

@returns The connection. It fails with an `SshError`.
*/
export function dialSsh(address: SshAddress): Duplex {
	return new SshStream(
		spawn('ssh', sshArguments(address), {
			// A Ctrl-C at our terminal is for us.
			detached: true,
			stdio: ['pipe', 'pipe', 'pipe'],
		}),
	);
}

class SshStream extends Duplex {
	readonly #child: ChildProcessWithoutNullStreams;
	#complaint = '';

	constructor(child: ChildProcessWithoutNullStreams) {
		super();
		this.#child = child;
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			this.#complaint = (this.#complaint + text).slice(-keptComplaint);
		});
		child.stdout.on('data', (data: Uint8Array) => {
			if (!this.push(data)) {
				child.stdout.pause();
			}
		});
		// Writing to a process that is gone fails; why it went is told by its end.
		child.stdin.on('error', () => undefined);
		child.on('error', (error: NodeJS.ErrnoException) => {
			this.destroy(
				error.code === 'ENOENT'
					? new SshError('there is no ssh in PATH', null)
					: error,
			);
		});
		child.on('close', code => {
			if (code === 0) {
				// What has come until then can still be read.
				this.once('end', () => {
					this.destroy();
				});
				this.push(null);
			} else {
				this.destroy(new SshError(this.#complaint.trim(), code));
			}
		});
	}

	// What Node calls an HTTP connection's settings; a pipe has none of them.
	setNoDelay(): this {
		return this;
	}

	setKeepAlive(): this {
		return this;
	}

	setTimeout(): this {
		return this;
	}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}

	override _read(): void {
		this.#child.stdout.resume();
	}

	override _write(
		data: Uint8Array,
		_encoding: BufferEncoding,
		callback: (error?: Error | null) => void,
	): void {
		if (this.#child.stdin.destroyed) {
			callback();
			return;
		}

		this.#child.stdin.write(data, () => {
			callback();
		});
	}

	override _final(callback: () => void): void {
		this.#child.stdin.end(callback);
	}

	override _destroy(
		error: Error | null,
		callback: (error: Error | null) => void,
	): void {
		this.#child.kill();
		callback(error);
	}
}

/** For the shell on the other side, which ssh hands one line. */
function shellQuoted(text: string): string {
	return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
