import type {Paste} from '../terminal/pastes.js';
import type {Typing} from './view-state.js';

/**
@param typing - A line that is being typed.
@param key - As `KeyParser` names it; Enter is not for here.
@returns The line after the key; `null` when it was given up.
*/
export function typedKey(typing: Typing, key: string): Typing | null {
	const {text} = typing;
	const changed = (next: string): Typing => ({
		...typing,
		text: next,
		problem: null,
	});
	switch (key) {
		case 'escape':
		case 'ctrl-c': {
			return null;
		}

		case 'backspace': {
			return text === '' ? null : changed([...text].slice(0, -1).join(''));
		}

		case 'ctrl-u': {
			return changed('');
		}

		case 'space': {
			return added(typing, ' ');
		}

		default: {
			return [...key].length === 1 ? added(typing, key) : typing;
		}
	}
}

/** How many characters a line that is typed takes. */
const most = 1024;

/** What isn't seen in a line, or would act on a terminal; a paste has it, keys give none. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/gv;

/**
@returns The line with what was pasted at its end. Line breaks and tabs become spaces: nothing is done before Enter is pressed.
*/
export function pastedInto(typing: Typing, {text, isCut}: Paste): Typing {
	const line = text
		.trimEnd()
		.replaceAll(/[\t\n\r]+/gv, ' ')
		.replaceAll(unseen, '');
	const next = added(typing, line);
	return isCut ? {...next, problem: tooLong} : next;
}

const tooLong = `The line takes ${most.toLocaleString('en')} characters: the rest was left out.`;

function added(typing: Typing, more: string): Typing {
	const room = most - typing.text.length;
	return {
		...typing,
		text: typing.text + whole(more.slice(0, Math.max(0, room))),
		problem: more.length > room ? tooLong : null,
	};
}

/** Without half of a character at its end. */
function whole(text: string): string {
	return text.replace(/[\uD800-\uDBFF]$/v, '');
}
