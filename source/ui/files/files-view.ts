import type {Point} from '../../engine/port.js';
import type {FileView} from './file-view.js';
import type {TreeView} from './tree-view.js';

/** What the files pane shows. */
export type FilesView = {
	/** Whose files they are; `null` until the pane was opened. */
	readonly point: Point | null;

	/** The point as it is spelled. */
	readonly name: string;
	readonly status: FilesStatus;

	/** `null` unless they are listed. */
	readonly tree: TreeView | null;

	/** By node: the instruction that it came from, as far as that was found out; empty where there is none. */
	readonly origins: ReadonlyMap<number, string>;

	/** The file that is being read, or `null` while the tree is shown. */
	readonly file: FileView | null;
};

export type FilesStatus =
	| {readonly kind: 'idle'}
	/** `count` names have come so far. */
	| {readonly kind: 'loading'; readonly count: number}
	| {readonly kind: 'failed'; readonly reason: string}
	| {readonly kind: 'ready'};

/** Before the pane was opened. */
export const noFiles: FilesView = {
	point: null,
	name: '',
	status: {kind: 'idle'},
	tree: null,
	origins: new Map(),
	file: null,
};
