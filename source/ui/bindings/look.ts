import {
	whyNoOutcome,
	whyNoShell,
	whyNoWarnings,
	whyNotInto,
	whyNothingEarlier,
	whyNothingLater,
} from '../disabled-reasons.js';
import type {KeyBinding} from '../key-binding.js';
import {sourceOfFailure} from '../shell-point.js';
import type {ViewState} from '../view-state.js';

/** The keys that look into the build. */
export const lookBindings: readonly KeyBinding[] = [
	{
		command: 'shell',
		keys: ['s'],
		label: 'shell',
		description:
			'Open a shell in what is selected; after a failure, where it failed',
		group: 'Look',
		rank: (_, {phase}) => (phase.kind === 'failed' ? 0 : 5),
		disabledReason: whyNoShell,
	},
	{
		command: 'source-shell',
		keys: ['C'],
		label: 'shell in source',
		description:
			'After a failed COPY or ADD, open a shell in what it looked in',
		group: 'Look',
		rank: 0,
		applies: state => sourceOfFailure(state) !== null,
	},
	{
		command: 'fresh-shell',
		keys: ['S'],
		label: 'fresh shell',
		description:
			'Open a fresh shell there, without the changes of the last one',
		group: 'Look',
		disabledReason: whyNoShell,
	},
	{
		command: 'outcome',
		keys: ['o'],
		label: 'outcome',
		description: 'Show how the build ended: the failure, or what was built',
		group: 'Look',
		disabledReason: whyNoOutcome,
	},
	{
		command: 'source',
		keys: ['D'],
		label: 'source',
		description: 'Show the Dockerfile',
		group: 'Look',
	},
	{
		command: 'log',
		keys: ['l'],
		label: 'log',
		description: 'Show the log of what is selected',
		group: 'Look',
		rank: 6,
	},
	{
		command: 'variables',
		keys: ['v'],
		label: 'variables',
		description: 'Show the variables and settings after what is selected',
		group: 'Look',
		rank: 8,
	},
	{
		command: 'breakpoints',
		keys: ['B'],
		label: 'breakpoints',
		description: 'Show the breakpoints',
		group: 'Look',
		rank: 12,
	},
	{
		command: 'warnings',
		keys: ['W'],
		label: 'warnings',
		description: 'Show what the builder and mstage warn of',
		group: 'Look',
		disabledReason: whyNoWarnings,
	},
	{
		command: 'builders',
		keys: ['V'],
		label: 'builders',
		description:
			'Show what each of the two builders runs for the target, and how long',
		group: 'Look',
		rank: 15,
	},
	{
		command: 'next-failure',
		keys: ['F'],
		label: 'next failure',
		description: 'Show the next failure, where several instructions failed',
		group: 'Look',
		rank: 0,
		applies: state => state.failures.length > 1,
		disabledReason: whyNoOutcome,
	},
	{
		command: 'into',
		keys: ['i'],
		label: 'into',
		description: 'Go into the stage that COPY --from, a mount or FROM reads',
		group: 'Look',
		disabledReason: whyNotInto,
	},
	{
		command: 'earlier',
		keys: ['['],
		label: 'back',
		description: 'Go back to what was reached before; nothing is run again',
		group: 'Look',
		disabledReason: whyNothingEarlier,
	},
	{
		command: 'later',
		keys: [']'],
		label: 'forward',
		description: 'Go forward to what was reached next, up to the build',
		group: 'Look',
		disabledReason: whyNothingLater,
	},
	{
		command: 'search',
		keys: ['/'],
		label: 'search',
		description: 'Search in the log',
		group: 'Look',
		rank: 11,
	},
	{
		command: 'filter',
		keys: ['/'],
		label: 'filter',
		description: 'In the variables, show only those that contain a text',
		group: 'Look',
		rank: 0,
		applies: (_, view) => view.focus === 'variables',
	},
	{
		command: 'next-match',
		keys: ['enter', ']'],
		label: 'next match',
		description: 'Go to the next match',
		group: 'Look',
		applies: isSearching,
	},
	{
		command: 'previous-match',
		keys: ['['],
		label: 'previous match',
		description: 'Go to the previous match',
		group: 'Look',
		applies: isSearching,
	},
];

function isSearching(_: unknown, view: ViewState): boolean {
	return view.focus === 'log' && view.search !== null;
}
