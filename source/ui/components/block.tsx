import React from 'react';
import {Box, Text, Transform} from 'ink';
import type {Row} from '../present/row.js';
import type {Theme} from '../present/theme.js';
import {styled} from './styled.js';

export type BlockProps = {
	readonly rows: readonly Row[];

	/** In cells: what is reserved for the widest row. */
	readonly width: number;
	readonly theme: Theme;
};

/**
Draws many rows of known width. Ink measures every text that it lays out, and for a large frame that costs more than all
else; so it lays out a place holder of the same height, and the rows take its place when they are written.
*/
export function Block({rows, width, theme}: BlockProps): React.ReactElement {
	const lines = rows.map(row => styled(row, theme));
	return (
		<Box flexShrink={0} width={width}>
			<Transform transform={(_, index) => lines[index]!}>
				<Text>{lines.map(() => '.').join('\n')}</Text>
			</Transform>
		</Box>
	);
}
