import {formatPoint} from '../../debugger/points/point.js';
import type {MissingSource} from '../../engine/port.js';
import {foreign, truncate} from '../../text/cells.js';
import type {Row} from './row.js';
import {plural} from './format.js';
import type {Scene} from './scene.js';

/**
@param width - In cells.
@param height - In rows, at least 2.
@returns What is in the directory in which a COPY or ADD looked for its source, what may have been meant first.
*/
export function missingSourceRows(
	scene: Scene,
	missing: MissingSource,
	width: number,
	height: number,
): readonly Row[] {
	const {theme, session} = scene;
	const {ellipsis} = theme.signs;
	const {point, directory, names, nearMisses} = missing;
	const place = `${formatPoint(point, session.state.program!)}:${directory === '' ? '/' : `${directory}/`}`;
	const others = names.filter(name => !nearMisses.includes(name));
	const all = [...nearMisses, ...others];
	const shown = all.length < height ? all : all.slice(0, height - 2);
	return [
		[
			{
				text: truncate(
					names.length === 0
						? `it looked in ${foreign(place, theme)}, which is empty`
						: `it looked in ${foreign(place, theme)}, which has`,
					width,
					ellipsis,
				),
			},
		],
		...shown.map((name, index): Row => {
			const isNear = index < nearMisses.length;
			const hint = isNear ? '   meant this one?' : '';
			return [
				{
					text: truncate(
						`  ${foreign(name, theme)}`,
						width - hint.length,
						ellipsis,
					),
					style: isNear ? 'strong' : 'plain',
				},
				{text: hint, style: 'accent'},
			];
		}),
		...(shown.length < all.length
			? [
					[
						{
							text: truncate(
								`  ${ellipsis} ${plural(all.length - shown.length, 'more name')}`,
								width,
								ellipsis,
							),
							style: 'faint',
						},
					] as const,
				]
			: []),
	];
}
