/* eslint-disable no-bitwise -- modes are bit fields */
import type {Entry, EntryKind} from './entry.js';

const kindLetters: Readonly<Record<EntryKind, string>> = {
	file: '-',
	directory: 'd',
	symlink: 'l',
	'character-device': 'c',
	'block-device': 'b',
	fifo: 'p',
	socket: 's',
};

/** @returns What an entry is and who may do what with it, as POSIX's `ls` writes it: `-rwsr-xr-x`. */
export function modeText({kind, mode}: Pick<Entry, 'kind' | 'mode'>): string {
	const bits = [...'rwxrwxrwx'].map((letter, index) =>
		(mode & (0o400 >> index)) === 0 ? '-' : letter,
	);
	const special = (at: number, bit: number, letter: string): void => {
		if ((mode & bit) !== 0) {
			bits[at] = bits[at] === 'x' ? letter : letter.toUpperCase();
		}
	};

	special(2, 0o4000, 's');
	special(5, 0o2000, 's');
	special(8, 0o1000, 't');
	return kindLetters[kind] + bits.join('');
}
