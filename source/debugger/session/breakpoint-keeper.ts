import type {ProjectCache} from '../memory/project-cache.js';
import type {Breakpoint} from '../machine/state.js';

export type KeeperOptions = {
	/** Where they are kept; without it, nowhere. */
	readonly cache: ProjectCache | undefined;

	/** The texts of the command line's: those are for this session. */
	readonly given: readonly string[];

	/** Whether a text holds a secret: such a one is for this session, too. */
	readonly isSecret: (text: string) => boolean;
};

/** Keeps breakpoints for the next session on the same Dockerfile. */
export class BreakpointKeeper {
	readonly options: KeeperOptions;
	#writing = Promise.resolve();

	constructor(options: KeeperOptions) {
		this.options = options;
	}

	/** Begins to write them; `settled` tells when it is done. */
	keep(breakpoints: readonly Breakpoint[]): void {
		const {cache, given, isSecret} = this.options;
		const kept = breakpoints
			.filter(({text}) => !given.includes(text) && !isSecret(text))
			.map(({text, enabled}) => ({text, enabled}));
		this.#writing = this.#writing.then(async () =>
			cache?.writeBreakpoints(kept),
		);
	}

	async settled(): Promise<void> {
		await this.#writing;
	}
}
