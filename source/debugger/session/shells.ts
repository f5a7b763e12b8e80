import type {
	Build,
	Point,
	Shell,
	ShellOptions,
	Snapshot,
} from '../../engine/port.js';
import {formatPoint} from '../points/point.js';
import {exactPoint} from '../points/reached.js';
import type {DebuggerState} from '../machine/state.js';
import {KeptShells} from './kept-shells.js';

/** What a point's last shell is found by again. */
export type ShellKey = {
	/** The point, as it is spelled. */
	readonly name: string;

	/** What the point's filesystem belongs to. */
	readonly state: unknown;
};

export type SessionShellOptions = ShellOptions & {
	/** Whether a new one is wanted though there is one to come back to. */
	readonly fresh?: boolean;
};

/**
@param build - The one that the session has now.
@returns What the point's last shell is found by. A failed state is that of one failure: after another, the same name means
something else.
*/
export function shellKey(
	point: Point,
	state: DebuggerState,
	build: Build | undefined,
): ShellKey {
	const exact = exactPoint(point, state);
	const failure =
		exact.kind === 'failed' || exact.kind === 'source'
			? state.failures.find(({step}) => step === exact.step)
			: undefined;
	return {
		name: formatPoint(exact, state.program!),
		state: failure ?? build,
	};
}

/** The shells of a session, and the builds that are only there for them. */
export class SessionShells {
	readonly #open = new Set<Shell>();
	readonly #kept = new KeptShells();

	/** Builds that were loaded anew while shells of theirs were open. */
	readonly #retired: Build[] = [];

	/** @returns Whether `open` would come back to a shell with its changes. */
	has({name, state}: ShellKey): boolean {
		return this.#kept.has(name, state);
	}

	/**
	@param options - Without a command the last shell of the point is entered again, with its changes, unless `fresh` is set.
	@returns A shell, to be closed with `close`.
	@throws {UsageError} As `Snapshot.openShell`.
	*/
	async open(
		{name, state}: ShellKey,
		snapshot: Snapshot,
		{fresh = false, ...options}: SessionShellOptions,
	): Promise<Shell> {
		if (fresh) {
			await this.#kept.drop(name);
		}

		const isForPeople =
			options.terminal !== null && options.command === undefined;
		const shell = await (isForPeople
			? this.#kept.open(name, state, snapshot, options)
			: snapshot.openShell(options));
		this.#open.add(shell);
		return shell;
	}

	/** Ends a shell. With the last one, the builds end that were only there for shells. */
	async close(shell: Shell): Promise<void> {
		await shell.close();
		this.#open.delete(shell);
		await this.#closeRetired();
	}

	/** Closes a build that isn't the session's any more, once no shell is open. */
	async retire(build: Build): Promise<void> {
		this.#retired.push(build);
		await this.#closeRetired();
	}

	/** Ends all shells and retired builds. Never fails. */
	async closeAll(): Promise<void> {
		const shells = [...this.#open];
		this.#open.clear();
		await Promise.all(shells.map(async shell => shell.close()));
		await this.#kept.close();
		await this.#closeRetired();
	}

	async #closeRetired(): Promise<void> {
		if (this.#open.size === 0) {
			await Promise.all(
				this.#retired.splice(0).map(async build => build.close()),
			);
		}
	}
}
