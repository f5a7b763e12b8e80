import type {Search} from './view-state.js';

/**
@param search - One that is being typed.
@param key - As `KeyParser` names it.
@returns The search after the key; `null` when it was given up.
*/
export function searchKey(search: Search, key: string): Search | null {
	switch (key) {
		case 'enter': {
			return search.text === '' ? null : {...search, editing: false};
		}

		case 'escape':
		case 'ctrl-c': {
			return null;
		}

		case 'backspace': {
			return search.text === ''
				? null
				: {...search, text: [...search.text].slice(0, -1).join('')};
		}

		case 'ctrl-u': {
			return {...search, text: ''};
		}

		case 'space': {
			return {...search, text: `${search.text} `};
		}

		default: {
			return [...key].length === 1
				? {...search, text: search.text + key}
				: search;
		}
	}
}
