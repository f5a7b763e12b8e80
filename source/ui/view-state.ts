import type {BuilderName, KeptTimes} from '../debugger/memory/project-cache.js';
import type {TerminalSize} from '../engine/port.js';
import type {Command} from './command.js';
import {type DiffView, noDiff} from './files/diff-view.js';
import {type FilesView, noFiles} from './files/files-view.js';
import {type LeftView, noLeft} from './files/left-view.js';
import {type WhereView, noWhere} from './files/where-view.js';
import {isSingle} from './present/layout.js';

/** What is selected in the stage tree. A stage's row stands for its FROM. */
export type Selection =
	| {readonly kind: 'stage'; readonly stage: number}
	| {readonly kind: 'step'; readonly step: number};

/** What the right side can show. `outcome` is there only once there is one: a failure, or a finished build. */
export type PaneName =
	| 'outcome'
	| 'source'
	| 'log'
	| 'files'
	| 'diff'
	| 'left-behind'
	| 'where-from'
	| 'variables'
	| 'breakpoints'
	| 'warnings'
	| 'builders';

/** What the arrow keys move in. */
export type Page = 'stages' | PaneName;

export type Message = {
	readonly kind: 'note' | 'problem';
	readonly text: string;
};

/** A line that is being typed at the bottom of the screen. */
export type Typing = {
	/**
	What it will be: a search in the log or in a file, what the variables or the names of files are filtered by, a new
	breakpoint, the path of a file to follow, or two points to compare.
	*/
	readonly purpose:
		| 'search'
		| 'filter'
		| 'breakpoint'
		| 'file-filter'
		| 'diff-filter'
		| 'file-search'
		| 'where-path'
		| 'diff-points';
	readonly text: string;

	/** What was wrong with it when Enter was pressed, in one sentence. */
	readonly problem: string | null;
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

	/** The first visible line of the log of `step`; any other log follows its tail. */
	readonly logTop: {readonly step: number; readonly line: number} | null;

	/** The first visible row of the panes that scroll as a whole; without an entry, the first one. */
	readonly tops: Readonly<Partial<Record<PaneName, number>>>;

	/** How many cells a pane is moved to the right; without an entry, none. */
	readonly lefts: Readonly<Partial<Record<PaneName, number>>>;

	/** Which of the breakpoints is selected. */
	readonly breakpointRow: number;

	/** Which of the warnings is selected, in the order of their lines. */
	readonly warningRow: number;

	/** When earlier sessions looked at the files of points, by the point's name, in milliseconds since 1970. */
	readonly earlier: ReadonlyMap<string, number>;

	/** How long instructions took in earlier sessions, by the builder. */
	readonly times: ReadonlyMap<BuilderName, KeptTimes>;

	readonly files: FilesView;
	readonly diff: DiffView;
	readonly leftBehind: LeftView;
	readonly whereFrom: WhereView;

	readonly typing: Typing | null;

	/** What is searched for in the log. */
	readonly search: string | null;

	/** What the name or the value of a variable has to contain; empty for all of them. */
	readonly filter: string;

	/** The line that the Dockerfile's error is about, or `null` when it isn't known. */
	readonly faultyLine: string | null;

	/** The line that the search found last. */
	readonly match: {readonly step: number; readonly line: number} | null;

	/** The first visible line of the help, or `null` while it is closed. */
	readonly helpTop: number | null;

	/** Shown until the next key. */
	readonly message: Message | null;

	/** What is under way besides the build and keeps the keys from acting: `opening a shell in builder:3`. */
	readonly busy: string | null;

	/** The command whose key does it only when it is pressed again at once. */
	readonly asked: Command | null;
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
	/** Brings a pane to the front; what has the focus keeps it where there is room for both. */
	| {readonly type: 'show'; readonly pane: PaneName}
	| {readonly type: 'scroll-source'; readonly top: number}
	| {
			readonly type: 'scroll-log';
			readonly step: number;
			readonly line: number | null;
	  }
	/** Scrolls a pane that scrolls as a whole. */
	| {readonly type: 'scroll'; readonly pane: PaneName; readonly top: number}
	/** Moves what is visible by that many cells to the right. */
	| {readonly type: 'shift'; readonly cells: number}
	| {readonly type: 'select-breakpoint'; readonly row: number}
	| {readonly type: 'select-warning'; readonly row: number}
	| {readonly type: 'files'; readonly files: FilesView}
	| {readonly type: 'diff'; readonly diff: DiffView}
	| {readonly type: 'left-behind'; readonly leftBehind: LeftView}
	| {readonly type: 'where-from'; readonly whereFrom: WhereView}
	| {readonly type: 'type'; readonly typing: Typing | null}
	| {readonly type: 'search'; readonly text: string | null}
	| {readonly type: 'filter'; readonly text: string}
	| {readonly type: 'faulty-line'; readonly text: string | null}
	| {readonly type: 'found'; readonly step: number; readonly line: number}
	| {readonly type: 'help'; readonly top: number | null}
	| {readonly type: 'message'; readonly message: Message | null}
	| {readonly type: 'busy'; readonly text: string | null}
	/** Asks whether a command is meant: its key again says yes, any other no. */
	| {
			readonly type: 'ask';
			readonly command: Command;
			readonly text: string;
	  };

/** @returns The view of a screen that has just been opened. */
export function initialView(
	size: TerminalSize,
	{
		earlier = new Map(),
		times = new Map(),
	}: Partial<Pick<ViewState, 'earlier' | 'times'>> = {},
): ViewState {
	return {
		size,
		selection: null,
		folds: {},
		focus: 'stages',
		pane: 'source',
		sourceTop: null,
		logTop: null,
		tops: {},
		lefts: {},
		breakpointRow: 0,
		warningRow: 0,
		earlier,
		times,
		files: noFiles,
		diff: noDiff,
		leftBehind: noLeft,
		whereFrom: noWhere,
		typing: null,
		search: null,
		filter: '',
		faultyLine: null,
		match: null,
		helpTop: null,
		message: null,
		busy: null,
		asked: null,
	};
}

/** @returns The view after the action; pure. */
export function reduceView(view: ViewState, action: ViewAction): ViewState {
	// Each reducer takes the actions of its own type: the compiler can't follow that.
	const reduce = reducers[action.type] as (
		view: ViewState,
		action: ViewAction,
	) => ViewState;
	return reduce(view, action);
}

const reducers: {
	readonly [Type in ViewAction['type']]: (
		view: ViewState,
		action: Extract<ViewAction, {readonly type: Type}>,
	) => ViewState;
} = {
	resize(view, action) {
		return {...view, size: action.size};
	},
	select(view, action) {
		return moveTo(view, action.selection);
	},
	follow(view) {
		return moveTo(view, null);
	},
	fold(view, action) {
		return {...view, folds: {...view.folds, [action.stage]: action.open}};
	},
	focus(view, action) {
		return {
			...view,
			focus: action.page,
			pane: action.page === 'stages' ? view.pane : action.page,
		};
	},
	ended(view) {
		return {
			...show(moveTo(view, null), 'outcome'),
			tops: {...view.tops, outcome: 0},
			helpTop: null,
		};
	},
	show(view, action) {
		return show(view, action.pane);
	},
	'scroll-source'(view, action) {
		return {...view, sourceTop: action.top};
	},
	'scroll-log'(view, action) {
		return {
			...view,
			logTop:
				action.line === null ? null : {step: action.step, line: action.line},
		};
	},
	scroll(view, action) {
		return {...view, tops: {...view.tops, [action.pane]: action.top}};
	},
	shift(view, action) {
		return shift(view, action.cells);
	},
	'select-breakpoint'(view, action) {
		return {...view, breakpointRow: action.row};
	},
	'select-warning'(view, action) {
		return {...view, warningRow: action.row};
	},
	files(view, action) {
		return {...view, files: action.files};
	},
	diff(view, action) {
		return {...view, diff: action.diff};
	},
	'left-behind'(view, action) {
		return {...view, leftBehind: action.leftBehind};
	},
	'where-from'(view, action) {
		return {...view, whereFrom: action.whereFrom};
	},
	type(view, action) {
		return {...view, typing: action.typing};
	},
	search(view, action) {
		return {...view, search: action.text, match: null};
	},
	filter(view, action) {
		return {
			...view,
			filter: action.text,
			tops: {...view.tops, variables: 0},
		};
	},
	'faulty-line'(view, action) {
		return {...view, faultyLine: action.text};
	},
	found(view, action) {
		const {step, line} = action;
		return {...view, match: {step, line}, logTop: {step, line}};
	},
	help(view, action) {
		return {...view, helpTop: action.top};
	},
	message(view, action) {
		return {...view, message: action.message, asked: null};
	},
	busy(view, action) {
		return {...view, busy: action.text};
	},
	ask(view, action) {
		const {command, text} = action;
		return {...view, message: {kind: 'note', text}, asked: command};
	},
};

/** Where only one page fits, what is to be shown is worth more than the stages. */
function show(view: ViewState, pane: PaneName): ViewState {
	return {
		...view,
		pane,
		focus: view.focus === 'stages' && !isSingle(view.size) ? 'stages' : pane,
	};
}

/** A log is looked at from its tail; the other panes stay where they are, so that one step can be compared with the next. */
function moveTo(view: ViewState, selection: Selection | null): ViewState {
	return {
		...view,
		selection,
		sourceTop: null,
		logTop: null,
		lefts: {...view.lefts, log: 0},
	};
}

function shift(view: ViewState, cells: number): ViewState {
	const {pane, lefts} = view;
	return {
		...view,
		lefts: {...lefts, [pane]: Math.max(0, (lefts[pane] ?? 0) + cells)},
	};
}
