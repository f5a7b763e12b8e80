import type {DebuggerState} from '../../debugger/machine/state.js';
import {hasOutcome} from '../place.js';
import type {Page, PaneName} from '../view-state.js';
import {presentBreakpoints} from './breakpoint-list.js';
import {presentBuilders} from './builders.js';
import {presentDiff} from './diff.js';
import {presentFiles} from './files.js';
import {presentLeft} from './left.js';
import {presentLog} from './log.js';
import {outcomeTitle, presentOutcome} from './outcome.js';
import type {PaneContent, Scene} from './scene.js';
import {presentSource} from './source.js';
import {presentVariables} from './variables.js';
import {presentWarnings} from './warning-list.js';
import {presentWhere} from './where.js';

/** Something that the right side can show. */
export type Pane = {
	readonly name: PaneName;
	title(state: DebuggerState): string;

	/** Whether there is anything to show in it. */
	isThere(state: DebuggerState): boolean;

	/** @returns What stands in it, at most `height` rows. */
	present(scene: Scene, width: number, height: number): PaneContent;
};

/** All panes, in the order of their titles and of Tab. */
export const panes: readonly Pane[] = [
	{
		name: 'outcome',
		title: outcomeTitle,
		isThere: hasOutcome,
		present: presentOutcome,
	},
	{
		name: 'source',
		title: () => 'Source',
		isThere: () => true,
		present: presentSource,
	},
	{name: 'log', title: () => 'Log', isThere: () => true, present: presentLog},
	{
		name: 'files',
		title: () => 'Files',
		isThere: () => true,
		present: presentFiles,
	},
	{
		name: 'diff',
		title: () => 'Diff',
		isThere: () => true,
		present: presentDiff,
	},
	{
		name: 'left-behind',
		title: () => 'Left behind',
		isThere: () => true,
		present: presentLeft,
	},
	{
		name: 'where-from',
		title: () => 'From',
		isThere: () => true,
		present: presentWhere,
	},
	{
		name: 'variables',
		title: () => 'Variables',
		isThere: () => true,
		present: presentVariables,
	},
	{
		name: 'breakpoints',
		title: () => 'Breakpoints',
		isThere: () => true,
		present: presentBreakpoints,
	},
	{
		name: 'warnings',
		title: () => 'Warnings',
		isThere: ({warnings}) => warnings.length > 0,
		present: presentWarnings,
	},
	{
		name: 'builders',
		title: () => 'Builders',
		isThere: () => true,
		present: presentBuilders,
	},
];

/** @returns The pages that there are, in the order of Tab. */
export function pagesOf(state: DebuggerState): readonly Page[] {
	return [
		'stages',
		...panes.filter(pane => pane.isThere(state)).map(pane => pane.name),
	];
}
