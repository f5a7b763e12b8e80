import type {TerminalSize} from '../engine/port.js';
import {isSingle} from './present/layout.js';

/** What is selected in the stage tree. A stage's row stands for its FROM. */
export type Selection =
	| {readonly kind: 'stage'; readonly stage: number}
	| {readonly kind: 'step'; readonly step: number};

/** What the right side can show. `outcome` is there only once there is one: a failure, or a finished build. */
export type PaneName = 'outcome' | 'source' | 'log';

/** What the arrow keys move in. */
export type Page = 'stages' | PaneName;

export type Message = {
	readonly kind: 'note' | 'problem';
	readonly text: string;
};

/** A search in the log. */
export type Search = {
	readonly text: string;

	/** Whether it is being typed. */
	readonly editing: boolean;
};

/** What the screen shows, the debug session itself apart. */
export type ViewState = {
	readonly size: TerminalSize;

	/** `null` follows the build. */
	readonly selection: Selection | null;

	/** By a stage's index: whether the user opened or folded it. The others are open while the build stands in them. */
	readonly folds: Readonly<Record<number, boolean>>;

	readonly focus: Page;
	readonly pane: PaneName;

	/** The first visible line of the source, or `null`: the selection is in sight. */
	readonly sourceTop: number | null;
	readonly sourceLeft: number;

	/** The first visible line of the log of `step`; any other log follows its tail. */
	readonly logTop: {readonly step: number; readonly line: number} | null;
	readonly logLeft: number;
	readonly search: Search | null;

	/** The line that the search found last. */
	readonly match: {readonly step: number; readonly line: number} | null;

	/** The first visible line of the help, or `null` while it is closed. */
	readonly helpTop: number | null;

	/** Shown until the next key. */
	readonly message: Message | null;

	/** What is under way besides the build and keeps the keys from acting: `opening a shell in builder:3`. */
	readonly busy: string | null;

	/** Whether `q` was pressed while something runs. */
	readonly askedToQuit: boolean;
};

export type ViewAction =
	| {readonly type: 'resize'; readonly size: TerminalSize}
	| {readonly type: 'select'; readonly selection: Selection}
	/** The selection goes where the build is. */
	| {readonly type: 'follow'}
	| {readonly type: 'fold'; readonly stage: number; readonly open: boolean}
	| {readonly type: 'focus'; readonly page: Page}
	/** Shows how the build ended. */
	| {readonly type: 'ended'}
	| {readonly type: 'scroll-source'; readonly top: number}
	| {
			readonly type: 'scroll-log';
			readonly step: number;
			readonly line: number | null;
	  }
	/** Moves what is visible by that many cells to the right. */
	| {readonly type: 'shift'; readonly cells: number}
	| {readonly type: 'search'; readonly search: Search | null}
	| {readonly type: 'found'; readonly step: number; readonly line: number}
	| {readonly type: 'help'; readonly top: number | null}
	| {readonly type: 'message'; readonly message: Message | null}
	| {readonly type: 'busy'; readonly text: string | null}
	| {readonly type: 'ask-to-quit'; readonly message: Message};

/** @returns The view of a screen that has just been opened. */
export function initialView(size: TerminalSize): ViewState {
	return {
		size,
		selection: null,
		folds: {},
		focus: 'stages',
		pane: 'source',
		sourceTop: null,
		sourceLeft: 0,
		logTop: null,
		logLeft: 0,
		search: null,
		match: null,
		helpTop: null,
		message: null,
		busy: null,
		askedToQuit: false,
	};
}

/** @returns The view after the action; pure. */
export function reduceView(view: ViewState, action: ViewAction): ViewState {
	switch (action.type) {
		case 'resize': {
			return {...view, size: action.size};
		}

		case 'select': {
			return {
				...view,
				selection: action.selection,
				sourceTop: null,
				logTop: null,
				logLeft: 0,
			};
		}

		case 'follow': {
			return {
				...view,
				selection: null,
				sourceTop: null,
				logTop: null,
				logLeft: 0,
			};
		}

		case 'fold': {
			return {...view, folds: {...view.folds, [action.stage]: action.open}};
		}

		case 'focus': {
			return {
				...view,
				focus: action.page,
				pane: action.page === 'stages' ? view.pane : action.page,
			};
		}

		case 'ended': {
			return showOutcome(view);
		}

		case 'scroll-source': {
			return {...view, sourceTop: action.top};
		}

		case 'scroll-log': {
			return {
				...view,
				logTop:
					action.line === null ? null : {step: action.step, line: action.line},
			};
		}

		case 'shift': {
			return shift(view, action.cells);
		}

		case 'search': {
			return {...view, search: action.search, match: null};
		}

		case 'found': {
			const {step, line} = action;
			return {...view, match: {step, line}, logTop: {step, line}};
		}

		case 'help': {
			return {...view, helpTop: action.top};
		}

		case 'message': {
			return {...view, message: action.message, askedToQuit: false};
		}

		case 'busy': {
			return {...view, busy: action.text};
		}

		case 'ask-to-quit': {
			return {...view, message: action.message, askedToQuit: true};
		}
	}
}

/** Where only one page fits, the outcome is worth more than the stages. */
function showOutcome(view: ViewState): ViewState {
	return {
		...reduceView(view, {type: 'follow'}),
		pane: 'outcome',
		focus:
			view.focus === 'stages' && !isSingle(view.size) ? 'stages' : 'outcome',
		helpTop: null,
	};
}

function shift(view: ViewState, cells: number): ViewState {
	return view.pane === 'log'
		? {...view, logLeft: Math.max(0, view.logLeft + cells)}
		: {...view, sourceLeft: Math.max(0, view.sourceLeft + cells)};
}
