import type {ActionContext} from '../action-context.js';
import {
	canOpen,
	movedToChange,
	reorderedChanges,
	toggledChange,
	withNextKind,
} from '../files/changes-view.js';
import {pairsFor} from '../files/pairs.js';
import type {Motion} from '../motion.js';
import {selectionIn} from '../place.js';

/** Shows what differs around what is selected; pressed again in the pane, it compares the next pair. */
export function showDiff({store, views, diff}: ActionContext): void {
	const view = views.getView();
	const pairs = pairsFor(store.state, selectionIn(store.state, view));
	const preset =
		view.focus === 'diff' ? (view.diff.preset + 1) % pairs.length : 0;
	views.dispatch({type: 'focus', page: 'diff'});
	diff.open(pairs[preset]!, preset);
}

/** Enter: opens or closes a directory's row; shows how a file differs. */
export function openChange({views, diff}: ActionContext): void {
	const {changes, file} = views.getView().diff;
	const row = changes?.rows[changes.cursor];
	if (file || !changes || !row) {
		return;
	}

	const change = changes.tree.changes.get(row.node);
	if (canOpen(changes, row)) {
		diff.change(toggledChange);
	} else if (change && (change.to ?? change.from)!.kind === 'file') {
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

/** Escape: gives up a comparison, closes a file. */
export function leaveInDiff({views, diff}: ActionContext): boolean {
	if (diff.cancel()) {
		return true;
	}

	const isFile = views.getView().diff.file !== null;
	if (isFile) {
		diff.closeFile();
	}

	return isFile;
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
	const by = {
		up: -1,
		down: 1,
		'page-up': -height,
		'page-down': height,
		first: -length,
		last: length,
	}[motion];
	if (file) {
		diff.scrollFile(file.top + by, height);
	} else {
		diff.change(view => movedToChange(view, view.cursor + by));
	}
}
