import {
	whyNoFiles,
	whyNoLeft,
	whyNoPair,
	whyNoPath,
	whyNoWhere,
	whyNothingToCompare,
} from '../disabled-reasons.js';
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
		command: 'left-behind',
		keys: ['L'],
		label: 'left behind',
		description:
			'Show what stays behind in stages, and what final has too much',
		group: 'Files',
		rank: 8,
		disabledReason: whyNoLeft,
	},
	{
		command: 'where-from',
		keys: ['w'],
		label: 'where from',
		description: 'Show where the selected file came from, and where it went',
		group: 'Files',
		rank: ({focus}) => (hasSelectedFile(focus) ? 0 : 8),
		disabledReason: whyNoWhere,
	},
	{
		command: 'path',
		keys: ['/'],
		label: 'path',
		description: 'In From, type the path of a file to follow',
		group: 'Files',
		rank: 0,
		applies: (_, view) => view.focus === 'where-from',
		disabledReason: whyNoWhere,
	},
	{
		command: 'diff-step',
		keys: ['1'],
		label: 'step',
		description: 'In the diff, compare an instruction with what was before it',
		group: 'Files',
		applies: isInDiff,
		disabledReason: whyNoPair('step'),
	},
	{
		command: 'diff-final',
		keys: ['2'],
		label: 'final',
		description: 'In the diff, compare the stage with the final image',
		group: 'Files',
		applies: isInDiff,
		disabledReason: whyNoPair('final'),
	},
	{
		command: 'diff-base',
		keys: ['3'],
		label: 'base',
		description: 'In the diff, compare with what the stage starts from',
		group: 'Files',
		applies: isInDiff,
		disabledReason: whyNoPair('base'),
	},
	{
		command: 'diff-last',
		keys: ['4'],
		label: 'last session',
		description: 'In the diff, compare with what it was in the last session',
		group: 'Files',
		applies: isInDiff,
		disabledReason: whyNoPair('last'),
	},
	{
		command: 'diff-points',
		keys: ['5'],
		label: 'points',
		description: 'In the diff, type two points or images to compare',
		group: 'Files',
		applies: isInDiff,
		disabledReason: state => whyNoPath(state),
	},
	{
		command: 'kind',
		keys: ['K'],
		label: 'kind',
		description:
			'In the diff, show only what was added, removed, shipped or changed',
		group: 'Files',
		rank: 0,
		applies: isInDiff,
	},
	{
		command: 'filter',
		keys: ['/'],
		label: 'filter',
		description:
			'In files or a diff, show only names like a text or glob; in a file, search',
		group: 'Files',
		rank: 0,
		applies: (state, view) =>
			isInFiles(state, view) || (isInDiff(state, view) && !view.diff.file),
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
		description: 'Copy the selected file or directory into the current folder',
		group: 'Files',
		rank: 0,
		applies: isInFiles,
	},
];

function hasSelectedFile(focus: ViewState['focus']): boolean {
	return ['files', 'diff', 'left-behind'].includes(focus);
}

function isInFiles(_: unknown, view: ViewState): boolean {
	return view.focus === 'files';
}

function isInDiff(_: unknown, view: ViewState): boolean {
	return view.focus === 'diff';
}
