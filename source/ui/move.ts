import {type ActionContext, sceneOf} from './action-context.js';
import {moveInDiff} from './actions/diff.js';
import {moveInFiles} from './actions/files.js';
import {moveInLeft} from './actions/left.js';
import {moveInWhere} from './actions/where.js';
import {type Motion, rowsBy} from './motion.js';
import {openStages, paneIn, selectionIn, selectionOf, stepOf} from './place.js';
import {builderRows} from './present/builders.js';
import {helpLength} from './present/help.js';
import {type Layout, clampTop, layoutFor} from './present/layout.js';
import {logWindow} from './present/log.js';
import {logRows} from './present/log-lines.js';
import {outcomeRows} from './present/outcome.js';
import type {Scene} from './present/scene.js';
import {sourceIndex, sourceRoom, sourceTop} from './present/source.js';
import {treeItemAt, treeLength, treeRowOf} from './present/tree.js';
import {variableLinesOf} from './present/variables.js';
import type {Page, PaneName} from './view-state.js';

/** Moves in what has the focus: through the help, the stages, the source or the log. */
export function move(motion: Motion, context: ActionContext): void {
	const {store, views} = context;
	const view = views.getView();
	const height = layoutFor(view.size, 1).bodyHeight;
	if (view.helpTop !== null) {
		const count = helpLength(sceneOf(context), view.size.columns - 2);
		const top = moved(motion, view.helpTop, {count, page: height});
		views.dispatch({type: 'help', top: clampTop(top, count, height)});
		return;
	}

	if (!store.state.program) {
		return;
	}

	const page = view.focus === 'stages' ? 'stages' : paneIn(store.state, view);
	movers[page](motion, context, height);
}

/** @param height - Of what is visible, in rows. */
type Mover = (motion: Motion, context: ActionContext, height: number) => void;

const movers: Readonly<Record<Page, Mover>> = {
	stages: moveInTree,
	outcome: moveIn(
		'outcome',
		(scene, {paneWidth, bodyHeight}) =>
			outcomeRows(scene, paneWidth, bodyHeight).length,
	),
	source: moveInSource,
	log: moveInLog,
	files: moveInFiles,
	diff: moveInDiff,
	'left-behind': moveInLeft,
	'where-from': moveInWhere,
	variables: moveIn('variables', scene => variableLinesOf(scene).length),
	breakpoints: moveInBreakpoints,
	warnings: moveInWarnings,
	builders: moveIn(
		'builders',
		(scene, {paneWidth}) => builderRows(scene, paneWidth).length,
	),
};

/** In a pane that scrolls as a whole. */
function moveIn(
	pane: PaneName,
	lengthOf: (scene: Scene, layout: Layout) => number,
): Mover {
	return (motion, context, height) => {
		const {views} = context;
		const {size} = views.getView();
		const count = lengthOf(sceneOf(context), layoutFor(size, 1));
		const from = clampTop(views.getView().tops[pane] ?? 0, count, height);
		const top = moved(motion, from, {count, page: height});
		views.dispatch({
			type: 'scroll',
			pane,
			top: clampTop(top, count, height),
		});
	};
}

function moveInBreakpoints(
	motion: Motion,
	{store, views}: ActionContext,
	height: number,
): void {
	const count = store.state.breakpoints.length;
	const row = Math.min(views.getView().breakpointRow, count - 1);
	views.dispatch({
		type: 'select-breakpoint',
		row: moved(motion, row, {count, page: height}),
	});
}

function moveInWarnings(
	motion: Motion,
	{store, views}: ActionContext,
	height: number,
): void {
	const count = store.state.warnings.length;
	const row = Math.min(views.getView().warningRow, count - 1);
	views.dispatch({
		type: 'select-warning',
		row: moved(motion, row, {count, page: Math.ceil(height / 2)}),
	});
}

function moveInTree(
	motion: Motion,
	{store, views}: ActionContext,
	height: number,
): void {
	const program = store.state.program!;
	const isOpen = openStages(store.state, views.getView());
	const row = treeRowOf(
		program,
		isOpen,
		selectionIn(store.state, views.getView())!,
	);
	const next = moved(motion, row, {
		count: treeLength(program, isOpen),
		page: height,
	});
	views.dispatch({
		type: 'select',
		selection: treeItemAt(program, isOpen, next)!,
	});
}

/** Line by line it goes from instruction to instruction; page by page only what is visible moves. */
function moveInSource(
	motion: Motion,
	context: ActionContext,
	bodyHeight: number,
): void {
	const {store, views} = context;
	const program = store.state.program!;
	if (motion === 'page-up' || motion === 'page-down') {
		const {lines} = sourceIndex(program);
		const {paneWidth} = layoutFor(views.getView().size, 1);
		const height = sourceRoom(sceneOf(context), paneWidth, bodyHeight);
		const top = moved(motion, sourceTop(sceneOf(context), height), {
			count: lines.length,
			page: height,
		});
		views.dispatch({
			type: 'scroll-source',
			top: clampTop(top, lines.length, height),
		});
		return;
	}

	const step = stepOf(program, selectionIn(store.state, views.getView())!);
	const next = moved(motion, step, {
		count: program.steps.length,
		page: bodyHeight,
	});
	views.dispatch({type: 'select', selection: selectionOf(program, next)});
}

function moveInLog(
	motion: Motion,
	context: ActionContext,
	bodyHeight: number,
): void {
	const window = logWindow(sceneOf(context), bodyHeight)!;
	const {height} = window;
	const rows = logRows(context.store.log(window.step));
	const top = clampTop(
		moved(motion, window.top, {count: rows.count, page: height}),
		rows.count,
		height,
	);
	const isAtEnd = top + height >= rows.count;
	context.views.dispatch({
		type: 'scroll-log',
		step: window.step,
		line: isAtEnd ? null : lineNear(rows, top),
	});
}

/** The row of what was let go has no line of its own: the one before it stands for it. */
function lineNear(rows: ReturnType<typeof logRows>, row: number): number {
	const line = rows.lineAt(row);
	return line === -1 ? rows.lineAt(row - 1) + 1 : line;
}

/** @returns The index after the motion, within what there is. */
function moved(
	motion: Motion,
	index: number,
	{count, page}: {readonly count: number; readonly page: number},
): number {
	return Math.max(0, Math.min(count - 1, index + rowsBy(motion, page, count)));
}
