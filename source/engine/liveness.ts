import type {EngineLiveness} from './port.js';

/** How often it is looked whether an answer came, in milliseconds. */
const beat = 1000;

/** How many beats are between an answer and the next question. */
const pause = 5;

/** After how many beats without an answer an engine counts as silent: 10 seconds in which this process ran. */
const patience = 10;

type SilenceListener = (isSilent: boolean) => void;

type Watch = {
	readonly ask: () => Promise<unknown>;
	readonly heard: () => number;

	/** What had come at the last beat. */
	heardBefore: number;

	/** Beats until the next question, or since the one that isn't answered. */
	beats: number;
	isAsking: boolean;
	isSilent: boolean;
};

/**
Whether an engine answers. It is asked every few seconds, in a way that takes it no work, while something of it is open; time
is counted in beats of our own, so that a machine that slept, or is busy, accuses no engine.
*/
export class Liveness implements EngineLiveness {
	readonly #watches = new Set<Watch>();
	readonly #listeners = new Set<SilenceListener>();
	#timer: NodeJS.Timeout | undefined;
	#wasSilent = false;

	/**
	@param ask - Resolves when the engine has answered; rejects when no answer comes any more, after which it is asked again.
	@param heard - How many bytes have come from where it is asked: while some do, its answer is only behind them, as on a
	slow link that has much to carry.
	@returns Ends the asking.
	*/
	watch(
		ask: () => Promise<unknown>,
		heard: () => number = () => 0,
	): () => void {
		const watch: Watch = {
			ask,
			heard,
			heardBefore: 0,
			beats: 0,
			isAsking: false,
			isSilent: false,
		};
		this.#watches.add(watch);
		this.#timer ??= setInterval(() => {
			for (const each of this.#watches) {
				this.#beat(each);
			}
		}, beat).unref();
		return () => {
			this.#watches.delete(watch);
			if (this.#watches.size === 0) {
				clearInterval(this.#timer);
				this.#timer = undefined;
			}

			this.#tell();
		};
	}

	onChange(listener: SilenceListener): () => void {
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	}

	#beat(watch: Watch): void {
		watch.beats++;
		const heard = watch.heard();
		if (watch.isAsking && heard !== watch.heardBefore) {
			watch.beats = 0;
			watch.isSilent = false;
			this.#tell();
		}

		watch.heardBefore = heard;
		if (!watch.isAsking && watch.beats >= pause) {
			watch.beats = 0;
			watch.isAsking = true;
			void this.#ask(watch);
		} else if (watch.isAsking && watch.beats >= patience) {
			watch.isSilent = true;
			this.#tell();
		}
	}

	async #ask(watch: Watch): Promise<void> {
		const hasAnswered = await watch.ask().then(
			() => true,
			() => false,
		);
		watch.beats = 0;
		watch.isAsking = false;
		watch.isSilent &&= !hasAnswered;
		this.#tell();
	}

	#tell(): void {
		const isSilent = [...this.#watches].some(watch => watch.isSilent);
		if (isSilent !== this.#wasSilent) {
			this.#wasSilent = isSilent;
			for (const listener of this.#listeners) {
				listener(isSilent);
			}
		}
	}
}
