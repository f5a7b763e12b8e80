import xterm from '@xterm/headless';
import {escape} from '../../source/text/escape.js';

/** What a terminal keeps of all that was written to it. */
export type TerminalState = Readonly<Record<string, boolean | number | string>>;

/** DECSET and DECRST, XTMODKEYS, and kitty's keyboard protocol, which the emulator leaves out. */
const sequences = new RegExp(
	String.raw`${escape}\[(?:\?(?<modes>[\d;]+)(?<set>[hl])|>(?<keys>4(?:;\d+)?)m|(?<kitty>[<>=])(?<flags>[\d;]*)u)`,
	'gv',
);

/** Modes that the emulator doesn't tell. */
const watched = [
	'12',
	'25',
	'67',
	'1005',
	'1006',
	'1015',
	'1016',
	'1007',
	'2026',
	'2031',
];

/**
@param raw - Everything that was written to a terminal.
@returns The state that it is in: the same as of an empty text when all was undone.
*/
export async function stateAfter(raw: string): Promise<TerminalState> {
	const terminal = new xterm.Terminal({
		cols: 110,
		rows: 30,
		allowProposedApi: true,
	});
	await new Promise<void>(resolve => {
		terminal.write(raw, resolve);
	});
	const {modes, buffer} = terminal;
	const state = {
		'alternate screen': buffer.active.type === 'alternate',
		'application cursor keys': modes.applicationCursorKeysMode,
		'application keypad': modes.applicationKeypadMode,
		'bracketed paste': modes.bracketedPasteMode,
		insert: modes.insertMode,
		mouse: modes.mouseTrackingMode,
		origin: modes.originMode,
		focus: modes.sendFocusMode,
		wraparound: modes.wraparoundMode,
		...watchedAfter(raw),
	};
	terminal.dispose();
	return state;
}

/** @returns What differs between two states, in words. */
export function differences(
	before: TerminalState,
	after: TerminalState,
): readonly string[] {
	return Object.keys(before)
		.filter(name => before[name] !== after[name])
		.map(name => `${name} is ${String(after[name])}`);
}

function watchedAfter(raw: string): TerminalState {
	const on: Record<string, boolean | number | string> = {};
	for (const mode of watched) {
		// The cursor is there, and blinks or not as the terminal has it.
		on[nameOf(mode)] = mode === '25';
	}

	let pushed = 0;
	on["xterm's keys"] = '4';
	on["kitty's flags"] = '0';
	for (const {groups = {}} of raw.matchAll(sequences)) {
		const {modes = '', set, keys, kitty, flags = ''} = groups;
		for (const mode of modes
			.split(';')
			.filter(each => watched.includes(each))) {
			on[nameOf(mode)] = set === 'h';
		}

		if (keys !== undefined) {
			on["xterm's keys"] = keys === '4;0' ? '4' : keys;
		}

		switch (kitty) {
			case '>': {
				pushed++;

				break;
			}

			case '<': {
				pushed = Math.max(0, pushed - Number(flags || 1));

				break;
			}

			case '=': {
				on["kitty's flags"] = flags.split(';')[0] ?? '0';

				break;
			}
			// No default
		}
	}

	return {...on, "kitty's stack": pushed};
}

function nameOf(mode: string): string {
	return mode === '25' ? 'cursor' : `mode ${mode}`;
}
