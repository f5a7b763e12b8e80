import type {DebuggerState} from '../../debugger/machine/state.js';
import type {KeyBinding} from '../key-binding.js';
import {bindingOf, keyName, keyTable} from '../keys.js';
import type {Message, Typing, ViewState} from '../view-state.js';
import {cellsOf, foreign, sliceCells, wrap} from '../../text/cells.js';
import {type Row, fitRow, rowCells} from './row.js';
import {type Scene, spinner} from './scene.js';
import type {Theme} from './theme.js';

/** How many lines a message may take. */
const messageLines = 3;

/**
@param width - In cells.
@returns The last lines of the screen, at least one: what was said to the user, what is being typed, or the keys.
*/
export function presentBottom(scene: Scene, width: number): readonly Row[] {
	const {view, theme} = scene;
	const {ellipsis} = theme.signs;
	if (view.typing) {
		return presentTyping(view.typing, theme, width);
	}

	if (view.busy !== null) {
		return [
			fitRow(
				[
					{text: ' '},
					spinner(theme),
					{text: ` ${foreign(view.busy, theme)}`},
					{text: '  Ctrl-C gives up', style: 'faint'},
				],
				width,
				ellipsis,
			),
		];
	}

	if (view.message) {
		return messageRows(view.message, theme, width);
	}

	return [presentKeyBar(scene, width)];
}

/** How each line that can be typed begins, and what it is for. */
const purposes: Readonly<
	Record<Typing['purpose'], readonly [start: string, hint: string]>
> = {
	search: ['/', 'Enter searches, Esc gives up'],
	filter: ['/', 'Enter filters, Esc gives up'],
	'file-filter': ['/', 'part of a name or a glob, Esc shows all'],
	'diff-filter': ['/', 'part of a name or a glob, Esc shows all'],
	'file-search': ['/', 'Enter searches, Esc gives up'],
	'where-path': ['path ', '/app of the final image, or builder:/out/app'],
	'diff-points': ['compare ', 'FROM [TO]: builder:2 final, image:alpine:3.20'],
	breakpoint: ['break ', '14, builder:3, RUN or miss, each with if NAME=value'],
};

function presentTyping(
	{purpose, text, problem}: Typing,
	theme: Theme,
	width: number,
): readonly Row[] {
	const {ellipsis} = theme.signs;
	const [start, hint] = purposes[purpose];
	const line = fitRow(
		[
			{text: ` ${start}`, style: 'accent'},
			{text: endOf(foreign(text, theme), width - cellsOf(start) - 3, ellipsis)},
			{text: ' ', style: 'match'},
			{text: `  ${hint}`, style: 'faint'},
		],
		width,
		ellipsis,
	);
	return problem === null
		? [line]
		: [...messageRows({kind: 'problem', text: problem}, theme, width), line];
}

/** What is typed is typed at the end. */
function endOf(text: string, width: number, ellipsis: string): string {
	const cells = cellsOf(text);
	return cells <= width
		? text
		: ellipsis + sliceCells(text, cells - Math.max(0, width - 1), width - 1);
}

function messageRows(
	{kind, text}: Message,
	theme: Theme,
	width: number,
): readonly Row[] {
	const {ellipsis} = theme.signs;
	return wrap(
		foreign(text, theme),
		Math.max(2, width - 2),
		messageLines,
		ellipsis,
	).map(line =>
		fitRow(
			[{text: ` ${line}`, style: kind === 'problem' ? 'warn' : 'plain'}],
			width,
			ellipsis,
		),
	);
}

/**
@returns The most important keys, as many as there is room for: help and quit always, then what can be used now, then
what can't, which is faint.
*/
export function presentKeyBar(scene: Scene, width: number): Row {
	const {
		session: {state},
		view,
		theme,
	} = scene;
	const bar = keyTable
		.filter(
			binding =>
				binding.rank !== undefined &&
				bindingOf(binding.keys[0]!, state, view) === binding,
		)
		.toSorted((a, b) => rankOf(a, view, state) - rankOf(b, view, state))
		.map((binding): BarEntry => ({
			binding,
			isDisabled: (binding.disabledReason?.(state, view) ?? null) !== null,
		}));
	const always = bar.filter(
		({binding: {command}}) => command === 'help' || command === 'quit',
	);
	const shown = new Set(always);
	for (const entry of bar.toSorted(
		(a, b) => Number(a.isDisabled) - Number(b.isDisabled),
	)) {
		const wider = bar.filter(other => shown.has(other) || other === entry);
		if (rowCells(barRow(wider, theme)) <= width) {
			shown.add(entry);
		}
	}

	return fitRow(
		barRow(
			bar.filter(entry => shown.has(entry)),
			theme,
		),
		width,
		theme.signs.ellipsis,
	);
}

function rankOf(
	{rank = 0}: KeyBinding,
	view: ViewState,
	state: DebuggerState,
): number {
	return typeof rank === 'number' ? rank : rank(view, state);
}

type BarEntry = {readonly binding: KeyBinding; readonly isDisabled: boolean};

function barRow(entries: readonly BarEntry[], theme: Theme): Row {
	return entries.flatMap(({binding, isDisabled}, index): Row => [
		{text: index === 0 ? ' ' : '  '},
		{
			text: keyName(binding.keys[0]!, theme.unicode),
			style: isDisabled ? 'faint' : 'key',
		},
		{text: ` ${binding.label}`, style: 'faint'},
	]);
}
