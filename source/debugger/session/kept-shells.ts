import type {
	Container,
	Shell,
	ShellOptions,
	Snapshot,
} from '../../engine/port.js';

/** The containers that a session's shells can be entered in again, one for each point. Each lasts until it is closed. */
export class KeptShells {
	readonly #containers = new Map<
		string,
		{readonly state: unknown; readonly container: Container}
	>();

	/**
	@param point - As it is spelled.
	@param state - What the point's filesystem belongs to; a container of another state is none of this point's any more.
	@returns Whether there is a shell to come back to.
	*/
	has(point: string, state: unknown): boolean {
		const kept = this.#containers.get(point);
		return kept !== undefined && kept.state === state && kept.container.isOpen;
	}

	/**
	@param snapshot - Where a container is made when there is nothing to come back to.
	@returns A shell with the changes of those before it.
	@throws {UsageError} As `Snapshot.openContainer`.
	*/
	async open(
		point: string,
		state: unknown,
		snapshot: Snapshot,
		options: ShellOptions,
	): Promise<Shell> {
		if (!this.has(point, state)) {
			await this.drop(point);
			const container = await snapshot.openContainer();
			this.#containers.set(point, {state, container});
		}

		return this.#containers.get(point)!.container.openShell(options);
	}

	/** Lets go of the container of a point, if there is one. */
	async drop(point: string): Promise<void> {
		const kept = this.#containers.get(point);
		this.#containers.delete(point);
		await kept?.container.close();
	}

	/** Lets go of all. Never fails. */
	async close(): Promise<void> {
		await Promise.all(
			[...this.#containers.keys()].map(async point => this.drop(point)),
		);
	}
}
