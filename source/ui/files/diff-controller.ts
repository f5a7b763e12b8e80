import type {Compared, Comparisons} from '../../inspect/compare.js';
import {shippingBetween} from '../../inspect/left/shipped.js';
import {formatPoint} from '../../debugger/points/point.js';
import type {DebuggerStore} from '../../debugger/session/store.js';
import {compareEntries} from '../../filesystem/compare/aspects.js';
import type {Change} from '../../filesystem/compare/change.js';
import type {ListingOptions} from '../../inspect/listings.js';
import type {Point} from '../../engine/port.js';
import type {ViewStore} from '../view-store.js';
import {type ChangesView, changesViewOf} from './changes-view.js';
import {plainLine} from './diff-line.js';
import {type DiffView, type FileDifference, noDiff} from './diff-view.js';
import {fileDifference, metadataLines} from './file-difference.js';
import type {PairName, PointPair} from './point-pair.js';
import {shownName} from './shown-name.js';
import {Task} from './task.js';

/** How often a growing count is shown, in milliseconds. */
const countPause = 100;

/** Compares what the pane of differences shows, outside of React. */
export class DiffController {
	readonly #store: DebuggerStore;
	readonly #views: ViewStore;
	readonly #comparisons: Comparisons;
	readonly #arrow: string;
	#compared: Compared | null = null;
	readonly #task = new Task();

	constructor(
		store: DebuggerStore,
		views: ViewStore,
		comparisons: Comparisons,
		arrow: string,
	) {
		this.#store = store;
		this.#views = views;
		this.#comparisons = comparisons;
		this.#arrow = arrow;
	}

	/** Compares a pair; what is compared already stays as it is. */
	open(pair: PointPair, preset: PairName | null): void {
		const program = this.#store.state.program!;
		const names = [
			pair.earlier === undefined
				? formatPoint(pair.from, program)
				: `${formatPoint(pair.from, program)} of ${timeText(pair.earlier)}`,
			formatPoint(pair.to, program),
		] as const;
		const {diff} = this.#views.getView();
		const isShown =
			diff.names.join('\n') === names.join('\n') &&
			diff.status.kind !== 'failed' &&
			pair.to.kind !== 'failed';
		if (isShown) {
			this.#show({...diff, preset});
		} else {
			void this.#compare({...noDiff, pair, preset, names}, pair);
		}
	}

	/** @returns Whether there was something to cancel. */
	cancel(): boolean {
		return this.#task.cancel();
	}

	/** Changes how the comparison is looked at. */
	change(change: (changes: ChangesView) => ChangesView): void {
		const {diff} = this.#views.getView();
		if (diff.changes) {
			this.#show({...diff, changes: change(diff.changes)});
		}
	}

	/** Shows how what is at a path differs; of what was shipped, from what arrived. */
	openFile(node: number): void {
		const {from, to, tree} = this.#compared!;
		const change = tree.changes.get(node)!;
		void this.#showFile(async () => {
			const lines = from
				? await fileDifference([from, to], arrived(change), this.#arrow)
				: [
						...metadataLines(change, this.#arrow),
						plainLine(
							' ',
							'Of the last session all is known but the contents.',
						),
					];
			return {name: shownName(change.path), lines, top: 0};
		});
	}

	closeFile(): void {
		this.#show({...this.#views.getView().diff, file: null});
	}

	/** @param top - The line that is to be the first visible one. */
	scrollFile(top: number, height: number): void {
		const {diff} = this.#views.getView();
		if (diff.file) {
			const last = diff.file.lines.length - height;
			const clamped = Math.max(0, Math.min(top, last));
			this.#show({...diff, file: {...diff.file, top: clamped}});
		}
	}

	async #compare(shown: DiffView, pair: PointPair): Promise<void> {
		this.#show({...shown, status: {kind: 'loading', count: 0}});
		let toldAt = 0;
		const end = await this.#task.run(async signal => {
			const options: ListingOptions = {
				signal,
				onCount: count => {
					if (performance.now() - toldAt > countPause && !signal.aborted) {
						toldAt = performance.now();
						this.#show({...shown, status: {kind: 'loading', count}});
					}
				},
			};
			const {buildFiles} = this.#store;
			const compared = await (pair.earlier === undefined
				? this.#comparisons.compare(
						[pair.from, pair.to],
						buildFiles &&
							(await shippingBetween(buildFiles, [pair.from, pair.to], signal)),
						options,
					)
				: this.#compareWithEarlier(pair.to, options));
			signal.throwIfAborted();
			this.#compared = compared;
			this.#show({
				...shown,
				status: {kind: 'ready'},
				changes: changesViewOf(compared.tree),
				timeChangeCount: compared.timeChangeCount,
				inPlace: compared.inPlace,
			});
		});
		if (end.kind === 'failed' || end.kind === 'canceled') {
			const reason =
				end.kind === 'failed' ? end.reason : 'Canceled: d compares again.';
			this.#show({...shown, status: {kind: 'failed', reason}});
		}
	}

	async #showFile(read: () => Promise<FileDifference>): Promise<void> {
		const end = await this.#task.run(async signal => {
			const file = await read();
			signal.throwIfAborted();
			this.#show({...this.#views.getView().diff, file});
		});
		if (end.kind === 'failed') {
			this.#views.dispatch({
				type: 'message',
				message: {kind: 'problem', text: end.reason},
			});
		}
	}

	async #compareWithEarlier(
		point: Point,
		options: ListingOptions,
	): Promise<Compared> {
		const name = formatPoint(point, this.#store.state.program!);
		const tree = await this.#store.earlierListings.load(name);
		return this.#comparisons.compareWithEarlier(point, {name, tree}, options);
	}

	#show(diff: DiffView): void {
		this.#views.dispatch({type: 'diff', diff});
	}
}

/** Of what was shipped, a change from what it was to what it is where it arrived. */
function arrived(change: Change): Change {
	const {from, shippedTo} = change;
	return shippedTo?.entry
		? {
				...change,
				kind: 'changed',
				to: shippedTo.entry,
				aspects: compareEntries(from!, shippedTo.entry, false).aspects,
			}
		: change;
}

/** In the time zone of whoever looks: `2025-01-31 09:30`. */
function timeText(time: number): string {
	return new Date(time).toLocaleString('sv-SE').slice(0, 16);
}
