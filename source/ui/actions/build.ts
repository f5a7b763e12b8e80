import {positionOfStep} from '../../debugger/positions.js';
import type {ActionContext} from '../action-context.js';
import {selectionIn, stepOf} from '../place.js';
import {shellPoint} from '../shell-point.js';
import type {Action} from './action.js';

/** Who lets the build go on wants to see where it goes. */
export function go(type: 'continue' | 'next' | 'end-of-stage'): Action {
	return ({store, views}) => {
		views.dispatch({type: 'follow'});
		store.dispatch({type});
	};
}

/** Lends the terminal to a shell in what is selected. */
export function openShell(context: ActionContext): void {
	const {state} = context.store;
	const point = shellPoint(state, selectionIn(state, context.views.getView()));
	if ('kind' in point) {
		context.lend(point);
	}
}

/** Sets or clears a breakpoint before what is selected. */
export function toggleBreakpoint({store, views}: ActionContext): void {
	const {program, positions} = store.state;
	const selection = selectionIn(store.state, views.getView());
	if (program && selection) {
		store.dispatch({
			type: 'toggle-breakpoint',
			position: positionOfStep(positions, stepOf(program, selection)),
		});
	}
}
