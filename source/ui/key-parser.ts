import {StringDecoder} from 'node:string_decoder';
import {escape} from '../text/escape.js';

/** The final parts of the control sequences that terminals send for keys (xterm, "PC-Style Function Keys"). */
const sequences: Readonly<Record<string, string>> = {
	'[A': 'up',
	'[B': 'down',
	'[C': 'right',
	'[D': 'left',
	'[H': 'home',
	'[F': 'end',
	OA: 'up',
	OB: 'down',
	OC: 'right',
	OD: 'left',
	OH: 'home',
	OF: 'end',
	OM: 'enter',
	'[1~': 'home',
	'[7~': 'home',
	'[4~': 'end',
	'[8~': 'end',
	'[3~': 'delete',
	'[5~': 'pageup',
	'[6~': 'pagedown',
	'[Z': 'shift-tab',
	'[200~': 'paste',
};

const controls: Readonly<Record<string, string>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\t': 'tab',
	'\u007F': 'backspace',
	'\b': 'backspace',
	' ': 'space',
};

/** What an escape can introduce: CSI and SS3 sequences, strings with an end of their own (OSC, DCS …), one character. */
const stringStart = String.raw`[\]P_\^X][^\u0007${escape}]*`;
const escapeSequence = new RegExp(
	String.raw`^${escape}(?<rest>\[[0-\?]*[ -\/]*[@-~]|O[@-~]|${stringStart}(?:\u0007|${escape}\\)|[^${escape}\[O\]P_\^X])`,
	'v',
);

/** What could still become a sequence when more bytes come. */
const unfinished = new RegExp(
	String.raw`^${escape}(?:\[[ -\?]*|O|${stringStart}${escape}?)?$`,
	'v',
);

/**
Turns what a terminal sends into keys: printable characters as they are, `space`, `enter`, `tab`, `shift-tab`,
`escape`, `backspace`, `delete`, `up` … `pagedown`, `home`, `end`, `ctrl-a` … `ctrl-z`, `paste` where one begins. What the terminal sends as an
answer to a program's question, and keys that aren't known, give nothing.
*/
export class KeyParser {
	readonly #decoder = new StringDecoder('utf8');
	#pending = '';

	/**
	@param data - The next bytes; sequences and characters may be split between calls.
	@returns The keys that are complete.
	*/
	push(data: Uint8Array): readonly string[] {
		const keys: string[] = [];
		let rest = this.#pending + this.#decoder.write(data);
		while (rest !== '') {
			if (rest.startsWith(escape)) {
				if (unfinished.test(rest)) {
					break;
				}

				const [sequence, tail] = escapeSequence.exec(rest) ?? [escape];
				const key = tail === undefined ? 'escape' : sequences[tail];
				if (key !== undefined) {
					keys.push(key);
				}

				rest = rest.slice(sequence.length);
			} else {
				const [character] = rest;
				keys.push(...keyOf(character!));
				rest = rest.slice(character!.length);
			}
		}

		this.#pending = rest;
		return keys;
	}

	/** Whether the last byte may be a key of its own, Escape, or the beginning of a sequence. */
	get isWaiting(): boolean {
		return this.#pending !== '';
	}

	/** @returns What was pressed when nothing more came: Escape, or nothing for a sequence that was cut off. */
	flush(): readonly string[] {
		const pending = this.#pending;
		this.#pending = '';
		return pending === escape ? ['escape'] : [];
	}
}

function keyOf(character: string): readonly string[] {
	const named = controls[character];
	if (named !== undefined) {
		return [named];
	}

	const code = character.codePointAt(0)!;
	if (code >= 1 && code <= 26) {
		return [`ctrl-${String.fromCodePoint(code + 96)}`];
	}

	return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/v.test(character) ? [] : [character];
}
