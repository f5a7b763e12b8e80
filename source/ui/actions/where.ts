import {UsageError} from '../../errors.js';
import type {ActionContext} from '../action-context.js';
import {checkReached} from '../../debugger/points/reached.js';
import {commonStart, completePath, pointTexts} from '../../inspect/complete.js';
import {type FilePlace, parsePlace} from '../../inspect/place.js';
import {selectedNode} from '../files/tree-view.js';
import {type Motion, rowsBy} from '../motion.js';
import {selectionOf} from '../place.js';
import type {Typing, ViewState} from '../view-state.js';

/** Shows where the selected file came from, and where it went; without one, its path is typed. */
export function showWhere(context: ActionContext): void {
	const {views, where} = context;
	const view = views.getView();
	const place = placeIn(view);
	if (place) {
		views.dispatch({type: 'focus', page: 'where-from'});
		where.open(place);
	} else if (
		view.focus === 'where-from' ||
		view.whereFrom.status.kind === 'idle'
	) {
		typePath(context);
	} else {
		views.dispatch({type: 'focus', page: 'where-from'});
	}
}

/** Starts to type the path of a file to follow. */
export function typePath({views}: ActionContext): void {
	views.dispatch({type: 'focus', page: 'where-from'});
	views.dispatch({
		type: 'type',
		typing: {purpose: 'where-path', text: '', problem: null},
	});
}

/** @param text - `/app` of the final image, or with a point in front: `builder:/out/app`. */
export function followPath(
	text: string,
	{store, views, where}: ActionContext,
): void {
	if (text.trim() === '') {
		views.dispatch({type: 'type', typing: null});
		return;
	}

	try {
		const {state} = store;
		const place = parsePlace(text, state.program!);
		checkReached(state, place.point);
		views.dispatch({type: 'type', typing: null});
		where.open(place);
	} catch (error) {
		if (!(error instanceof UsageError)) {
			throw error;
		}

		views.dispatch({
			type: 'type',
			typing: {purpose: 'where-path', text, problem: error.message},
		});
	}
}

/** Tab: adds to a path that is typed what can only follow, or says what can. */
export async function completeTyped(
	typing: Typing,
	{store, views}: ActionContext,
): Promise<void> {
	const {text} = typing;
	const program = store.state.program!;
	const found =
		text.startsWith('/') || text.includes(':/')
			? await completePath(text, {
					program,
					open: async point => store.snapshot(point),
				}).catch(() => [])
			: pointTexts(program)
					.filter(point => point.startsWith(text))
					.map(point => ({text: `${point}:/`}));
	const texts = found.map(completion => completion.text);
	const next = commonStart(texts);
	// Whoever typed on meanwhile isn't disturbed.
	if (views.getView().typing !== typing || texts.length === 0) {
		return;
	}

	views.dispatch({
		type: 'type',
		typing: {
			...typing,
			text: next.length > text.length ? next : text,
			problem:
				next.length > text.length || texts.length === 1
					? null
					: texts
							.map(one => one.slice(one.lastIndexOf('/', one.length - 2) + 1))
							.join('  '),
		},
	});
}

/** Enter: goes to the instruction of the selected item. */
export function goToInstruction({store, views}: ActionContext): void {
	const {items, cursor} = views.getView().whereFrom;
	const step = items[cursor]?.step ?? null;
	if (step !== null) {
		views.dispatch({
			type: 'select',
			selection: selectionOf(store.state.program!, step),
		});
		views.dispatch({type: 'focus', page: 'source'});
	}
}

export function moveInWhere(
	motion: Motion,
	{views, where}: ActionContext,
	height: number,
): void {
	const {length} = views.getView().whereFrom.items;
	where.move(rowsBy(motion, Math.ceil(height / 2), length));
}

/** The file under the cursor of the pane that has the focus. */
function placeIn(view: ViewState): FilePlace | null {
	switch (view.focus) {
		case 'files': {
			const {point, tree, file} = view.files;
			const node = tree && selectedNode(tree);
			const path = file ? file.path : node && tree.tree.paths.path(node);
			return point && path ? {point, path} : null;
		}

		case 'diff': {
			const {pair, changes} = view.diff;
			const row = changes?.rows[changes.cursor];
			if (!pair || !changes || !row) {
				return null;
			}

			const isGone = changes.tree.changes.get(row.node)?.to === null;
			return {
				point: isGone ? pair.from : pair.to,
				path: changes.tree.paths.path(row.node),
			};
		}

		case 'left-behind': {
			const {outline} = view.leftBehind;
			return outline?.rows[outline.cursor]?.node.place ?? null;
		}

		default: {
			return null;
		}
	}
}
