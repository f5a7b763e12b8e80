import type {Progress} from '../../engine/port.js';
import {paneIn} from '../place.js';
import type {Page} from '../view-state.js';
import {cellsOf, foreign, truncate} from '../../text/cells.js';
import {type Title, besideLabel, hasRoomFor, presentBorder} from './border.js';
import {type Row, type Segment, cutRow} from './row.js';
import {formatBytes} from './format.js';
import {presentHelp} from './help.js';
import type {Layout} from './layout.js';
import {panes} from './panes.js';
import type {PaneContent, Scene} from './scene.js';
import {presentTree} from './tree.js';

/** A column of the body: what stands in it, with the border at its left; the last column is the border at the right. */
export type Column = {
	readonly name: 'stages' | 'pane' | 'edge';
	readonly width: number;

	/** At most of the column's width. */
	readonly rows: readonly Row[];
};

/** @returns The columns of the body, from the left. */
export function presentBody(scene: Scene, layout: Layout): readonly Column[] {
	const columns =
		scene.view.helpTop === null
			? layout.single
				? [pageColumn(scene, layout)]
				: [stagesColumn(scene, layout), paneColumn(scene, layout)]
			: [helpColumn(scene, layout)];
	return [...columns, edgeColumn(scene, layout)];
}

function stagesColumn(scene: Scene, layout: Layout): Column {
	const {treeWidth: width, bodyHeight, treeIsWide} = layout;
	const {topLeft, bottomLeft} = scene.theme.signs;
	const content = presentTree(scene, width, bodyHeight, treeIsWide);
	return frame(scene, content, {
		name: 'stages',
		width,
		height: bodyHeight,
		titles: [stagesTitle(scene)],
		corners: [topLeft, bottomLeft],
		footer: '',
	});
}

function paneColumn(scene: Scene, layout: Layout): Column {
	const {paneWidth: width, bodyHeight} = layout;
	const {topJoint, bottomJoint} = scene.theme.signs;
	return frame(scene, presentPane(scene, width, bodyHeight), {
		name: 'pane',
		width,
		height: bodyHeight,
		titles: paneTitles(scene, paneIn(scene.session.state, scene.view)),
		corners: [topJoint, bottomJoint],
		footer: progressText(scene),
	});
}

function pageColumn(scene: Scene, layout: Layout): Column {
	const {paneWidth: width, bodyHeight} = layout;
	const {topLeft, bottomLeft} = scene.theme.signs;
	const page =
		scene.view.focus === 'stages'
			? 'stages'
			: paneIn(scene.session.state, scene.view);
	const content =
		page === 'stages'
			? presentTree(scene, width, bodyHeight, true)
			: presentPane(scene, width, bodyHeight);
	return frame(scene, content, {
		name: 'pane',
		width,
		height: bodyHeight,
		titles: [stagesTitle(scene, false), ...paneTitles(scene, page)],
		corners: [topLeft, bottomLeft],
		footer: progressText(scene),
	});
}

function helpColumn(scene: Scene, {columns, bodyHeight}: Layout): Column {
	const width = Math.max(0, columns - 2);
	const {topLeft, bottomLeft} = scene.theme.signs;
	return frame(scene, presentHelp(scene, width, bodyHeight), {
		name: 'pane',
		width,
		height: bodyHeight,
		titles: [{text: 'Help', kind: 'focused'}],
		corners: [topLeft, bottomLeft],
		footer: '',
	});
}

function edgeColumn({theme}: Scene, {bodyHeight}: Layout): Column {
	const {topRight, vertical, bottomRight} = theme.signs;
	const edge = (text: string): Row => [{text, style: 'faint'}];
	return {
		name: 'edge',
		width: 1,
		rows: [
			edge(topRight),
			...Array.from({length: bodyHeight}, () => edge(vertical)),
			edge(bottomRight),
		],
	};
}

function presentPane(scene: Scene, width: number, height: number): PaneContent {
	const name = paneIn(scene.session.state, scene.view);
	return panes.find(pane => pane.name === name)!.present(scene, width, height);
}

function stagesTitle({view}: Scene, isShown = true): Title {
	return {
		text: 'Stages',
		kind: view.focus === 'stages' ? 'focused' : isShown ? 'shown' : 'hidden',
	};
}

function paneTitles(
	{session: {state}, view}: Scene,
	shown: Page,
): readonly Title[] {
	return panes
		.filter(pane => pane.isThere(state))
		.map(pane => ({
			text: pane.title(state),
			kind:
				pane.name === shown
					? view.focus === 'stages'
						? 'shown'
						: 'focused'
					: 'hidden',
		}));
}

/** To how many cells a note gives way to where in its content a pane stands. */
const shortestNote = 16;

type Frame = {
	readonly name: Column['name'];

	/** Of the content. */
	readonly width: number;
	readonly height: number;
	readonly titles: readonly Title[];

	/** At the left: the upper and the lower one. */
	readonly corners: readonly [string, string];

	/** In the lower border; without it, what the upper one has no room for. */
	readonly footer: string;
};

function frame({theme}: Scene, content: PaneContent, options: Frame): Column {
	const {name, width, height, titles, corners, footer} = options;
	const side: Segment = {text: theme.signs.vertical, style: 'faint'};
	const rows = Array.from({length: height}, (_, index): Row => [
		side,
		...cutRow(content.rows[index] ?? [], width, theme.signs.ellipsis),
	]);
	const hasRoom = hasRoomFor(theme, width, {
		left: titles,
		right: content.label,
	});
	const note = truncate(
		footer === '' && !hasRoom ? content.label : footer,
		Math.max(shortestNote, width - cellsOf(content.position) - 2 * besideLabel),
		theme.signs.ellipsis,
	);
	const notes = note === '' ? [] : [{text: note, kind: 'hidden'} as const];
	return {
		name,
		width: width + 1,
		rows: [
			presentBorder(theme, corners[0], width, {
				left: titles,
				right: content.label,
			}),
			...rows,
			presentBorder(theme, corners[1], width, {
				left: notes,
				right: content.position,
			}),
		],
	};
}

/** The newest of what moves besides the steps: a pull, a transfer, an export. */
function progressText({session: {progress}, theme}: Scene): string {
	const newest = progress.at(-1);
	return newest === undefined
		? ''
		: `${foreign(newest.label, theme)}${amount(newest)}`;
}

function amount({current, total}: Progress): string {
	if (current === 0 && total === 0) {
		return '';
	}

	return total === 0
		? `  ${formatBytes(current)}`
		: `  ${formatBytes(current)} of ${formatBytes(total)}`;
}
