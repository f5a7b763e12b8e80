import {whyNoBreakpoint, whyNoStep, whyNotPaused} from '../disabled-reasons.js';
import type {KeyBinding} from '../key-binding.js';

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
];
