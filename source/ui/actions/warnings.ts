import type {ActionContext} from '../action-context.js';
import {selectedWarning, selectionOf} from '../place.js';

/** Enter in the list of warnings: selects the instruction that one is about, and shows it in the source. */
export function goToWarning({store, views}: ActionContext): void {
	const {program} = store.state;
	const line = selectedWarning(store.state, views.getView())?.lines?.[0];
	const step = program?.steps.find(
		({lines}) => line !== undefined && lines[0] <= line && line <= lines[1],
	);
	if (program && step) {
		views.dispatch({
			type: 'select',
			selection: selectionOf(program, step.id),
		});
		views.dispatch({type: 'focus', page: 'source'});
	}
}
