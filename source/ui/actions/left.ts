import type {ActionContext} from '../action-context.js';
import {
	movedInOutline,
	outOfOutline,
	toggledInOutline,
} from '../files/outline.js';
import {type Motion, rowsBy} from '../motion.js';
import {revealFile} from './files.js';

/** Shows what the stages leave behind. */
export function showLeft({store, views, left}: ActionContext): void {
	views.dispatch({type: 'focus', page: 'left-behind'});
	if (store.state.phase.kind !== 'broken') {
		left.open();
	}
}

/** Enter: opens or closes a row; of a file, shows it among the others. */
export function openLeft(context: ActionContext): void {
	const {outline} = context.views.getView().leftBehind;
	const node = outline?.rows[outline.cursor]?.node;
	if (node?.children) {
		context.left.change(toggledInOutline);
	} else if (node?.place) {
		revealFile(node.place, context);
	}
}

/** To the right opens, to the left closes or goes out. */
export function sidewaysInLeft(
	direction: 'left' | 'right',
	{views, left}: ActionContext,
): boolean {
	const {outline} = views.getView().leftBehind;
	const row = outline?.rows[outline.cursor];
	if (!outline || !row || (direction === 'left' && outline.cursor === 0)) {
		return false;
	}

	if (direction === 'left') {
		left.change(outOfOutline);
	} else if (!outline.expanded.has(row.id)) {
		left.change(toggledInOutline);
	}

	return true;
}

export function moveInLeft(
	motion: Motion,
	{views, left}: ActionContext,
	height: number,
): void {
	const length = views.getView().leftBehind.outline?.rows.length ?? 0;
	const by = rowsBy(motion, height, length);
	left.change(outline => movedInOutline(outline, outline.cursor + by));
}
