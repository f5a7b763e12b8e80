import type {DebuggerState, StepState} from '../../debugger/machine/state.js';
import {isReached} from '../place.js';
import type {Segment} from './row.js';
import {formatSeconds} from './format.js';
import {spinner} from './scene.js';
import type {Theme} from './theme.js';

/** @returns The sign of a step's state, one cell wide. */
export function stepSign(step: StepState, theme: Theme): Segment {
	switch (step.kind) {
		case 'pending': {
			return {text: theme.signs.pending, style: 'faint'};
		}

		case 'running': {
			return spinner(theme);
		}

		case 'cached':
		case 'done': {
			return {text: theme.signs.done, style: 'good'};
		}

		case 'failed': {
			return {text: theme.signs.failed, style: 'bad'};
		}

		case 'skipped': {
			return {text: theme.signs.skipped, style: 'faint'};
		}
	}
}

/**
@param now - Milliseconds since 1970.
@returns How long the step took or has been running, `cached`, or nothing.
*/
export function stepTime(step: StepState, now: number): string {
	switch (step.kind) {
		case 'running': {
			return formatSeconds((now - step.since) / 1000);
		}

		case 'cached': {
			return 'cached';
		}

		case 'done':
		case 'failed': {
			return step.seconds === null ? '' : formatSeconds(step.seconds);
		}

		case 'pending':
		case 'skipped': {
			return '';
		}
	}
}

/** @returns The sign of a stage's state, one cell wide: what matters most of its steps. */
export function stageSign(
	state: DebuggerState,
	stage: number,
	theme: Theme,
): Segment {
	const steps = state.program!.stages[stage]!.steps.map(
		step => state.steps[step]!,
	);
	const standing =
		state.phase.kind === 'paused' &&
		state.positions[state.cursor]!.stage === stage;
	const telling =
		steps.find(step => step.kind === 'failed') ??
		steps.find(step => step.kind === 'running') ??
		steps.find(step => !isReached(step)) ??
		steps[0]!;
	return standing && telling.kind === 'pending'
		? {text: theme.signs.paused, style: 'accent'}
		: stepSign(telling, theme);
}

/** @returns Whether the step has changed since the build was loaded before, and was not run since. */
export function isChanged(
	{reload, steps}: DebuggerState,
	step: number,
): boolean {
	return !isReached(steps[step]) && (reload?.changed.includes(step) ?? false);
}
