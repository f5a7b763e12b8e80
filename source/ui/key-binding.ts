import type {DebuggerState} from '../debugger/machine/state.js';
import type {Command} from './command.js';
import type {ViewState} from './view-state.js';

export type KeyGroup = 'Build' | 'Look' | 'Files' | 'Move' | 'Session';

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

	/** How early it comes in the key bar, which may depend on what is shown; without it, it isn't shown there. */
	readonly rank?: number | ((view: ViewState, state: DebuggerState) => number);

	/** Whether the keys mean this now; without it, they always do. The first binding that fits is taken. */
	applies?(state: DebuggerState, view: ViewState): boolean;

	/** @returns In one sentence why it can't be done now and what can, or `null` when it can. */
	disabledReason?(state: DebuggerState, view: ViewState): string | null;
};
