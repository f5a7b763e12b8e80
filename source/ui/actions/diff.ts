import {UsageError} from '../../errors.js';
import type {ActionContext} from '../action-context.js';
import {
	canOpen,
	filteredView,
	movedToChange,
	reorderedChanges,
	toggledChange,
	withNextKind,
} from '../files/changes-view.js';
import {firstPair, pairsFor} from '../files/pairs.js';
import type {PairName} from '../files/point-pair.js';
import {reachedPoint} from '../files/reached-point.js';
import {type Motion, rowsBy} from '../motion.js';
import {selectionIn} from '../place.js';
import type {Action} from './action.js';

/** Shows what differs around what is selected; pressed again in the pane, it compares the next pair. */
export function showDiff({store, views, diff}: ActionContext): void {
	const view = views.getView();
	const selection = selectionIn(store.state, view);
	const pairs = pairsFor(store.state, view);
	const names = [...pairs.keys()];
	const {preset} = view.diff;
	const name =
		view.focus === 'diff' && preset !== null && pairs.has(preset)
			? names[(names.indexOf(preset) + 1) % names.length]!
			: firstPair(pairs, selection)!;
	views.dispatch({type: 'focus', page: 'diff'});
	diff.open(pairs.get(name)!, name);
}

/** Compares one of the pairs around what is selected. */
export function showPair(name: PairName): Action {
	return ({store, views, diff}) => {
		const pair = pairsFor(store.state, views.getView()).get(name);
		if (pair) {
			diff.open(pair, name);
		}
	};
}

/** Starts to type what names are filtered by. */
export function typeChangeFilter({views}: ActionContext): void {
	const {changes} = views.getView().diff;
	if (changes) {
		views.dispatch({
			type: 'type',
			typing: {purpose: 'diff-filter', text: changes.filter, problem: null},
		});
	}
}

/** Starts to type two points to compare. */
export function typePoints({views}: ActionContext): void {
	views.dispatch({
		type: 'type',
		typing: {purpose: 'diff-points', text: '', problem: null},
	});
}

/** @param text - Two points as the command line takes them; the second may be left out for the final image. */
export function comparePoints(
	text: string,
	{store, views, diff}: ActionContext,
): void {
	const words = text.split(/\s+/v).filter(Boolean);
	const [from, to = 'final'] = words;
	if (from === undefined) {
		views.dispatch({type: 'type', typing: null});
		return;
	}

	try {
		if (words.length > 2) {
			throw new UsageError(
				'Two points are compared: give them with a space between.',
			);
		}

		const pair = {
			from: reachedPoint(from, store.state),
			to: reachedPoint(to, store.state),
		};
		views.dispatch({type: 'type', typing: null});
		diff.open(pair, null);
	} catch (error) {
		if (!(error instanceof UsageError)) {
			throw error;
		}

		views.dispatch({
			type: 'type',
			typing: {purpose: 'diff-points', text, problem: error.message},
		});
	}
}

/** Enter: opens or closes a directory's row; shows how what is there differs. */
export function openChange({views, diff}: ActionContext): void {
	const {changes, file} = views.getView().diff;
	const row = changes?.rows[changes.cursor];
	if (file || !changes || !row) {
		return;
	}

	const change = changes.tree.changes.get(row.node);
	if (canOpen(changes, row)) {
		diff.change(toggledChange);
	} else if (
		change &&
		(change.kind === 'changed' || (change.to ?? change.from)!.kind === 'file')
	) {
		diff.openFile(row.node);
	}
}

/** To the right opens, to the left closes. */
export function sidewaysInDiff(
	direction: 'left' | 'right',
	{views, diff}: ActionContext,
): boolean {
	const {changes, file} = views.getView().diff;
	const row = changes?.rows[changes.cursor];
	if (file || !changes || !row) {
		return false;
	}

	if (changes.expanded.has(row.node) === (direction === 'left')) {
		diff.change(toggledChange);
	}

	return true;
}

/** Escape: gives up a comparison, closes a file, takes a filter away. */
export function leaveInDiff({views, diff}: ActionContext): boolean {
	if (diff.cancel()) {
		return true;
	}

	const {file, changes} = views.getView().diff;
	if (file) {
		diff.closeFile();
		return true;
	}

	if (changes && changes.filter !== '') {
		diff.change(view => filteredView(view, ''));
		return true;
	}

	return false;
}

export function sortChanges({diff}: ActionContext): void {
	diff.change(reorderedChanges);
}

export function filterChanges({diff}: ActionContext): void {
	diff.change(withNextKind);
}

/** Moves the selection, or what is visible of a file's difference. */
export function moveInDiff(
	motion: Motion,
	{views, diff}: ActionContext,
	height: number,
): void {
	const {changes, file} = views.getView().diff;
	const length = file ? file.lines.length : (changes?.rows.length ?? 0);
	const by = rowsBy(motion, height, length);
	if (file) {
		diff.scrollFile(file.top + by, height);
	} else {
		diff.change(view => movedToChange(view, view.cursor + by));
	}
}
