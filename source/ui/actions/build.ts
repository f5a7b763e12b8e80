import {runningRetrace} from '../../debugger/machine/look-into-failure.js';
import {rerunNote} from '../../report/rerun-note.js';
import {dependentsOf} from '../../debugger/machine/dependents.js';
import {
	policyText,
	type PausePolicy,
} from '../../debugger/machine/pause-policy.js';
import type {DebuggerState} from '../../debugger/machine/state.js';
import type {ActionContext} from '../action-context.js';
import {editedLine, isReached, selectionIn, stepOf} from '../place.js';
import {shellPoint, sourceOfFailure} from '../shell-point.js';
import type {Action} from './action.js';

/** How many other instructions may have to be run again without asking. */
const fewSteps = 3;

const policies: readonly PausePolicy[] = ['stage', 'instruction', 'error'];

/** Who lets the build go on wants to see where it goes. */
export function go(type: 'continue' | 'next' | 'end-of-stage'): Action {
	return ({store, views}) => {
		views.dispatch({type: 'follow'});
		store.dispatch({type});
	};
}

/**
Lends the terminal to a shell in what is selected, or whose files are shown: the last one of that point again, or a fresh
one.
*/
export function openShell(fresh: boolean): Action {
	return context => {
		const {state} = context.store;
		const {focus, files} = context.views.getView();
		const selection = selectionIn(state, context.views.getView());
		const point =
			focus === 'files' && files.point
				? files.point
				: shellPoint(state, selection);
		if ('kind' in point) {
			context.lend(point, {fresh});
		}
	};
}

/** Lends the terminal to a shell in what a failed COPY or ADD looked in. */
export function openSourceShell({store, lend}: ActionContext): void {
	const point = sourceOfFailure(store.state);
	if (point) {
		lend(point, {fresh: false});
	}
}

/** Runs what is selected again without cache; asks first when that throws much away. */
export function rerun(onward: boolean): Action {
	return ({store, views}, isMeant) => {
		const {state} = store;
		const selection = selectionIn(state, views.getView());
		if (!state.program || !selection) {
			return;
		}

		const step = stepOf(state.program, selection);
		const others = doneAgain(state, step) - 1;
		if (others > fewSteps && !isMeant) {
			views.dispatch({
				type: 'ask',
				command: onward ? 'rerun-onward' : 'rerun',
				text: onward
					? `${others + 1} instructions that are done run again without the cache: Ctrl-R again does it.`
					: `${others} instructions that build on it have to be done again, too: R again does it.`,
			});
			return;
		}

		views.dispatch({type: 'follow'});
		store.dispatch({type: 'rerun', step, onward});
		const text = rerunNote(state.engine);
		if (text !== null && store.state !== state) {
			views.dispatch({type: 'message', message: {kind: 'note', text}});
		}
	};
}

/** How many of the instructions that are done and build on a step, itself included, run. */
function doneAgain({program, steps}: DebuggerState, step: number): number {
	return [...dependentsOf(program!, step)].filter(
		id => program!.steps[id]!.executes && isReached(steps[id]),
	).length;
}

/** Loads the build again. */
export function reload({store}: ActionContext): void {
	store.dispatch({type: 'reload'});
}

/** Opens the Dockerfile in the user's editor. */
export function edit({store, views, edit: open}: ActionContext): void {
	open(editedLine(store.state, views.getView()));
}

/** Goes on to the next policy, and says what it means. */
export function changePolicy({store, views}: ActionContext): void {
	const policy =
		policies[(policies.indexOf(store.state.policy) + 1) % policies.length]!;
	store.dispatch({type: 'set-policy', policy});
	views.dispatch({
		type: 'message',
		message: {
			kind: 'note',
			text: `From now on the build pauses ${policyText(policy)}.`,
		},
	});
}

/** Shows the failure after the one that is shown; behind the last is the first. */
export function nextFailure({store, views}: ActionContext): void {
	const {phase, failures} = store.state;
	if (phase.kind === 'failed') {
		store.dispatch({
			type: 'select-failure',
			index: (failures.indexOf(phase.failure) + 1) % failures.length,
		});
		views.dispatch({type: 'ended'});
	}
}

/** Runs the failed command again, or stops that; what is shown of the failure tells what comes of it. */
export const retrace: Action = ({store}) => {
	const {phase} = store.state;
	if (runningRetrace(store.state)) {
		store.dispatch({type: 'interrupt'});
	} else if (phase.kind === 'failed' && phase.failure.step !== null) {
		store.dispatch({
			type: 'retrace',
			step: phase.failure.step,
			at: Date.now(),
		});
	}
};
