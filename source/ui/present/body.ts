import type {DebuggerState} from '../../debugger/state.js';
import type {Progress} from '../../engine/port.js';
import {paneIn} from '../place.js';
import type {Page} from '../view-state.js';
import {type Title, presentBorder} from './border.js';
import {type Row, fitRow, foreign} from './cells.js';
import {formatBytes} from './format.js';
import {presentHelp} from './help.js';
import type {Layout} from './layout.js';
import {panes} from './panes.js';
import type {PaneContent, Scene} from './scene.js';
import {presentTree} from './tree.js';

/** A column of the body with its borders; the border between two columns belongs to the right one. */
export type Column = {
	readonly name: 'stages' | 'pane';
	readonly width: number;
	readonly rows: readonly Row[];
};

/** @returns The columns of the body, from the left. */
export function presentBody(scene: Scene, layout: Layout): readonly Column[] {
	if (scene.view.helpTop !== null) {
		return [helpColumn(scene, layout)];
	}

	if (layout.single) {
		return [pageColumn(scene, layout)];
	}

	return [stagesColumn(scene, layout), paneColumn(scene, layout)];
}

/** @returns The pages that there are, in the order of Tab. */
export function pagesOf(state: DebuggerState): readonly Page[] {
	return [
		'stages',
		...panes.filter(pane => pane.isThere(state)).map(pane => pane.name),
	];
}

function stagesColumn(scene: Scene, layout: Layout): Column {
	const {treeWidth, bodyHeight, treeIsWide} = layout;
	const {signs} = scene.theme;
	const content = presentTree(scene, treeWidth, bodyHeight, treeIsWide);
	return {
		name: 'stages',
		width: treeWidth + 1,
		rows: frame(scene, content, {
			width: treeWidth,
			height: bodyHeight,
			titles: [stagesTitle(scene)],
			top: [signs.topLeft, ''],
			bottom: [signs.bottomLeft, ''],
			isRightOpen: true,
			footer: '',
		}),
	};
}

function paneColumn(scene: Scene, layout: Layout): Column {
	const {paneWidth, bodyHeight} = layout;
	const {signs} = scene.theme;
	return {
		name: 'pane',
		width: paneWidth + 2,
		rows: frame(scene, presentPane(scene, paneWidth, bodyHeight), {
			width: paneWidth,
			height: bodyHeight,
			titles: paneTitles(scene, paneIn(scene.session.state, scene.view)),
			top: [signs.topJoint, signs.topRight],
			bottom: [signs.bottomJoint, signs.bottomRight],
			footer: progressText(scene),
		}),
	};
}

function pageColumn(scene: Scene, layout: Layout): Column {
	const {paneWidth, bodyHeight} = layout;
	const {signs} = scene.theme;
	const page =
		scene.view.focus === 'stages'
			? 'stages'
			: paneIn(scene.session.state, scene.view);
	return {
		name: 'pane',
		width: paneWidth + 2,
		rows: frame(
			scene,
			page === 'stages'
				? presentTree(scene, paneWidth, bodyHeight, true)
				: presentPane(scene, paneWidth, bodyHeight),
			{
				width: paneWidth,
				height: bodyHeight,
				titles: [stagesTitle(scene), ...paneTitles(scene, page)],
				top: [signs.topLeft, signs.topRight],
				bottom: [signs.bottomLeft, signs.bottomRight],
				footer: progressText(scene),
			},
		),
	};
}

function helpColumn(scene: Scene, layout: Layout): Column {
	const width = Math.max(0, layout.columns - 2);
	const {signs} = scene.theme;
	return {
		name: 'pane',
		width: layout.columns,
		rows: frame(scene, presentHelp(scene, width, layout.bodyHeight), {
			width,
			height: layout.bodyHeight,
			titles: [{text: 'Help', active: true}],
			top: [signs.topLeft, signs.topRight],
			bottom: [signs.bottomLeft, signs.bottomRight],
			footer: '',
		}),
	};
}

function presentPane(scene: Scene, width: number, height: number): PaneContent {
	const name = paneIn(scene.session.state, scene.view);
	return panes.find(pane => pane.name === name)!.present(scene, width, height);
}

function stagesTitle(scene: Scene): Title {
	return {text: 'Stages', active: scene.view.focus === 'stages'};
}

/** The shown pane's title stands out while it has the focus; while the tree has it, it is only brighter. */
function paneTitles(scene: Scene, shown: Page): readonly Title[] {
	const {state} = scene.session;
	return panes
		.filter(pane => pane.isThere(state))
		.map(pane => ({text: pane.title(state), active: pane.name === shown}));
}

type Frame = {
	readonly width: number;
	readonly height: number;
	readonly titles: readonly Title[];
	readonly top: readonly [string, string];
	readonly bottom: readonly [string, string];
	readonly isRightOpen?: boolean;
	readonly footer: string;
};

function frame(
	{theme}: Scene,
	content: PaneContent,
	options: Frame,
): readonly Row[] {
	const {width, height, titles, top, bottom, isRightOpen, footer} = options;
	const side = {text: theme.signs.vertical, style: 'faint'} as const;
	const rows: Row[] = [
		presentBorder(theme, top, width, {left: titles, right: content.label}),
	];
	for (let index = 0; index < height; index++) {
		const inner = fitRow(
			content.rows[index] ?? [],
			width,
			theme.signs.ellipsis,
		);
		rows.push(isRightOpen ? [side, ...inner] : [side, ...inner, side]);
	}

	const notes = footer === '' ? [] : [{text: footer, active: false}];
	return [
		...rows,
		presentBorder(theme, bottom, width, {left: notes, right: content.position}),
	];
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
