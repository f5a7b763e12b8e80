import type {ActionContext} from '../action-context.js';
import {rowCount} from '../files/file-view.js';
import type {FilePlace} from '../../inspect/place.js';
import {
	filtered,
	isOpen,
	movedTo,
	outOf,
	reordered,
	selectedNode,
	toggled,
} from '../files/tree-view.js';
import {type Motion, rowsBy} from '../motion.js';
import {selectionIn} from '../place.js';
import {shellPoint} from '../shell-point.js';

/** Shows the files of what is selected. */
export function showFiles({store, views, files}: ActionContext): void {
	const point = shellPoint(
		store.state,
		selectionIn(store.state, views.getView()),
	);
	views.dispatch({type: 'focus', page: 'files'});
	if ('kind' in point) {
		files.open(point);
	}
}

/** Shows a file among the others of its point. */
export function revealFile(
	{point, path}: FilePlace,
	{views, files}: ActionContext,
): void {
	views.dispatch({type: 'focus', page: 'files'});
	files.open(point, path);
}

/** Enter: opens or closes a directory, shows a file, goes where a link leads; in a file, goes to the next match. */
export function openEntry({views, files}: ActionContext): void {
	const {tree, file} = views.getView().files;
	const node = tree && selectedNode(tree);
	if (file) {
		if (file.search !== '') {
			files.search(file, file.search, file.top + 1);
		}
	} else if (tree && node !== null) {
		const kind = tree.tree.kind(node);
		switch (kind) {
			case 'directory': {
				files.change(view => toggled(view, node));

				break;
			}

			case 'file': {
				files.openFile(node);

				break;
			}

			case 'symlink': {
				files.followLink(node);

				break;
			}
			// No default
		}
	}
}

/** To the right is into a directory, to the left out of it; in a file it is what a long line shows. */
export function sidewaysInFiles(
	direction: 'left' | 'right',
	{views, files}: ActionContext,
): boolean {
	const {tree, file} = views.getView().files;
	const node = tree && selectedNode(tree);
	if (file || !tree || node === null) {
		return false;
	}

	if (direction === 'left') {
		files.change(outOf);
	} else if (tree.tree.paths.hasChildren(node) && !isOpen(tree, node)) {
		files.change(view => toggled(view, node));
	}

	return true;
}

/** Escape: gives up what is being fetched, closes a file, takes a filter away. */
export function leaveInFiles({views, files}: ActionContext): boolean {
	const {tree, file} = views.getView().files;
	if (files.cancel()) {
		return true;
	}

	if (file) {
		files.closeFile();
		return true;
	}

	if (tree && tree.filter !== '') {
		files.change(view => filtered(view, ''));
		return true;
	}

	return false;
}

export function sortFiles({files}: ActionContext): void {
	files.change(reordered);
}

export function copyOut({files}: ActionContext): void {
	files.copyOut();
}

/** Starts to type what names are filtered by, or what is searched for in a file. */
export function typeInFiles({views}: ActionContext): void {
	const {tree, file} = views.getView().files;
	views.dispatch({
		type: 'type',
		typing: file
			? {purpose: 'file-search', text: '', problem: null}
			: {purpose: 'file-filter', text: tree?.filter ?? '', problem: null},
	});
}

/** Moves the selection in the tree, or what is visible of a file. */
export function moveInFiles(
	motion: Motion,
	{views, files}: ActionContext,
	height: number,
): void {
	const {tree, file} = views.getView().files;
	if (file) {
		if (motion === 'first' || motion === 'last') {
			files.goToEdge(file, motion, height);
		} else {
			files.scrollFile(
				file,
				file.top + rowsBy(motion, height, rowCount(file)),
				height,
			);
		}
	} else if (tree) {
		const {length} = tree.rows;
		const by = rowsBy(motion, height, length);
		files.change(view => movedTo(view, view.cursor + by));
	}
}

/** Searches in the file from what is visible on. */
export function searchFile(text: string, {views, files}: ActionContext): void {
	const {file} = views.getView().files;
	if (file && text !== '' && !file.isBinary) {
		files.search(file, text, Math.min(file.top, rowCount(file)));
	}
}
