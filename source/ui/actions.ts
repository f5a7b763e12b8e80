import {positionOfStep} from '../debugger/positions.js';
import {type ActionContext, sceneOf} from './action-context.js';
import {type Command, bindingOf} from './keys.js';
import {type Motion, move} from './move.js';
import {openStages, paneIn, selectionIn, stageOf, stepOf} from './place.js';
import {pagesOf} from './present/body.js';
import {findLine, logWindow} from './present/log.js';
import {logRows} from './present/log-lines.js';
import {layoutFor} from './present/layout.js';
import {searchKey} from './search-key.js';
import {shellPoint} from './shell-point.js';
import type {Page} from './view-state.js';

/** How many cells an arrow key moves a long line. */
const shiftCells = 8;

/**
Does what a key means.

@param key - As `KeyParser` names it.
*/
export function press(key: string, context: ActionContext): void {
	const {store, views} = context;
	const {search, askedToQuit, message} = views.getView();
	if (search?.editing) {
		const next = searchKey(search, key);
		views.dispatch({type: 'search', search: next});
		if (next && !next.editing) {
			goToMatch(context, 1, true);
		}

		return;
	}

	if (message) {
		views.dispatch({type: 'message', message: null});
	}

	const binding = bindingOf(key, store.state, views.getView());
	if (!binding) {
		return;
	}

	const reason = binding.disabledReason?.(store.state, views.getView()) ?? null;
	if (reason === null) {
		actions[binding.command](context, askedToQuit);
	} else {
		views.dispatch({type: 'message', message: {kind: 'note', text: reason}});
	}
}

/** @param askedToQuit - Whether the key before asked whether to quit. */
type Action = (context: ActionContext, askedToQuit: boolean) => void;

const actions: Readonly<Record<Command, Action>> = {
	continue: go('continue'),
	next: go('next'),
	'end-of-stage': go('end-of-stage'),
	breakpoint: toggleBreakpoint,
	shell: openShell,
	log: focus('log'),
	search(context) {
		context.views.dispatch({type: 'focus', page: 'log'});
		context.views.dispatch({type: 'search', search: {text: '', editing: true}});
	},
	'next-match'(context) {
		goToMatch(context, 1, false);
	},
	'previous-match'(context) {
		goToMatch(context, -1, false);
	},
	up: inMotion('up'),
	down: inMotion('down'),
	'page-up': inMotion('page-up'),
	'page-down': inMotion('page-down'),
	first: inMotion('first'),
	last: inMotion('last'),
	left: sideways('left'),
	right: sideways('right'),
	open,
	back: goBack,
	'next-pane': turnPage(1),
	'previous-pane': turnPage(-1),
	help({views}) {
		views.dispatch({
			type: 'help',
			top: views.getView().helpTop === null ? 0 : null,
		});
	},
	redraw(context) {
		context.redraw();
	},
	interrupt,
	quit,
};

/** Who lets the build go on wants to see where it goes. */
function go(type: 'continue' | 'next' | 'end-of-stage'): Action {
	return ({store, views}) => {
		views.dispatch({type: 'follow'});
		store.dispatch({type});
	};
}

function focus(page: Page): Action {
	return ({views}) => {
		views.dispatch({type: 'focus', page});
	};
}

function inMotion(motion: Motion): Action {
	return context => {
		move(motion, context);
	};
}

function openShell(context: ActionContext): void {
	const {state} = context.store;
	const point = shellPoint(state, selectionIn(state, context.views.getView()));
	if ('kind' in point) {
		context.lend(point);
	}
}

function toggleBreakpoint({store, views}: ActionContext): void {
	const {program, positions} = store.state;
	const selection = selectionIn(store.state, views.getView());
	if (program && selection) {
		store.dispatch({
			type: 'toggle-breakpoint',
			position: positionOfStep(positions, stepOf(program, selection)),
		});
	}
}

/** In the tree to the left and to the right is out and in; in a pane it is what a long line shows. */
function sideways(direction: 'left' | 'right'): Action {
	return context => {
		if (context.views.getView().focus === 'stages') {
			moveInOrOut(direction, context);
		} else {
			shift(direction, context);
		}
	};
}

function shift(direction: 'left' | 'right', {views}: ActionContext): void {
	const view = views.getView();
	const isAtEdge = (view.pane === 'log' ? view.logLeft : view.sourceLeft) === 0;
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

function open({store, views}: ActionContext): void {
	const view = views.getView();
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

function goBack({views}: ActionContext): void {
	const view = views.getView();
	if (view.helpTop !== null) {
		views.dispatch({type: 'help', top: null});
	} else if (view.search) {
		views.dispatch({type: 'search', search: null});
	} else if (view.focus === 'stages') {
		views.dispatch({type: 'follow'});
	} else {
		views.dispatch({type: 'focus', page: 'stages'});
	}
}

function turnPage(direction: 1 | -1): Action {
	return context => {
		const {store, views} = context;
		const view = views.getView();
		const pages = pagesOf(store.state);
		const page = view.focus === 'stages' ? 'stages' : paneIn(store.state, view);
		const next =
			(pages.indexOf(page) + direction + pages.length) % pages.length;
		views.dispatch({type: 'focus', page: pages[next]!});
	};
}

/** The line that is found becomes the first visible one; the next search starts behind it. */
function goToMatch(
	context: ActionContext,
	direction: 1 | -1,
	isNew: boolean,
): void {
	const {store, views, theme} = context;
	const view = views.getView();
	const scene = sceneOf(context);
	const window = logWindow(scene, layoutFor(view.size, 1).bodyHeight);
	if (!window || !view.search || view.search.text === '') {
		return;
	}

	const log = store.log(window.step);
	const top = Math.max(0, logRows(log).lineAt(window.top));
	const at = view.match?.step === window.step ? view.match.line : null;
	const from = at === null || isNew ? top : at + direction;
	const line = findLine(log, view.search.text, theme, {from, direction});
	if (line === -1) {
		views.dispatch({
			type: 'message',
			message: {
				kind: 'note',
				text: `'${view.search.text}' is not in this log.`,
			},
		});
	} else {
		views.dispatch({type: 'found', step: window.step, line});
	}
}

/** Ctrl-C: first what runs, then the session. */
function interrupt(context: ActionContext, askedToQuit: boolean): void {
	const {store, views} = context;
	const {phase} = store.state;
	if (phase.kind === 'running' && !phase.canceling) {
		store.dispatch({type: 'interrupt'});
		views.dispatch({
			type: 'message',
			message: {kind: 'note', text: 'Canceling what runs; Ctrl-C again quits.'},
		});
	} else if (phase.kind === 'finishing' && !askedToQuit) {
		views.dispatch({
			type: 'ask-to-quit',
			message: {
				kind: 'note',
				text: 'The image is being exported; Ctrl-C again quits without it.',
			},
		});
	} else {
		context.leave('interrupted');
	}
}

function quit(context: ActionContext, askedToQuit: boolean): void {
	const {phase} = context.store.state;
	if (askedToQuit || (phase.kind !== 'running' && phase.kind !== 'finishing')) {
		context.leave('quit');
	} else {
		context.views.dispatch({
			type: 'ask-to-quit',
			message: {
				kind: 'note',
				text: 'The build is still running: q again cancels it and quits.',
			},
		});
	}
}
