import type {Paste} from '../../terminal/pastes.js';
import type {ActionContext} from '../action-context.js';
import {filteredView} from '../files/changes-view.js';
import {filtered} from '../files/tree-view.js';
import {pastedInto, typedKey} from '../typed-key.js';
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
		change(typing, typedKey(typing, key), context);
	}
}

/** Takes a paste: into the line that is being typed; elsewhere it is no keys. */
export function paste(pasted: Paste, context: ActionContext): void {
	const {views} = context;
	const {typing, busy} = views.getView();
	if (typing) {
		change(typing, pastedInto(typing, pasted), context);
	} else if (busy === null) {
		views.dispatch({
			type: 'message',
			message: {
				kind: 'note',
				text: 'What is pasted is no keys: it was left out. Lines that are typed take it, such as after /.',
			},
		});
	}
}

function change(
	{purpose}: Typing,
	next: Typing | null,
	{views, files, diff}: ActionContext,
): void {
	views.dispatch({type: 'type', typing: next});
	if (purpose === 'file-filter') {
		files.change(tree => filtered(tree, next?.text ?? ''));
	} else if (purpose === 'diff-filter') {
		diff.change(changes => filteredView(changes, next?.text ?? ''));
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
