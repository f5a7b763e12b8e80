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
			return changed(`${text} `);
		}

		default: {
			return [...key].length === 1 ? changed(text + key) : typing;
		}
	}
}
