/** How the line that is being typed makes room: it goes away, and comes back below what was written. */
export type Room = {
	clear(): void;
	redraw(): void;
};

/** The line that is being typed on a terminal, if there is one, and what is written there meanwhile. */
export class PromptRoom {
	#room: Room | undefined;

	/** Whether a line is being typed. */
	get isThere(): boolean {
		return this.#room !== undefined;
	}

	/**
	@param room - Of the line that is typed from now on.
	@returns Says that nothing is typed any more.
	*/
	begin(room: Room): () => void {
		this.#room = room;
		return () => {
			this.#room = undefined;
		};
	}

	/** @param write - Writes whole lines, above what is being typed. */
	above(write: () => void): void {
		this.#room?.clear();
		write();
		this.#room?.redraw();
	}
}
