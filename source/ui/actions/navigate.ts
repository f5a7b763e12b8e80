import {reachedBeside} from '../../debugger/machine/travel.js';
import type {ActionContext} from '../action-context.js';
import {
	openStages,
	paneIn,
	positionIn,
	readStage,
	selectionIn,
	selectionOf,
	stageOf,
} from '../place.js';
import {pagesOf} from '../present/panes.js';
import type {Action} from './action.js';
import {leaveInDiff, openChange, sidewaysInDiff} from './diff.js';
import {leaveInFiles, openEntry, sidewaysInFiles} from './files.js';
import {openLeft, sidewaysInLeft} from './left.js';
import {goToWarning} from './warnings.js';
import {goToInstruction} from './where.js';

/** How many cells an arrow key moves a long line. */
const shiftCells = 8;

/** In the tree to the left and to the right is out and in; in a pane it is what a long line shows. */
export function sideways(direction: 'left' | 'right'): Action {
	return context => {
		const {focus} = context.views.getView();
		if (focus === 'stages') {
			moveInOrOut(direction, context);
		} else if (
			!(focus === 'files' && sidewaysInFiles(direction, context)) &&
			!(focus === 'diff' && sidewaysInDiff(direction, context)) &&
			!(focus === 'left-behind' && sidewaysInLeft(direction, context))
		) {
			shift(direction, context);
		}
	};
}

function shift(direction: 'left' | 'right', {views}: ActionContext): void {
	const {lefts, pane} = views.getView();
	const isAtEdge = (lefts[pane] ?? 0) === 0;
	if (direction === 'left' && isAtEdge) {
		views.dispatch({type: 'focus', page: 'stages'});
	} else {
		views.dispatch({
			type: 'shift',
			cells: direction === 'left' ? -shiftCells : shiftCells,
		});
	}
}

function moveInOrOut(
	direction: 'left' | 'right',
	{store, views}: ActionContext,
): void {
	const view = views.getView();
	const {program} = store.state;
	const selection = selectionIn(store.state, view);
	if (!program || !selection) {
		return;
	}

	const stage = stageOf(program, selection);
	const isOpen = openStages(store.state, view)(stage);
	if (direction === 'left') {
		views.dispatch({type: 'select', selection: {kind: 'stage', stage}});
		if (selection.kind === 'stage') {
			views.dispatch({type: 'fold', stage, open: false});
		}
	} else if (isOpen) {
		views.dispatch({type: 'focus', page: paneIn(store.state, view)});
	} else {
		views.dispatch({type: 'fold', stage, open: true});
	}
}

/** Enter: opens or folds a stage; on an instruction it shows the log; in a pane of files it opens the selected one. */
export function open(context: ActionContext): void {
	const {store, views} = context;
	const view = views.getView();
	if (view.focus === 'files') {
		openEntry(context);
		return;
	}

	if (view.focus === 'diff') {
		openChange(context);
		return;
	}

	if (view.focus === 'left-behind') {
		openLeft(context);
		return;
	}

	if (view.focus === 'where-from') {
		goToInstruction(context);
		return;
	}

	if (view.focus === 'warnings') {
		goToWarning(context);
		return;
	}

	const selection = selectionIn(store.state, view);
	if (selection?.kind === 'stage' && view.focus === 'stages') {
		const {stage} = selection;
		views.dispatch({type: 'select', selection});
		views.dispatch({
			type: 'fold',
			stage,
			open: !openStages(store.state, view)(stage),
		});
	} else if (selection) {
		views.dispatch({type: 'focus', page: 'log'});
	}
}

/** Escape: closes what is open, then goes back to the stages, then to where the build is. */
export function goBack(context: ActionContext): void {
	const {views} = context;
	const view = views.getView();
	if (view.helpTop !== null) {
		views.dispatch({type: 'help', top: null});
	} else if (
		(view.focus === 'files' && leaveInFiles(context)) ||
		(view.focus === 'diff' && leaveInDiff(context)) ||
		(view.focus === 'left-behind' && context.left.cancel()) ||
		(view.focus === 'where-from' && context.where.cancel())
	) {
		// That was something to leave inside of the pane.
	} else if (view.focus === 'variables' && view.filter !== '') {
		views.dispatch({type: 'filter', text: ''});
	} else if (view.search !== null) {
		views.dispatch({type: 'search', text: null});
	} else if (view.focus === 'stages') {
		views.dispatch({type: 'follow'});
	} else {
		views.dispatch({type: 'focus', page: 'stages'});
	}
}

/** Tab and Shift-Tab: the next of the pages that there are. */
export function turnPage(direction: 1 | -1): Action {
	return ({store, views}) => {
		const view = views.getView();
		const pages = pagesOf(store.state);
		const page = view.focus === 'stages' ? 'stages' : paneIn(store.state, view);
		const next =
			(pages.indexOf(page) + direction + pages.length) % pages.length;
		views.dispatch({type: 'focus', page: pages[next]!});
	};
}

/** Selects the stage that what is selected reads, and shows its instructions. */
export function goInto({store, views}: ActionContext): void {
	const stage = readStage(store.state, views.getView());
	if (stage !== null) {
		views.dispatch({type: 'fold', stage, open: true});
		views.dispatch({type: 'select', selection: {kind: 'stage', stage}});
	}
}

/** Selects what was reached before or after what is selected; behind the last of it is where the build is. */
export function travel(direction: 1 | -1): Action {
	return ({store, views}) => {
		const {state} = store;
		const from = positionIn(state, views.getView());
		const step = reachedBeside(state, from, direction);
		if (step !== null) {
			views.dispatch({
				type: 'select',
				selection: selectionOf(state.program!, step),
			});
		} else if (direction === 1) {
			views.dispatch({type: 'follow'});
		}
	};
}
