import type {ActionContext} from '../action-context.js';
import {filteredView} from '../files/changes-view.js';
import {filtered} from '../files/tree-view.js';
import {typedKey} from '../typed-key.js';
import type {Typing} from '../view-state.js';
import {addBreakpoint} from './breakpoints.js';
import {comparePoints} from './diff.js';
import {searchFile} from './files.js';
import {goToMatch} from './search.js';
import {completeTyped, followPath} from './where.js';

/** Takes a key while a line is being typed. */
export function type(
	key: string,
	typing: Typing,
	context: ActionContext,
): void {
	if (key === 'enter') {
		accept[typing.purpose](typing.text, context);
	} else if (key === 'tab' && typing.purpose === 'where-path') {
		void completeTyped(typing, context);
	} else {
		const next = typedKey(typing, key);
		context.views.dispatch({type: 'type', typing: next});
		if (typing.purpose === 'file-filter') {
			context.files.change(tree => filtered(tree, next?.text ?? ''));
		} else if (typing.purpose === 'diff-filter') {
			context.diff.change(changes => filteredView(changes, next?.text ?? ''));
		}
	}
}

/** What Enter does with the line. */
const accept: Readonly<
	Record<Typing['purpose'], (text: string, context: ActionContext) => void>
> = {
	search(text, context) {
		context.views.dispatch({type: 'type', typing: null});
		context.views.dispatch({type: 'search', text: text === '' ? null : text});
		if (text !== '') {
			goToMatch(context, 1, true);
		}
	},
	filter(text, {views}) {
		views.dispatch({type: 'type', typing: null});
		views.dispatch({type: 'filter', text});
	},
	'file-filter'(_text, {views}) {
		views.dispatch({type: 'type', typing: null});
	},
	'diff-filter'(_text, {views}) {
		views.dispatch({type: 'type', typing: null});
	},
	'file-search'(text, context) {
		context.views.dispatch({type: 'type', typing: null});
		searchFile(text, context);
	},
	'where-path': followPath,
	'diff-points': comparePoints,
	breakpoint: addBreakpoint,
};
