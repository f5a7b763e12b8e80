import {Buffer} from 'node:buffer';
import {sealCredentials} from '../../text/credentials.js';

/** What stands for a secret's value. */
export const secretMask = '••••';

const mask = Buffer.from(secretMask);

/** Shorter values, in bytes, are left alone: they are found everywhere, and tell nothing. */
const shortestValue = 4;

/** Of a value of several lines, such as a key, each line counts that has at least so many bytes. */
const shortestLine = 8;

/**
Takes the values of secrets out of the output of steps, also where a value is split over several pieces: what may be the
beginning of one is held back until more comes.
*/
export class Redactor {
	readonly #values: () => readonly Uint8Array[];
	readonly #held = new Map<string, Buffer>();
	#needles: readonly Buffer[] = [];
	#known = 0;

	/** @param values - What must not be seen; asked for each time, because it may grow. */
	constructor(values: () => readonly Uint8Array[]) {
		this.#values = values;
	}

	/**
	@param source - What printed it, by any name.
	@returns What can be shown of it, and of what was held back.
	*/
	redact(source: string, data: Uint8Array): Uint8Array {
		this.#learn();
		if (this.#needles.length === 0) {
			return data;
		}

		const text = Buffer.concat([
			this.#held.get(source) ?? Buffer.alloc(0),
			data,
		]);
		const {shown, rest} = this.#cut(text, this.#partialStart(text));
		if (rest.length > 0) {
			this.#held.set(source, rest);
		} else {
			this.#held.delete(source);
		}

		return shown;
	}

	/** @returns What was held back, by its source, when no more comes. */
	flush(): ReadonlyArray<readonly [source: string, data: Uint8Array]> {
		const all = [...this.#held].map(
			([source, text]) => [source, this.#cut(text, text.length).shown] as const,
		);
		this.#held.clear();
		return all;
	}

	/** @returns A whole text without the values. */
	hide(text: string): string {
		this.#learn();
		return this.#needles.length === 0
			? text
			: this.#cut(Buffer.from(text), Number.POSITIVE_INFINITY).shown.toString();
	}

	/** @returns A whole text as it may be kept for later sessions: what lets in in an address is only told from others, too. */
	forKeeping(text: string): string {
		return sealCredentials(this.hide(text));
	}

	#learn(): void {
		const values = this.#values();
		if (values.length !== this.#known) {
			this.#known = values.length;
			this.#needles = needlesOf(values);
		}
	}

	/** A match that begins where the beginning of a longer one may be waits for what comes. */
	#cut(
		text: Buffer,
		end: number,
	): {readonly shown: Buffer; readonly rest: Buffer} {
		const parts: Buffer[] = [];
		let from = 0;
		for (
			let match = this.#next(text, from);
			match && match.start < end;
			match = this.#next(text, from)
		) {
			parts.push(text.subarray(from, match.start), mask);
			from = match.end;
		}

		const rest = Math.max(from, Math.min(end, text.length));
		parts.push(text.subarray(from, rest));
		return {shown: Buffer.concat(parts), rest: text.subarray(rest)};
	}

	/** The first value in the text; of several at one place the longest. */
	#next(
		text: Buffer,
		from: number,
	): {readonly start: number; readonly end: number} | null {
		let found: {start: number; end: number} | null = null;
		for (const needle of this.#needles) {
			const start = text.indexOf(needle, from);
			if (start !== -1 && (found === null || start < found.start)) {
				found = {start, end: start + needle.length};
			}
		}

		return found;
	}

	/** Where the text ends with what may be the beginning of a value; its length when it doesn't. */
	#partialStart(text: Buffer): number {
		let earliest = text.length;
		for (const needle of this.#needles) {
			for (
				let start = text.indexOf(
					needle[0]!,
					Math.max(0, text.length - needle.length + 1),
				);
				start !== -1 && start < earliest;
				start = text.indexOf(needle[0]!, start + 1)
			) {
				if (
					text.subarray(start).equals(needle.subarray(0, text.length - start))
				) {
					earliest = start;
				}
			}
		}

		return earliest;
	}
}

/** Longest first. A process prints a value without the line end of its file, and a terminal ends lines its own way. */
function needlesOf(values: readonly Uint8Array[]): readonly Buffer[] {
	const needles = new Map<string, Buffer>();
	for (const value of values) {
		const whole = trimEnd(Buffer.from(value));
		const lines = splitLines(whole).filter(line => line.length >= shortestLine);
		for (const needle of [whole, ...lines]) {
			if (needle.length >= shortestValue) {
				needles.set(needle.toString('latin1'), needle);
			}
		}
	}

	return [...needles.values()].toSorted((a, b) => b.length - a.length);
}

function splitLines(text: Buffer): readonly Buffer[] {
	return text
		.toString('latin1')
		.split(/\r?\n/v)
		.map(line => Buffer.from(line, 'latin1'));
}

function trimEnd(text: Buffer): Buffer {
	return Buffer.from(
		text.toString('latin1').replace(/[\r\n]+$/v, ''),
		'latin1',
	);
}
