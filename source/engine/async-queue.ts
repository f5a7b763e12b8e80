/** Turns calls into an async iterable: what is pushed comes out, in order, until `end` or `fail`. */
export class AsyncQueue<T> implements AsyncIterable<T> {
	#items: T[] = [];
	#wake: (() => void) | undefined;
	#outcome: {readonly error: Error | null} | undefined;

	push(item: T): void {
		this.#items.push(item);
		this.#wake?.();
	}

	/** Ends the iterable after what was pushed. */
	end(): void {
		this.#outcome ??= {error: null};
		this.#wake?.();
	}

	/** Makes the iterable throw after what was pushed. */
	fail(error: Error): void {
		this.#outcome ??= {error};
		this.#wake?.();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
		for (;;) {
			const items = this.#items;
			this.#items = [];
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
	}
}
