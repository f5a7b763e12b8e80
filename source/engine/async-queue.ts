/** How many items may wait before whoever can is to wait with more. */
const most = 64;

/** Turns calls into an async iterable: what is pushed comes out, in order, until `end` or `fail`. */
export class AsyncQueue<T> implements AsyncIterable<T> {
	#items: T[] = [];
	#wake: (() => void) | undefined;
	#makeRoom: (() => void) | undefined;
	#isLeft = false;
	#outcome: {readonly error: Error | null} | undefined;

	push(item: T): void {
		this.#items.push(item);
		this.#wake?.();
	}

	/** Ends the iterable after what was pushed. */
	end(): void {
		this.#settle(null);
	}

	/** Makes the iterable throw after what was pushed. */
	fail(error: Error): void {
		this.#settle(error);
	}

	/**
	@returns When there is room for more: at once, unless many items wait; then when they come out, at the end, or when nobody
	takes them any more.
	*/
	async room(): Promise<void> {
		if (this.#items.length >= most && !this.#outcome && !this.#isLeft) {
			await new Promise<void>(resolve => {
				this.#makeRoom = resolve;
			});
		}
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
		this.#isLeft = false;
		try {
			for (;;) {
				const items = this.#items;
				this.#items = [];
				this.#makeRoom?.();
				yield* items;

				if (this.#items.length > 0) {
					continue;
				}

				if (this.#outcome) {
					if (this.#outcome.error) {
						throw this.#outcome.error;
					}

					return;
				}

				// eslint-disable-next-line no-await-in-loop -- each turn waits for the next push
				await new Promise<void>(resolve => {
					this.#wake = resolve;
				});
			}
		} finally {
			this.#isLeft = true;
			this.#makeRoom?.();
		}
	}

	#settle(error: Error | null): void {
		this.#outcome ??= {error};
		this.#wake?.();
		this.#makeRoom?.();
	}
}
