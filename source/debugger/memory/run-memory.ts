import type {
	Build,
	ContextListing,
	Program,
	StepInputs,
} from '../../engine/port.js';
import {inputsOf} from '../machine/dependents.js';
import {type Outline, outlineOf, pairSteps} from '../machine/outline.js';
import {stageLabel, stepLabel} from '../points/point.js';
import {
	type FileChange,
	changedFiles,
	changesIn,
	matcherOf,
} from './context-changes.js';
import {
	addressesIn,
	areSameDownloads,
	changedDownloads,
	type DownloadSums,
	downloadSums,
} from './download-sums.js';
import type {ProjectCache} from './project-cache.js';
import {hasOtherInputs, ownReasons} from './why-not-cached.js';

/** What is said of a step that is as it was. */
const forgotten = ['nothing differs: the engine no longer had it in its cache'];

/** What is said of one that failed: nobody keeps a result of it. */
const failedBefore = [
	'it failed the last time, so there was nothing in the cache',
];

type Loaded = {
	readonly build: Build;

	/** By step: what it depended on when it last was done before this build was loaded. */
	readonly earlier: ReadonlyMap<number, StepInputs>;

	/** Of those, the ones whose instruction has another text now. */
	readonly edited: ReadonlySet<number>;

	/** Those that are done since. */
	readonly done: Set<number>;

	/** Those that ran since, and weren't taken from the cache. */
	readonly ran: Set<number>;

	/** Those that failed when they last ran. */
	readonly failed: Set<number>;

	/** Those of them that did since this build was loaded, as they are now. */
	readonly failedNow: Set<number>;

	/** By step: what the addresses that it fetches from held before this build was loaded, and hold now. */
	readonly earlierSums: ReadonlyMap<number, DownloadSums>;
	readonly sums: Map<number, DownloadSums>;

	/** Those that are being read, or have been. */
	readonly reading: Map<number, Promise<DownloadSums>>;

	/** The build context now, and what of it differs from the time before. */
	readonly context: Promise<ContextListing | null>;
	readonly changes: Promise<readonly FileChange[]>;
};

export type RunMemoryOptions = {
	readonly cache: ProjectCache | null;

	/** @returns A text without the values of secrets. */
	readonly hide: (text: string) => string;

	/** @returns The names that are build arguments at a step. */
	readonly argumentNames: (
		program: Program,
		step: number,
	) => ReadonlySet<string>;
};

/** Remembers what steps depended on when they ran, over reloads and sessions, and tells what differs when one runs again. */
export class RunMemory {
	readonly #options: RunMemoryOptions;
	readonly #stopped = new AbortController();
	#loaded: Promise<Loaded> | undefined;

	constructor(options: RunMemoryOptions) {
		this.#options = options;
	}

	/**
	Goes over to a build that was loaded.

	@returns The steps that read files of the build context that changed since the last build of this session.
	*/
	async adopt(build: Build): Promise<readonly number[]> {
		const before = await this.#loaded;
		this.#loaded = this.#load(build, before);
		if (!before) {
			return [];
		}

		const {changes} = await this.#loaded;
		const changed = await changes;
		return build.program.steps
			.map(({id}) => id)
			.filter(step => seenBy(build.inputsOf(step), changed).length > 0);
	}

	/** Steps are done: the next time, this is what they depended on. */
	async remember(steps: readonly number[]): Promise<void> {
		const loaded = await this.#loaded;
		for (const step of steps) {
			loaded?.done.add(step);
			loaded?.failed.delete(step);
			if (loaded && addressesOf(loaded, step).length > 0) {
				void this.#sumsOf(loaded, step);
			}
		}
	}

	/** A step ran, and wasn't taken from the cache; a FROM is asked for every time. */
	async rememberRun(step: number): Promise<void> {
		const loaded = await this.#loaded;
		if (loaded?.build.program.steps[step]!.index !== 0) {
			loaded?.ran.add(step);
		}
	}

	/** Steps failed: the next time, there is no result of theirs. */
	async rememberFailures(steps: readonly number[]): Promise<void> {
		const loaded = await this.#loaded;
		for (const step of steps) {
			loaded?.failed.add(step);
			loaded?.failedNow.add(step);
		}
	}

	/**
	@param step - One that runs.
	@returns Why it wasn't cached, each reason in a few words; empty when it never ran before.
	*/
	async explain(step: number): Promise<readonly string[]> {
		const loaded = await this.#loaded;
		if (loaded?.failedNow.has(step)) {
			return failedBefore;
		}

		const before = loaded?.earlier.get(step);
		const after = loaded?.build.inputsOf(step);
		if (!loaded || !before || !after) {
			const {hide} = this.#options;
			return loaded?.failed.has(step)
				? loaded.edited.has(step)
					? [`instruction: ${hide(loaded.build.program.steps[step]!.text)}`]
					: failedBefore
				: [];
		}

		const hasFailed = loaded.failed.has(step);
		const changes = await loaded.changes;
		const own = this.#own(loaded, step, changes);
		if (own.length > 0) {
			return own.map(reason => this.#options.hide(reason));
		}

		if (hasFailed) {
			return failedBefore;
		}

		const {hide} = this.#options;
		const addresses = addressesOf(loaded, step).map(address => hide(address));
		const earlierSums = loaded.earlierSums.get(step) ?? {};
		const sums = addresses.length > 0 ? await this.#sumsOf(loaded, step) : {};
		const fetched = changedDownloads(earlierSums, sums);
		if (fetched.length > 0) {
			return fetched;
		}

		const {program} = loaded.build;
		const inputs = allInputsOf(program, step);
		const root = inputs.find(
			other => this.#own(loaded, other, changes).length > 0,
		);
		if (root !== undefined) {
			return [
				`${whatIs(program, root, step)} changed: see ${stepLabel(program, root)}`,
			];
		}

		if (hasOtherInputs({before, after})) {
			return ['what it builds on changed'];
		}

		const again = inputs.find(other => loaded.ran.has(other));
		if (again !== undefined) {
			return [
				`${whatIs(program, again, step)} ran again: see ${stepLabel(program, again)}`,
			];
		}

		return areSameDownloads(earlierSums, sums, addresses)
			? forgotten
			: [
					`the contents of ${addresses.join(' or ')} changed, or the engine no longer had it in its cache`,
				];
	}

	/** Ends, and keeps what is known for the next session; it doesn't wait for what is still being read. Never fails. */
	async close(): Promise<void> {
		this.#stopped.abort();
		const loaded = await this.#loaded;
		const {cache} = this.#options;
		if (!cache || !loaded || loaded.done.size + loaded.failed.size === 0) {
			return;
		}

		const inputs = lastInputs(loaded);
		const {program} = loaded.build;
		await cache.writeRun({
			outline: outlineOf(program).map(({name, steps}) => ({
				name,
				steps: steps.map(text => this.#options.hide(text)),
			})),
			inputs: program.steps.map(({id}) => {
				const known = inputs.get(id);
				return known ? this.#hideIn(known) : null;
			}),
			failed: [...loaded.failed],
			downloads: [...lastSums(loaded)],
			context: await loaded.context,
		});
	}

	async #sumsOf(loaded: Loaded, step: number): Promise<DownloadSums> {
		const {build, reading, sums} = loaded;
		const known =
			reading.get(step) ??
			downloadSums(build, step).then(found => {
				const {hide} = this.#options;
				const hidden = Object.fromEntries(
					Object.entries(found).map(([address, sum]) => [hide(address), sum]),
				);
				sums.set(step, hidden);
				return hidden;
			});
		reading.set(step, known);
		return known;
	}

	#hideIn(inputs: StepInputs): StepInputs {
		const {hide} = this.#options;
		const hideAll = (texts: Readonly<Record<string, string>>) =>
			Object.fromEntries(
				Object.entries(texts).map(([name, text]) => [name, hide(text)]),
			);
		return {
			...inputs,
			text: hide(inputs.text),
			environment: hideAll(inputs.environment),
			settings: hideAll(inputs.settings),
		};
	}

	async #load(build: Build, before: Loaded | undefined): Promise<Loaded> {
		const {hide} = this.#options;
		const known = await this.#earlier(before);
		const outline = known?.outline ?? [];
		const texts = outline.flatMap(({steps}) => steps);
		const {newOf} = pairSteps(outline, outlineOf(build.program));
		const context = this.#list(build, known?.context ?? null);
		return {
			build,
			earlier: new Map(
				[...(known?.inputs ?? [])].flatMap(([old, inputs]) => {
					const step = newOf.get(old);
					return step === undefined ? [] : [[step, inputs] as const];
				}),
			),
			edited: new Set(
				[...newOf].flatMap(([old, step]) =>
					hide(texts[old]!) === hide(build.program.steps[step]!.text)
						? []
						: [step],
				),
			),
			done: new Set(),
			ran: new Set(),
			failed: new Set(
				[...(known?.failed ?? [])].flatMap(old => newOf.get(old) ?? []),
			),
			failedNow: new Set(),
			earlierSums: new Map(
				[...(known?.downloads ?? [])].flatMap(([old, sums]) => {
					const step = newOf.get(old);
					return step === undefined ? [] : [[step, sums] as const];
				}),
			),
			sums: new Map(),
			reading: new Map(),
			context,
			changes: context.then(listing =>
				known?.context && listing ? changedFiles(known.context, listing) : [],
			),
		};
	}

	async #earlier(before: Loaded | undefined): Promise<{
		readonly outline: Outline;
		readonly inputs: ReadonlyMap<number, StepInputs>;
		readonly failed?: Iterable<number>;
		readonly downloads?: Iterable<readonly [number, DownloadSums]>;
		readonly context: ContextListing | null;
	} | null> {
		if (before) {
			return {
				outline: outlineOf(before.build.program),
				inputs: lastInputs(before),
				failed: before.failed,
				downloads: lastSums(before),
				context: await before.context,
			};
		}

		const run = (await this.#options.cache?.readRun()) ?? null;
		return (
			run && {
				...run,
				inputs: new Map(
					run.inputs.flatMap((known, step) =>
						known ? [[step, known] as const] : [],
					),
				),
			}
		);
	}

	/** A context that can't be read is the build's own trouble: here it only leaves less to tell. */
	async #list(
		build: Build,
		earlier: ContextListing | null,
	): Promise<ContextListing | null> {
		const read = build.program.steps.map(
			({id}) => build.inputsOf(id)?.contextFiles ?? null,
		);
		if (read.every(patterns => patterns === null)) {
			return new Map();
		}

		try {
			return await build.contextListing({
				...(earlier && {earlier}),
				reads: matcherOf(read.flatMap(patterns => patterns ?? [])),
				signal: this.#stopped.signal,
			});
		} catch {
			return null;
		}
	}

	#own(
		{build, earlier, edited}: Loaded,
		step: number,
		changes: readonly FileChange[],
	): readonly string[] {
		const before = earlier.get(step);
		const inputs = build.inputsOf(step);
		const after = inputs && this.#hideIn(inputs);
		return before && after
			? ownReasons({
					before: this.#hideIn(before),
					after,
					isEdited: edited.has(step),
					argumentNames: this.#options.argumentNames(build.program, step),
					files: seenBy(after, changes),
				})
			: [];
	}
}

/** The steps that a step builds on, directly or through others, in file order. */
function allInputsOf(program: Program, step: number): readonly number[] {
	const onTheWay = new Set([step]);
	const open = [step];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		for (const input of inputsOf(program, next)) {
			if (!onTheWay.has(input)) {
				onTheWay.add(input);
				open.push(input);
			}
		}
	}

	onTheWay.delete(step);
	return [...onTheWay].toSorted((a, b) => a - b);
}

/** What a step is to another one that builds on it. */
function whatIs(program: Program, root: number, step: number): string {
	const {stage} = program.steps[root]!;
	return stage === program.steps[step]!.stage
		? 'a step before it'
		: `the stage ${stageLabel(program, stage)}`;
}

function lastInputs({
	build,
	earlier,
	done,
}: Loaded): ReadonlyMap<number, StepInputs> {
	const inputs = new Map(earlier);
	for (const step of done) {
		const now = build.inputsOf(step);
		if (now) {
			inputs.set(step, now);
		}
	}

	return inputs;
}

function addressesOf({build}: Loaded, step: number): readonly string[] {
	return addressesIn(build.inputsOf(step)?.text ?? '');
}

/** Those that couldn't be read now are as they were, as far as anybody knows. */
function lastSums({
	earlierSums,
	sums,
}: Loaded): ReadonlyMap<number, DownloadSums> {
	return new Map([...earlierSums, ...sums]);
}

function seenBy(
	inputs: StepInputs | null,
	changes: readonly FileChange[],
): readonly FileChange[] {
	return inputs?.contextFiles ? changesIn(changes, inputs.contextFiles) : [];
}
