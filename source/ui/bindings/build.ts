import {
	whyNoBreakpoint,
	whyNoBreakpointAtAll,
	whyNoProgram,
	whyNoRerun,
	whyNoRetrace,
	whyNoStep,
	whyNotPaused,
	whyNotReloadable,
} from '../disabled-reasons.js';
import type {KeyBinding} from '../key-binding.js';
import type {ViewState} from '../view-state.js';

/** The keys that make the build go on, stop or change. */
export const buildBindings: readonly KeyBinding[] = [
	{
		command: 'continue',
		keys: ['c'],
		label: 'continue',
		description: 'Continue to the next pause; at the end, finish the build',
		group: 'Build',
		rank: 1,
		disabledReason: state => whyNotPaused(state),
	},
	{
		command: 'next',
		keys: ['n'],
		label: 'next',
		description: 'Run the next instruction',
		group: 'Build',
		rank: 2,
		disabledReason: whyNoStep,
	},
	{
		command: 'end-of-stage',
		keys: ['e'],
		label: 'end of stage',
		description: 'Run to the end of this stage',
		group: 'Build',
		rank: 3,
		disabledReason: whyNoStep,
	},
	{
		command: 'breakpoint',
		keys: ['b'],
		label: 'break',
		description:
			'Set or clear a breakpoint before the selected instruction or stage',
		group: 'Build',
		rank: 4,
		disabledReason: whyNoBreakpoint,
	},
	{
		command: 'edit',
		keys: ['E'],
		label: 'edit',
		description: 'Edit the Dockerfile at the selected line, and reload',
		group: 'Build',
		rank: 9,
		disabledReason: whyNotReloadable,
	},
	{
		command: 'reload',
		keys: ['r'],
		label: 'reload',
		description: 'Load the build again; what is unchanged stays done',
		group: 'Build',
		rank: 10,
		disabledReason: whyNotReloadable,
	},
	{
		command: 'rerun',
		keys: ['R'],
		label: 'rerun',
		description: 'Run the selected instruction again, without the cache',
		group: 'Build',
		rank: 13,
		disabledReason: whyNoRerun,
	},
	{
		command: 'rerun-onward',
		keys: ['ctrl-r'],
		label: 'rerun onward',
		description: 'Run it and all that builds on it again, without the cache',
		group: 'Build',
		disabledReason: whyNoRerun,
	},
	{
		command: 'retrace',
		keys: ['t'],
		label: 'retrace',
		description:
			'Run a failed RUN again in a container of its own, and tell which part fails',
		group: 'Build',
		rank: 7,
		applies: ({phase}) => phase.kind === 'failed',
		disabledReason: whyNoRetrace,
	},
	{
		command: 'policy',
		keys: ['p'],
		label: 'pauses',
		description:
			'Pause before each stage, each instruction, or only at failures',
		group: 'Build',
		rank: 14,
	},
	{
		command: 'add-breakpoint',
		keys: ['a'],
		label: 'add',
		description: 'In the breakpoints, add one by its text, as --break takes it',
		group: 'Build',
		rank: 0,
		applies: isInBreakpoints,
		disabledReason: whyNoProgram,
	},
	{
		command: 'switch-breakpoint',
		keys: ['enter', 'space'],
		label: 'switch',
		description: 'In the breakpoints, switch one off or on',
		group: 'Build',
		rank: 0,
		applies: isInBreakpoints,
		disabledReason: whyNoBreakpointAtAll,
	},
	{
		command: 'remove-breakpoint',
		keys: ['x', 'd', 'delete'],
		label: 'remove',
		description: 'In the breakpoints, remove one',
		group: 'Build',
		rank: 0,
		applies: isInBreakpoints,
		disabledReason: whyNoBreakpointAtAll,
	},
];

function isInBreakpoints(_: unknown, view: ViewState): boolean {
	return view.focus === 'breakpoints';
}
