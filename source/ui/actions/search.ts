import {type ActionContext, sceneOf} from '../action-context.js';
import {layoutFor} from '../present/layout.js';
import {findLine, logWindow} from '../present/log.js';
import {logRows} from '../present/log-lines.js';

/** The line that is found becomes the first visible one; the next search starts behind it. */
export function goToMatch(
	context: ActionContext,
	direction: 1 | -1,
	isNew: boolean,
): void {
	const {store, views, theme} = context;
	const view = views.getView();
	const scene = sceneOf(context);
	const window = logWindow(scene, layoutFor(view.size, 1).bodyHeight);
	if (!window || view.search === null) {
		return;
	}

	const log = store.log(window.step);
	const top = Math.max(0, logRows(log).lineAt(window.top));
	const at = view.match?.step === window.step ? view.match.line : null;
	const from = at === null || isNew ? top : at + direction;
	const line = findLine(log, view.search, theme, {from, direction});
	if (line === -1) {
		views.dispatch({
			type: 'message',
			message: {
				kind: 'note',
				text: `'${view.search}' is not in this log.`,
			},
		});
	} else {
		views.dispatch({type: 'found', step: window.step, line});
	}
}
