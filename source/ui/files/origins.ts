import type {FilePlace} from '../../inspect/place.js';
import {progressOf} from '../../inspect/trace/progress.js';
import {Tracer} from '../../inspect/trace/trace.js';
import {stepLabel} from '../../debugger/points/point.js';
import type {DebuggerStore} from '../../debugger/session/store.js';
import type {Point, Program} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import type {Link} from '../../filesystem/provenance/provenance.js';
import {paneIn} from '../place.js';
import {originColumns, visibleNodes} from '../present/files.js';
import {layoutFor} from '../present/layout.js';
import type {ViewStore} from '../view-store.js';
import {whenStill} from './when-still.js';

/** How long the same rows have to be in sight before their files are followed, in milliseconds: keys go first. */
const stillness = 120;

/** How many files are followed at once. */
const atOnce = 4;

/** Finds out where the files in sight came from, and only those: whoever scrolls on isn't kept waiting. */
export class Origins {
	readonly #store: DebuggerStore;
	readonly #views: ViewStore;
	#isBusy = false;
	#finder: Tracer | null = null;
	#point: Point | null = null;

	constructor(store: DebuggerStore, views: ViewStore) {
		this.#store = store;
		this.#views = views;
	}

	/** @returns Ends it. */
	start(): () => void {
		return whenStill(
			this.#views,
			stillness,
			() => true,
			async () => this.#fill(),
		);
	}

	async #fill(): Promise<void> {
		const wanted = this.#wanted().slice(0, atOnce);
		const {files} = this.#views.getView();
		const {point, tree} = files;
		if (this.#isBusy || wanted.length === 0 || !tree || !point) {
			return;
		}

		this.#isBusy = true;
		try {
			const finder = this.#finderFor(point);
			const found = await Promise.all(
				wanted.map(
					async node =>
						[
							node,
							await this.#originOf(finder, {
								point,
								path: tree.tree.paths.path(node),
							}),
						] as const,
				),
			);
			const now = this.#views.getView().files;
			if (now.point === point && now.tree?.tree === tree.tree) {
				this.#views.dispatch({
					type: 'files',
					files: {...now, origins: new Map([...now.origins, ...found])},
				});
			}
		} catch {
			// The engine is lost: the session says so.
		} finally {
			this.#isBusy = false;
		}
	}

	/** The nodes in sight that aren't followed yet. */
	#wanted(): readonly number[] {
		const view = this.#views.getView();
		const {files, size} = view;
		const {paneWidth, bodyHeight} = layoutFor(size, 1);
		const isShown =
			paneIn(this.#store.state, view) === 'files' &&
			files.file === null &&
			paneWidth >= originColumns &&
			this.#store.buildFiles !== null &&
			this.#store.state.phase.kind !== 'broken';
		return isShown && files.tree
			? [...visibleNodes(files.tree, bodyHeight)].filter(
					node => !files.origins.has(node),
				)
			: [];
	}

	#finderFor(point: Point): Tracer {
		if (this.#finder === null || this.#point !== point) {
			this.#finder = new Tracer(
				this.#store.buildFiles!,
				progressOf(this.#store.state),
			);
			this.#point = point;
		}

		return this.#finder;
	}

	/** Of a point that belongs to no stage, and of what has come to be outside of the build, nothing is said. */
	async #originOf(finder: Tracer, file: FilePlace): Promise<string> {
		try {
			return originText(
				this.#store.buildFiles!.program,
				await finder.origin(file),
			);
		} catch (error) {
			if (error instanceof UsageError) {
				return '';
			}

			throw error;
		}
	}
}

/** @returns The instruction that a file came from in the end: `builder:4 RUN make`. */
export function originText(program: Program, links: readonly Link[]): string {
	const last = links.findLast(({kind}) => kind !== 'touched') ?? links.at(-1);
	return last
		? `${stepLabel(program, last.step)} ${program.steps[last.step]!.text}`
		: '';
}
