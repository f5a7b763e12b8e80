import {formatCount} from '../../text/format.js';
import type {DiffLine} from '../files/diff-line.js';
import type {FileDifference} from '../files/diff-view.js';
import {foreign} from '../../text/cells.js';
import {type Row, type Segment, shiftRow} from './row.js';
import type {PaneContent, Scene} from './scene.js';
import type {Style} from './theme.js';

const lineStyles: Readonly<Record<DiffLine['sign'], Style>> = {
	'+': 'good',
	'-': 'bad',
	'@': 'accent',
	' ': 'plain',
};

/**
@param height - In rows.
@returns How the contents of a file differ: of changed lines, what changed in them stands out.
*/
export function presentFileDifference(
	{theme, view}: Scene,
	{name, lines, top}: FileDifference,
	label: string,
	height: number,
): PaneContent {
	const end = Math.min(lines.length, top + height);
	const inSight = lines.slice(top, end);
	const digits = Math.max(
		0,
		...inSight.map(({number}) => String(number ?? '').length),
	);
	const left = view.lefts.diff ?? 0;
	return {
		rows: inSight.map((line): Row => {
			const style = lineStyles[line.sign];
			const parts = line.parts.map(({text, isChanged}): Segment => ({
				text: foreign(text, theme),
				style: isChanged ? 'match' : style,
			}));
			const number = String(line.number ?? '').padStart(digits);
			return [
				{text: ` ${number} `, style: 'faint'},
				{text: line.sign === '@' ? '  ' : `${line.sign} `, style},
				...shiftRow(parts, left),
			];
		}),
		label: `${foreign(`/${name}`, theme)}  ${label}`,
		position: `${formatCount(top + 1)}-${formatCount(end)} of ${formatCount(lines.length)}`,
	};
}
