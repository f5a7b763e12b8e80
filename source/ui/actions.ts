import type {ActionContext} from './action-context.js';
import type {Action} from './actions/action.js';
import {
	removeBreakpoint,
	switchBreakpoint,
	toggleBreakpoint,
	typeBreakpoint,
} from './actions/breakpoints.js';
import {
	changePolicy,
	edit,
	go,
	nextFailure,
	openShell,
	openSourceShell,
	reload,
	rerun,
	retrace,
} from './actions/build.js';
import {
	filterChanges,
	showDiff,
	showPair,
	sortChanges,
	typeChangeFilter,
	typePoints,
} from './actions/diff.js';
import {copyOut, showFiles, sortFiles, typeInFiles} from './actions/files.js';
import {interrupt, quit} from './actions/leave.js';
import {showLeft} from './actions/left.js';
import {
	goBack,
	goInto,
	open,
	sideways,
	travel,
	turnPage,
} from './actions/navigate.js';
import {goToMatch} from './actions/search.js';
import {type} from './actions/typing.js';
import {showWhere, typePath} from './actions/where.js';
import type {Command} from './command.js';
import {bindingOf} from './keys.js';
import type {Motion} from './motion.js';
import {move} from './move.js';
import type {Page} from './view-state.js';

/**
Does what a key means.

@param key - As `KeyParser` names it.
*/
export function press(key: string, context: ActionContext): void {
	const {store, views} = context;
	const {typing, asked, message} = views.getView();
	if (typing) {
		type(key, typing, context);
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
		actions[binding.command](context, asked === binding.command);
	} else {
		views.dispatch({type: 'message', message: {kind: 'note', text: reason}});
	}
}

const actions: Readonly<Record<Command, Action>> = {
	continue: go('continue'),
	next: go('next'),
	'end-of-stage': go('end-of-stage'),
	into: goInto,
	breakpoint: toggleBreakpoint,
	rerun: rerun(false),
	'rerun-onward': rerun(true),
	retrace,
	reload,
	edit,
	policy: changePolicy,
	'add-breakpoint': typeBreakpoint,
	'switch-breakpoint': switchBreakpoint,
	'remove-breakpoint': removeBreakpoint,
	shell: openShell(false),
	'fresh-shell': openShell(true),
	'source-shell': openSourceShell,
	outcome: focus('outcome'),
	source: focus('source'),
	log: focus('log'),
	files: showFiles,
	diff: showDiff,
	'left-behind': showLeft,
	'where-from': showWhere,
	path: typePath,
	'diff-step': showPair('step'),
	'diff-final': showPair('final'),
	'diff-base': showPair('base'),
	'diff-last': showPair('last'),
	'diff-points': typePoints,
	kind: filterChanges,
	sort(context) {
		const {focus} = context.views.getView();
		(focus === 'diff' ? sortChanges : sortFiles)(context);
	},
	'copy-out': copyOut,
	variables: focus('variables'),
	breakpoints: focus('breakpoints'),
	warnings: focus('warnings'),
	builders: focus('builders'),
	'next-failure': nextFailure,
	earlier: travel(-1),
	later: travel(1),
	search({views}) {
		views.dispatch({type: 'focus', page: 'log'});
		views.dispatch({
			type: 'type',
			typing: {purpose: 'search', text: '', problem: null},
		});
	},
	filter(context) {
		const {views} = context;
		const {focus} = views.getView();
		if (focus === 'files' || focus === 'diff') {
			(focus === 'files' ? typeInFiles : typeChangeFilter)(context);
			return;
		}

		views.dispatch({
			type: 'type',
			typing: {
				purpose: 'filter',
				text: views.getView().filter,
				problem: null,
			},
		});
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
