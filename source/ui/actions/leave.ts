import {isReloading} from '../../debugger/machine/outcome.js';
import {runningRetrace} from '../../debugger/machine/look-into-failure.js';
import type {ActionContext} from '../action-context.js';

/** Ctrl-C: first what runs, then the session. */
export function interrupt(context: ActionContext, isMeant: boolean): void {
	const {store, views} = context;
	const {phase} = store.state;
	if (context.files.cancel() || context.diff.cancel()) {
		return;
	}

	const retrace = runningRetrace(store.state);
	if (isReloading(store.state) || (retrace && !retrace[1].isStopping)) {
		store.dispatch({type: 'interrupt'});
	} else if (phase.kind === 'running' && !phase.canceling) {
		store.dispatch({type: 'interrupt'});
		views.dispatch({
			type: 'message',
			message: {kind: 'note', text: 'Canceling what runs; Ctrl-C again quits.'},
		});
	} else if (phase.kind === 'finishing' && !isMeant) {
		views.dispatch({
			type: 'ask',
			command: 'interrupt',
			text: 'The image is being exported; Ctrl-C again quits without it.',
		});
	} else {
		context.leave('interrupted');
	}
}

/** While something runs, only when it is meant. */
export function quit(context: ActionContext, isMeant: boolean): void {
	const {phase} = context.store.state;
	if (isMeant || (phase.kind !== 'running' && phase.kind !== 'finishing')) {
		context.leave('quit');
	} else {
		context.views.dispatch({
			type: 'ask',
			command: 'quit',
			text: 'The build is still running: q again cancels it and quits.',
		});
	}
}
