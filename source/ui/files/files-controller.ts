import {shownPath} from '../../report/describe-link.js';
import type {Listings} from '../../inspect/listings.js';
import {formatPoint} from '../../debugger/points/point.js';
import type {DebuggerStore} from '../../debugger/session/store.js';
import type {Files, Point} from '../../engine/port.js';
import {type BytePath, rootPath} from '../../text/byte-path.js';
import {resolvedEntry} from '../../filesystem/tree/file-tree.js';
import {
	type ResolvedPath,
	resolvePath,
} from '../../filesystem/tree/resolve-path.js';
import type {ViewStore} from '../view-store.js';
import {copyOut} from './copy-out.js';
import {atEdge, foundIn, openFile, scrolledTo} from './file-reader.js';
import type {FileView} from './file-view.js';
import {type FilesView, noFiles} from './files-view.js';
import {Task} from './task.js';
import {
	type TreeView,
	revealed,
	selectedNode,
	treeViewOf,
} from './tree-view.js';

/** How often a growing count is shown, in milliseconds. */
const countPause = 100;

/** Fetches what the files pane shows, outside of React: listings, and the parts of files that are looked at. */
export class FilesController {
	readonly #store: DebuggerStore;
	readonly #views: ViewStore;
	readonly #listings: Listings;
	#files: Files | null = null;
	readonly #loading = new Task();
	readonly #working = new Task();

	constructor(store: DebuggerStore, views: ViewStore, listings: Listings) {
		this.#store = store;
		this.#views = views;
		this.#listings = listings;
	}

	/**
	Shows the files of a point; those that are shown already stay as they are.

	@param path - What is selected among them.
	*/
	open(point: Point, path: BytePath | null = null): void {
		const name = formatPoint(point, this.#store.state.program!);
		const {files} = this.#views.getView();
		const isShown = files.name === name && files.status.kind !== 'failed';
		if (!isShown || point.kind === 'failed') {
			void this.#load(point, name, path);
		} else if (path !== null && files.tree) {
			this.#show({...files, file: null, tree: revealed(files.tree, path)});
		}
	}

	/** @returns Whether there was something to cancel. */
	cancel(): boolean {
		return this.#loading.cancel() || this.#working.cancel();
	}

	/** Changes how the tree is looked at. */
	change(change: (tree: TreeView) => TreeView): void {
		const {files} = this.#views.getView();
		if (files.tree) {
			this.#show({...files, tree: change(files.tree)});
		}
	}

	/** Shows the contents of a file. */
	openFile(node: number): void {
		const {tree} = this.#views.getView().files.tree!;
		const {path, size} = resolvedEntry(tree, node);
		void this.#work(async files => openFile(files, path, size));
	}

	/** Selects what a symbolic link leads to, inside of the filesystem only. */
	followLink(node: number): void {
		const {tree} = this.#views.getView().files.tree!;
		void this.#work(async () => {
			const {paths} = tree;
			const resolved = await resolvePath(paths.path(node), async path => {
				// eslint-disable-next-line unicorn/no-array-callback-reference -- a path, not a function
				const found = paths.find(path);
				return found === null ? undefined : tree.entry(found);
			});
			if (resolved.kind === 'found' && resolved.path !== rootPath) {
				this.change(view => revealed(view, resolved.path));
			} else {
				this.#note(whereItLeads(resolved));
			}

			return null;
		});
	}

	closeFile(): void {
		this.cancel();
		this.#show({...this.#views.getView().files, file: null});
	}

	scrollFile(file: FileView, top: number, height: number): void {
		void this.#work(async files => scrolledTo(files, file, top, height));
	}

	goToEdge(file: FileView, edge: 'first' | 'last', height: number): void {
		void this.#work(async files => atEdge(files, file, edge, height));
	}

	/** Goes to the next line that contains the text. */
	search(file: FileView, text: string, from: number): void {
		void this.#work(async (files, signal) => {
			const found = await foundIn(files, file, text, from, signal);
			if (!found) {
				this.#note(`'${text}' is not in the rest of this file.`);
			}

			return found ?? {...file, search: text};
		});
	}

	/** Copies the selected file, or directory with all that is in it, into the folder that mstage was started in. */
	copyOut(): void {
		const {tree} = this.#views.getView().files;
		const node = tree && selectedNode(tree);
		if (tree && node !== null) {
			void this.#work(async (files, signal) => {
				this.#note('Copying … Esc gives up.');
				this.#note(await copyOut(files, tree.tree, node, signal));
				return this.#views.getView().files.file;
			});
		}
	}

	async #load(
		point: Point,
		name: string,
		path: BytePath | null,
	): Promise<void> {
		this.cancel();
		const shown: FilesView = {...noFiles, point, name};
		let toldAt = 0;
		this.#show({...shown, status: {kind: 'loading', count: 0}});
		const end = await this.#loading.run(async signal => {
			const {files, tree} = await this.#listings.load(point, {
				signal,
				onCount: count => {
					if (performance.now() - toldAt > countPause && !signal.aborted) {
						toldAt = performance.now();
						this.#show({...shown, status: {kind: 'loading', count}});
					}
				},
			});
			signal.throwIfAborted();
			this.#files = files;
			const view = treeViewOf(tree);
			this.#show({
				...shown,
				status: {kind: 'ready'},
				tree: path === null ? view : revealed(view, path),
			});
		});
		if (end.kind === 'failed' || end.kind === 'canceled') {
			const reason =
				end.kind === 'failed'
					? end.reason
					: 'Canceled: f lists the files again.';
			this.#show({...shown, status: {kind: 'failed', reason}});
		}
	}

	/** Shows what the work comes to, unless something else was asked for in the meantime. */
	async #work(
		work: (files: Files, signal: AbortSignal) => Promise<FileView | null>,
	): Promise<void> {
		const end = await this.#working.run(async signal => {
			const file = await work(this.#files!, signal);
			signal.throwIfAborted();
			this.#show({...this.#views.getView().files, file});
		});
		if (end.kind === 'failed') {
			this.#note(end.reason, 'problem');
		}
	}

	#note(text: string, kind: 'note' | 'problem' = 'note'): void {
		this.#views.dispatch({type: 'message', message: {kind, text}});
	}

	#show(files: FilesView): void {
		this.#views.dispatch({type: 'files', files});
	}
}

function whereItLeads(resolved: ResolvedPath): string {
	switch (resolved.kind) {
		case 'found': {
			return 'The link leads to the root.';
		}

		case 'missing': {
			return `The link leads nowhere: there is no ${shownPath(resolved.path)}.`;
		}

		case 'loop': {
			return `The link leads nowhere: ${shownPath(resolved.link)} leads back to itself.`;
		}
	}
}
