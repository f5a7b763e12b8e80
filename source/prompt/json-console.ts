import {type Buffer, isUtf8} from 'node:buffer';
import {StringDecoder} from 'node:string_decoder';
import {Writable} from 'node:stream';
import {jsonLine} from './json-printer.js';

/** Where commands print, as lines of JSON. */
export type JsonConsole = {
	/** Says which command prints from now on. */
	readonly begin: (command: string) => void;

	/** Takes text for people. */
	readonly write: (text: string) => void;

	/** Takes what is wrong with the command. */
	readonly refuse: (message: string) => void;

	/** Takes the contents of files: text, or Base64 where they are no UTF-8. */
	readonly bytes: Writable;

	/** Takes what a program prints, as text. */
	readonly stream: (name: 'stdout' | 'stderr') => Writable;
};

/** @param write - Takes a line of JSON that ends with a newline. */
export function jsonConsole(write: (text: string) => void): JsonConsole {
	let command: string | null = null;
	const tell = (fields: Readonly<Record<string, unknown>>): void => {
		write(jsonLine({event: 'output', command, ...fields}));
	};

	return {
		begin(text) {
			command = text;
		},
		write(text) {
			tell({text});
		},
		refuse(message) {
			tell({event: 'error', message});
		},
		bytes: new Writable({
			write(chunk: Buffer, _encoding, done) {
				tell(
					isUtf8(chunk)
						? {text: chunk.toString()}
						: {base64: chunk.toString('base64')},
				);
				done();
			},
		}),
		stream(name) {
			const decoder = new StringDecoder();
			return new Writable({
				write(chunk: Buffer, _encoding, done) {
					const text = decoder.write(chunk);
					if (text !== '') {
						tell({stream: name, text});
					}

					done();
				},
			});
		},
	};
}
