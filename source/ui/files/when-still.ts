import type {ViewStore} from '../view-store.js';

/**
Does something once keys have been still for a while: a key never waits for it.

@param stillness - In milliseconds.
@param isWanted - Asked after each change of the view: one that doesn't matter leaves what is waiting as it is.
@returns Ends it.
*/
export function whenStill(
	views: ViewStore,
	stillness: number,
	isWanted: () => boolean,
	work: () => Promise<void>,
): () => void {
	let timer: NodeJS.Timeout | undefined;
	const stop = views.subscribe(() => {
		if (isWanted()) {
			clearTimeout(timer);
			timer = setTimeout(() => {
				void work();
			}, stillness);
		}
	});
	return () => {
		stop();
		clearTimeout(timer);
	};
}
