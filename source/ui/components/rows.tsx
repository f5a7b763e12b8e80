import React from 'react';
import {Text} from 'ink';
import Spinner from 'ink-spinner';
import type {Row} from '../present/row.js';
import type {Theme} from '../present/theme.js';
import {styled} from './styled.js';

export type RowsProps = {
	readonly rows: readonly Row[];
	readonly theme: Theme;
};

/** Draws a few rows, with their spinners turning. */
export function Rows({rows, theme}: RowsProps): React.ReactElement {
	return <Text wrap="truncate">{partsOf(rows, theme)}</Text>;
}

/** As few pieces as possible: everything between two spinners is one text. */
function partsOf(
	rows: readonly Row[],
	theme: Theme,
): readonly React.ReactNode[] {
	const parts: React.ReactNode[] = [];
	let text = '';
	for (const [index, row] of rows.entries()) {
		text += index === 0 ? '' : '\n';
		for (const segment of row) {
			if (segment.spinner) {
				const [open, close] = theme.styles[segment.style ?? 'plain'];
				parts.push(
					text + open,
					<Spinner key={parts.length} type={theme.spinner} />,
				);
				text = close;
			} else {
				text += styled([segment], theme);
			}
		}
	}

	return [...parts, text];
}
