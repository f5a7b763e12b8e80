import {positionOfStep} from '../../debugger/machine/positions.js';
import {UsageError} from '../../errors.js';
import type {ActionContext} from '../action-context.js';
import {selectedBreakpoint, selectionIn, stepOf} from '../place.js';

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

/** Begins to type a breakpoint. */
export function typeBreakpoint({views}: ActionContext): void {
	views.dispatch({
		type: 'type',
		typing: {purpose: 'breakpoint', text: '', problem: null},
	});
}

/** Sets a breakpoint by its text; when it names nothing, it stays there to be corrected. */
export function addBreakpoint(
	text: string,
	{store, views}: ActionContext,
): void {
	try {
		if (text.trim() !== '') {
			store.dispatch({type: 'set-breakpoint', text});
			views.dispatch({
				type: 'select-breakpoint',
				row: store.state.breakpoints.length - 1,
			});
		}

		views.dispatch({type: 'type', typing: null});
	} catch (error) {
		if (!(error instanceof UsageError)) {
			throw error;
		}

		views.dispatch({
			type: 'type',
			typing: {purpose: 'breakpoint', text, problem: error.message},
		});
	}
}

/** Switches the breakpoint that is selected in its pane off, or on again. */
export function switchBreakpoint({store, views}: ActionContext): void {
	const breakpoint = selectedBreakpoint(store.state, views.getView());
	if (breakpoint) {
		store.dispatch({
			type: 'enable-breakpoint',
			id: breakpoint.id,
			enabled: !breakpoint.enabled,
		});
	}
}

/** Removes the breakpoint that is selected in its pane. */
export function removeBreakpoint({store, views}: ActionContext): void {
	const breakpoint = selectedBreakpoint(store.state, views.getView());
	if (breakpoint) {
		store.dispatch({type: 'remove-breakpoint', id: breakpoint.id});
	}
}
