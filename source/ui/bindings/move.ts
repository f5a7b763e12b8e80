import type {KeyBinding} from '../key-binding.js';

/** The keys that move through what is shown. */
export const moveBindings: readonly KeyBinding[] = [
	{
		command: 'right',
		keys: ['right', 'l'],
		label: 'right',
		description: 'Move what is visible to the right',
		group: 'Move',
		applies: (_, view) => view.focus === 'log',
	},
	{
		command: 'up',
		keys: ['up', 'k'],
		label: 'up',
		description: 'Select the line above; in a log, scroll',
		group: 'Move',
	},
	{
		command: 'down',
		keys: ['down', 'j'],
		label: 'down',
		description: 'Select the line below; in a log, scroll',
		group: 'Move',
	},
	{
		command: 'left',
		keys: ['left', 'h'],
		label: 'left',
		description: 'Fold the stage; in a pane, move back to the left',
		group: 'Move',
	},
	{
		command: 'right',
		keys: ['right'],
		label: 'right',
		description: 'Unfold the stage; in a pane, move to the right',
		group: 'Move',
	},
	{
		command: 'page-up',
		keys: ['pageup', 'ctrl-b'],
		label: 'page up',
		description: 'Move up by a page',
		group: 'Move',
	},
	{
		command: 'page-down',
		keys: ['pagedown', 'ctrl-f', 'space'],
		label: 'page down',
		description: 'Move down by a page',
		group: 'Move',
	},
	{
		command: 'first',
		keys: ['g', 'home'],
		label: 'first',
		description: 'Go to the beginning',
		group: 'Move',
	},
	{
		command: 'last',
		keys: ['G', 'end'],
		label: 'last',
		description: 'Go to the end; a log then follows what is printed',
		group: 'Move',
	},
	{
		command: 'open',
		keys: ['enter'],
		label: 'open',
		description: 'Open or fold a stage; on an instruction, show its log',
		group: 'Move',
	},
	{
		command: 'back',
		keys: ['escape'],
		label: 'back',
		description:
			'Close what is open, or go back to the stages, or to where the build is',
		group: 'Move',
	},
	{
		command: 'next-pane',
		keys: ['tab'],
		label: 'next pane',
		description: 'Go to the next pane',
		group: 'Move',
	},
	{
		command: 'previous-pane',
		keys: ['shift-tab'],
		label: 'previous pane',
		description: 'Go to the previous pane',
		group: 'Move',
	},
];
