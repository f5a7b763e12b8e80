import type {DebuggerState} from '../debugger/state.js';
import {
	whyNoBreakpoint,
	whyNoShell,
	whyNoStep,
	whyNotPaused,
} from './disabled-reasons.js';
import type {ViewState} from './view-state.js';

/** Everything that a key can do. */
export type Command =
	| 'continue'
	| 'next'
	| 'end-of-stage'
	| 'breakpoint'
	| 'shell'
	| 'log'
	| 'search'
	| 'next-match'
	| 'previous-match'
	| 'up'
	| 'down'
	| 'left'
	| 'right'
	| 'page-up'
	| 'page-down'
	| 'first'
	| 'last'
	| 'open'
	| 'back'
	| 'next-pane'
	| 'previous-pane'
	| 'help'
	| 'redraw'
	| 'interrupt'
	| 'quit';

export type KeyGroup = 'Build' | 'Look' | 'Move' | 'Session';

/** One line of the key table. */
export type KeyBinding = {
	readonly command: Command;

	/** As `KeyParser` names them; the first one is shown. */
	readonly keys: readonly string[];

	/** A word or two for the key bar. */
	readonly label: string;

	/** For the help screen and the readme. */
	readonly description: string;

	readonly group: KeyGroup;

	/** How early it comes in the key bar; without it, it isn't shown there. */
	readonly rank?: number;

	/** Whether the keys mean this now; without it, they always do. The first binding that fits is taken. */
	applies?(state: DebuggerState, view: ViewState): boolean;

	/** @returns In one sentence why it can't be done now and what can, or `null` when it can. */
	disabledReason?(state: DebuggerState, view: ViewState): string | null;
};

/** All keys: what they do, where they are shown, and when they can't be used. */
export const keyTable: readonly KeyBinding[] = [
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
		label: 'breakpoint',
		description:
			'Set or clear a breakpoint before the selected instruction or stage',
		group: 'Build',
		rank: 4,
		disabledReason: whyNoBreakpoint,
	},
	{
		command: 'shell',
		keys: ['s'],
		label: 'shell',
		description:
			'Open a shell in what is selected; after a failure, where it failed',
		group: 'Look',
		rank: 5,
		disabledReason: whyNoShell,
	},
	{
		command: 'right',
		keys: ['right', 'l'],
		label: 'right',
		description: 'Move what is visible to the right',
		group: 'Move',
		applies: (_, view) => view.focus === 'log',
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
		command: 'search',
		keys: ['/'],
		label: 'search',
		description: 'Search in the log',
		group: 'Look',
		rank: 7,
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
	{
		command: 'help',
		keys: ['?'],
		label: 'help',
		description: 'Show or close this help',
		group: 'Session',
		rank: 8,
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
		rank: 9,
	},
];

/**
@param key - As `KeyParser` names it.
@returns What the key means now, or `undefined` when it means nothing.
*/
export function bindingOf(
	key: string,
	state: DebuggerState,
	view: ViewState,
): KeyBinding | undefined {
	return keyTable.find(
		binding =>
			binding.keys.includes(key) && (binding.applies?.(state, view) ?? true),
	);
}

/**
@param key - As `KeyParser` names it.
@returns As a person reads it: `Ctrl-C`, `PgUp`, `↑`.
*/
export function keyName(key: string, unicode: boolean): string {
	const arrow = unicode
		? {up: '↑', down: '↓', left: '←', right: '→'}[key]
		: undefined;
	const name = {pageup: 'PgUp', pagedown: 'PgDn', escape: 'Esc'}[key];
	return (
		arrow ??
		name ??
		(key.length === 1
			? key
			: key.replaceAll(/(?<=^|-)[a-z]/gv, letter => letter.toUpperCase()))
	);
}

function isSearching(_: DebuggerState, view: ViewState): boolean {
	return view.focus === 'log' && view.search !== null;
}
