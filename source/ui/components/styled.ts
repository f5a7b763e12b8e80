import type {Row} from '../present/row.js';
import type {Theme} from '../present/theme.js';

/** @returns The row as text with the escape sequences of its styles. */
export function styled(row: Row, theme: Theme): string {
	let text = '';
	for (const segment of row) {
		const [open, close] = theme.styles[segment.style ?? 'plain'];
		text += open + segment.text + close;
	}

	return text;
}
