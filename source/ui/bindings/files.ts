import {whyNoFiles, whyNothingToCompare} from '../disabled-reasons.js';
import type {KeyBinding} from '../key-binding.js';
import type {ViewState} from '../view-state.js';

/** The keys that look at files. */
export const fileBindings: readonly KeyBinding[] = [
	{
		command: 'files',
		keys: ['f'],
		label: 'files',
		description:
			'Show the files of what is selected; after a failure, those it left behind',
		group: 'Files',
		rank: 7,
		disabledReason: whyNoFiles,
	},
	{
		command: 'diff',
		keys: ['d'],
		label: 'diff',
		description:
			'Show what differs around what is selected; again, the next pair',
		group: 'Files',
		rank: 7,
		disabledReason: whyNothingToCompare,
	},
	{
		command: 'kind',
		keys: ['/'],
		label: 'kind',
		description: 'In the diff, show only what was added, removed or changed',
		group: 'Files',
		rank: 0,
		applies: isInDiff,
	},
	{
		command: 'filter',
		keys: ['/'],
		label: 'filter',
		description:
			'In the files, show only names with a text or like a glob; in one, search',
		group: 'Files',
		rank: 0,
		applies: isInFiles,
	},
	{
		command: 'sort',
		keys: ['o'],
		label: 'order',
		description: 'In the files and the diff, order by size or by name',
		group: 'Files',
		rank: 0,
		applies: (state, view) => isInFiles(state, view) || isInDiff(state, view),
	},
	{
		command: 'copy-out',
		keys: ['x'],
		label: 'copy out',
		description: 'Copy the selected file into the current folder',
		group: 'Files',
		rank: 0,
		applies: isInFiles,
	},
];

function isInFiles(_: unknown, view: ViewState): boolean {
	return view.focus === 'files';
}

function isInDiff(_: unknown, view: ViewState): boolean {
	return view.focus === 'diff';
}
