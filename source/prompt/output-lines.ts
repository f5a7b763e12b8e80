import {StringDecoder} from 'node:string_decoder';
import type {SessionEvent} from '../debugger/session/news.js';

/** A line that is longer is told in pieces of about this many code units, instead of being kept. */
const longestLine = 16_384;

/** Which of a step's streams something was printed on, as POSIX numbers them. */
export type StreamNumber = 1 | 2;

/** Text of a step's output. */
export type OutputText = {
	readonly step: number;
	readonly stream: StreamNumber;

	/** Of whole lines, with their ends; what ends a step has none. */
	readonly text: string;
};

type Open = {
	readonly step: number;
	readonly stream: StreamNumber;
	readonly decoder: StringDecoder;
	rest: string;
};

/**
Makes whole lines of what steps print: two steps, and the two streams of one, print at the same time, each now and then in
the middle of a line.
*/
export class OutputLines {
	readonly #open = new Map<string, Open>();

	/** @returns The lines that are whole now; an empty text when none is. */
	add(step: number, stream: StreamNumber, data: Uint8Array): OutputText {
		const open = this.#openOf(step, stream);
		const text = open.rest + open.decoder.write(data);
		const isLong = text.length - text.lastIndexOf('\n') > longestLine;
		const end = isLong ? text.length : text.lastIndexOf('\n') + 1;
		open.rest = text.slice(end);
		return {step, stream, text: text.slice(0, end)};
	}

	/**
	@param event - Of the session.
	@returns What the steps began to print that print no more since then.
	*/
	endedBy(event: SessionEvent): readonly OutputText[] {
		switch (event.type) {
			case 'done':
			case 'cached': {
				return this.#end(event.step);
			}

			case 'reached':
			case 'failed':
			case 'canceled':
			case 'broken': {
				return this.#end(null);
			}

			default: {
				return [];
			}
		}
	}

	/** @param step - `null` is all of them. */
	#end(step: number | null): readonly OutputText[] {
		const ended: OutputText[] = [];
		for (const [key, open] of this.#open) {
			if (step === null || open.step === step) {
				this.#open.delete(key);
				const text = open.rest + open.decoder.end();
				if (text !== '') {
					ended.push({step: open.step, stream: open.stream, text});
				}
			}
		}

		return ended;
	}

	#openOf(step: number, stream: StreamNumber): Open {
		const key = `${step} ${stream}`;
		const open = this.#open.get(key) ?? {
			step,
			stream,
			decoder: new StringDecoder(),
			rest: '',
		};
		this.#open.set(key, open);
		return open;
	}
}
