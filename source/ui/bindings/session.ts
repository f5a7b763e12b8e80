import type {KeyBinding} from '../key-binding.js';

/** The keys of the session itself. */
export const sessionBindings: readonly KeyBinding[] = [
	{
		command: 'help',
		keys: ['?'],
		label: 'help',
		description: 'Show or close this help',
		group: 'Session',
		rank: 98,
	},
	{
		command: 'redraw',
		keys: ['ctrl-l'],
		label: 'redraw',
		description: 'Draw the screen anew',
		group: 'Session',
	},
	{
		command: 'interrupt',
		keys: ['ctrl-c'],
		label: 'cancel',
		description: 'Cancel what runs and pause; when nothing runs, quit',
		group: 'Session',
	},
	{
		command: 'quit',
		keys: ['q'],
		label: 'quit',
		description: 'Quit; while something runs, press it twice',
		group: 'Session',
		rank: 99,
	},
];
