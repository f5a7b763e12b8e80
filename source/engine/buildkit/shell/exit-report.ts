import {Buffer} from 'node:buffer';
import {randomUUID} from 'node:crypto';

/** What `sh` runs in place of a command: it survives Ctrl-C, and always ends well. */
const script = String.raw`trap : INT QUIT; marker=$1; shift; "$@"; printf '%s%s;' "$marker" "$?"`;

/**
The exit code of a process in a container that is to outlast it: a process that ends with another code than 0 takes the
whole container along (moby/buildkit frontend/gateway/container.go joins them in one error group). So a shell runs the
command, prints its code at the end of the output, behind a marker that nobody can guess, and ends with 0.
*/
export class ExitReport {
	/** `null` until it was printed. */
	code: number | null = null;
	readonly #shell: string;
	readonly #marker = `\u001B_mstage-${randomUUID()}:`;
	#held: Buffer = Buffer.alloc(0);

	/** @param shell - One that reads commands as `sh` does. */
	constructor(shell: string) {
		this.#shell = shell;
	}

	/** @returns What to start in place of the command. */
	around(command: readonly string[]): readonly string[] {
		return [this.#shell, '-c', script, 'mstage', this.#marker, ...command];
	}

	/**
	@param data - Of the output; a part that may be the beginning of the report is held back.
	@returns What of it, and of what was held back, is the command's.
	*/
	take(data: Uint8Array): Uint8Array {
		const bytes = Buffer.concat([this.#held, data]);
		const at = bytes.indexOf(this.#marker);
		const end = at === -1 ? beginningOf(this.#marker, bytes) : at;
		this.#held = bytes.subarray(end);
		const report = /^\d+(?=;)/v.exec(
			at === -1 ? '' : this.#held.toString('latin1', this.#marker.length),
		);
		if (report) {
			this.code = Number(report[0]);
		}

		return bytes.subarray(0, end);
	}

	/** @returns What was held back though it was no report. */
	rest(): Uint8Array {
		return this.code === null ? this.#held : new Uint8Array();
	}
}

/** Where, at the end of the bytes, something begins that may go on to be the marker. */
function beginningOf(marker: string, bytes: Buffer): number {
	for (
		let at = Math.max(0, bytes.length - marker.length + 1);
		at < bytes.length;
		at++
	) {
		if (marker.startsWith(bytes.toString('latin1', at))) {
			return at;
		}
	}

	return bytes.length;
}
