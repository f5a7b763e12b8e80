import {type KeyBinding, keyName, keyTable} from '../keys.js';
import {type Row, fitRow, foreign, rowCells, wrap} from './cells.js';
import {type Scene, spinner} from './scene.js';

/** How many lines a message may take. */
const messageLines = 3;

/**
@param width - In cells.
@returns The last lines of the screen, at least one: what was said to the user, what is being typed, or the keys.
*/
export function presentBottom(scene: Scene, width: number): readonly Row[] {
	const {view, theme} = scene;
	const {ellipsis} = theme.signs;
	if (view.search?.editing) {
		return [
			fitRow(
				[
					{text: ' /', style: 'accent'},
					{text: foreign(view.search.text, theme)},
					{text: ' ', style: 'match'},
					{text: '  Enter searches, Esc gives up', style: 'faint'},
				],
				width,
				ellipsis,
			),
		];
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
		const {kind, text} = view.message;
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

	return [presentKeyBar(scene, width)];
}

/**
@returns The most important keys, as many as there is room for; those that can't be used now are faint. Help and quit
are always there.
*/
export function presentKeyBar(scene: Scene, width: number): Row {
	const ranked = keyTable
		.filter(binding => binding.rank !== undefined)
		.toSorted((a, b) => a.rank! - b.rank!);
	const always = ranked.filter(
		({command}) => command === 'help' || command === 'quit',
	);
	const shown = new Set<KeyBinding>(always);
	for (const binding of ranked) {
		const wider = ranked.filter(other => shown.has(other) || other === binding);
		if (rowCells(barRow(scene, wider)) <= width) {
			shown.add(binding);
		}
	}

	return fitRow(
		barRow(
			scene,
			ranked.filter(binding => shown.has(binding)),
		),
		width,
		scene.theme.signs.ellipsis,
	);
}

function barRow(
	{session: {state}, view, theme}: Scene,
	bindings: readonly KeyBinding[],
): Row {
	return bindings.flatMap((binding, index): Row => {
		const disabled = (binding.disabledReason?.(state, view) ?? null) !== null;
		return [
			{text: index === 0 ? ' ' : '  '},
			{
				text: keyName(binding.keys[0]!, theme.unicode),
				style: disabled ? 'faint' : 'key',
			},
			{text: ` ${binding.label}`, style: 'faint'},
		];
	});
}
