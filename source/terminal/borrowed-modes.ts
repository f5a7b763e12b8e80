import {Buffer} from 'node:buffer';
import {escape} from '../text/escape.js';

/**
What a program that was killed may have left behind, of what every terminal knows: colours, another character set, a scrolling
region, inserting, application keys (1, and `>`), mouse reports (9, 1000 to 1016), focus reports (1004), bracketed paste (2004),
a picture that is held back (2026), a hidden cursor. Resetting the region moves the cursor, so its position is kept around that.
The first character ends a sequence that was cut off (CAN of ECMA-48).
*/
export const commonModes =
	'\u0018\u001B\\\u001B7\u001B[r\u001B8\u001B[0m\u001B(B\u000F\u001B[4l\u001B[?1l\u001B>\u001B[?5l\u001B[?7h\u001B[?9l\u001B[?1000l\u001B[?1002l\u001B[?1003l\u001B[?1004l\u001B[?1005l\u001B[?1006l\u001B[?1015l\u001B[?1016l\u001B[?2004l\u001B[?2026l\u001B[?25h';

/** What undoes what a program left behind whose output isn't seen: it may also be on the other screen. */
export const modesAfterProgram = `${commonModes}\u001B[?1049l`;

/** The titles of the window and of its icon, put on a stack and taken from it (xterm, XTWINOPS). */
const keepTitle = '\u001B[22;0t';
const titleAgain = '\u001B[23;0t';

const endOfString = `${escape}\\`;

/** DECSET modes of the two screens (xterm). */
const screens = new Set([47, 1047, 1049]);

/** DECSET modes that are on in a terminal that nobody changed: the automatic margin, repeating keys, the cursor. */
const usuallyOn = new Set([7, 8, 25]);

/** DECSET modes that differ between terminals, or are a deed and no state. */
const unknowable = new Set([4, 12, 1007, 1034, 1035, 1036, 1048]);

const sequence = new RegExp(
	[
		String.raw`\[\?(?<modes>[\d;]+)(?<to>[hl])`,
		String.raw`\[(?<stack>[<>])(?<count>\d*)u`,
		String.raw`\[(?<flags>=)[\d;]*u`,
		String.raw`\[(?<otherKeys>>4(?:;\d*)?m)`,
		String.raw`\[\d* (?<shape>q)`,
		String.raw`%(?<coding>@)`,
		String.raw`\](?<link>8);`,
		String.raw`\](?<palette>4);\d+;(?=[^\?])`,
		String.raw`\](?<colour>1\d);(?=[^\?])`,
	]
		.map(part => `${escape}${part}`)
		.join('|'),
	'gv',
);
const longest = 64;

/**
Watches what a program that has the terminal switches in it, so that all of it can be undone whatever becomes of the program,
and done again.
*/
export class BorrowedModes {
	readonly #modes = new Map<number, boolean>();

	/** The levels of the keyboard protocol of kitty that are pushed on either screen. */
	readonly #levels = {main: 0, alternate: 0};
	readonly #undoings = new Set<string>();
	#isAlternate = false;
	#tail = '';

	/** @returns What is written before the program begins. */
	get begin(): string {
		return keepTitle;
	}

	/** @param data - Bytes that the terminal was given. */
	see(data: Uint8Array): void {
		const text =
			this.#tail +
			Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(
				'latin1',
			);
		let end = 0;
		for (const match of text.matchAll(sequence)) {
			this.#take(match.groups!);
			end = match.index + match[0].length;
		}

		const begun = text.lastIndexOf(escape);
		this.#tail =
			begun >= end && text.length - begun < longest ? text.slice(begun) : '';
	}

	/** @returns What makes the terminal what it was before the program. */
	undo(): string {
		const modes = [...this.#modes.keys()]
			.filter(mode => !unknowable.has(mode) && !usuallyOn.has(mode))
			.map(mode => `${escape}[?${mode}l`);
		return [
			'\u0018',
			...modes,
			popped(this.#isAlternate ? this.#levels.alternate : 0),
			this.#isAlternate ? `${escape}[?1049l` : '',
			popped(this.#levels.main),
			...this.#undoings,
			commonModes,
			titleAgain,
		].join('');
	}

	/** @returns What gives the program, after `undo`, the terminal as it had it; the picture is the program's to draw. */
	redo(): string {
		const modes = [...this.#modes].map(
			([mode, isOn]) => `${escape}[?${mode}${isOn ? 'h' : 'l'}`,
		);
		return [
			keepTitle,
			this.#isAlternate ? `${escape}[?1049h` : '',
			...modes,
		].join('');
	}

	#take(groups: Readonly<Record<string, string | undefined>>): void {
		const {modes, to, stack, count, flags} = groups;
		if (modes !== undefined) {
			this.#switch(modes, to === 'h');
		} else if (stack === undefined) {
			this.#undoings.add(
				undoings
					.map(([name, text]) =>
						groups[name] === undefined ? '' : text(groups[name]),
					)
					.join('') || (flags === undefined ? '' : `${escape}[=0u`),
			);
		} else {
			const screen = this.#isAlternate ? 'alternate' : 'main';
			const change = stack === '>' ? 1 : -Number(count || '1');
			this.#levels[screen] = Math.max(0, this.#levels[screen] + change);
		}
	}

	#switch(modes: string, isOn: boolean): void {
		for (const mode of modes.split(';').map(Number)) {
			if (screens.has(mode)) {
				this.#isAlternate = isOn;
			} else {
				this.#modes.set(mode, isOn);
			}
		}
	}
}

/** What undoes a sequence, by the name of its group. */
const undoings: ReadonlyArray<
	readonly [name: string, text: (value: string) => string]
> = [
	['otherKeys', () => `${escape}[>4m`],
	['shape', () => `${escape}[0 q`],
	['coding', () => `${escape}%G`],
	['link', () => `${escape}]8;;${endOfString}`],
	['palette', () => `${escape}]104${endOfString}`],
	['colour', value => `${escape}]1${value}${endOfString}`],
];

function popped(levels: number): string {
	return levels === 0 ? '' : `${escape}[<${levels}u`;
}
