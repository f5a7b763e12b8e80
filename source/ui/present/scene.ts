import type {StepLog} from '../../debugger/session/log.js';
import type {DebuggerView} from '../../debugger/session/news.js';
import type {ViewState} from '../view-state.js';
import type {Row, Segment} from './row.js';
import type {Theme} from './theme.js';

/** Everything that a frame is drawn from. */
export type Scene = {
	readonly session: DebuggerView;
	readonly view: ViewState;
	readonly theme: Theme;

	/** Milliseconds since 1970. */
	readonly now: number;
	readonly logOf: (step: number) => StepLog;
};

/** What stands in a pane: its rows, and what its borders say. */
export type PaneContent = {
	readonly rows: readonly Row[];

	/** At the right of the upper border: what is shown. */
	readonly label: string;

	/** At the right of the lower border: which part of it. */
	readonly position: string;
};

/** @returns The place of a spinner. */
export function spinner(theme: Theme): Segment {
	return {text: theme.signs.running, style: 'accent', spinner: true};
}
