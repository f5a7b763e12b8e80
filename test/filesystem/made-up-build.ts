import type {
	CopySource,
	CopyStep,
} from '../../source/filesystem/provenance/copies.js';
import {StepEffects} from '../../source/filesystem/provenance/trace/step-effects.js';
import {timelineOf} from '../../source/filesystem/provenance/trace/timeline.js';
import {ArrivalTracer} from '../../source/filesystem/provenance/trace/arrivals.js';
import {OriginTracer} from '../../source/filesystem/provenance/trace/origin.js';
import {CopyMappings} from '../../source/inspect/trace/copy-mappings.js';
import type {BytePath} from '../../source/text/byte-path.js';
import type {Entry} from '../../source/filesystem/tree/entry.js';
import {parentOf} from '../../source/filesystem/tree/paths.js';
import type {
	BuildGraph,
	Lookup,
	Place,
} from '../../source/filesystem/provenance/provenance.js';
import {directory, listing} from './listings.js';

type Base = BuildGraph['stages'][number]['base'];

/** A step of a made-up build: what is there after it, if that is something new, and what it copies. */
export type MadeUpStep = {
	readonly files?: readonly Entry[];
	readonly from?: CopySource;

	/** Of sources and destinations. */
	readonly copies?: ReadonlyArray<readonly [string, string]>;
};

/**
@param stages - Their FROM is made of the base and what is in it.
@param others - What is in images, by reference, and under `context` in the build context.
*/
export function madeUpBuild(
	stages: ReadonlyArray<{
		readonly base: Base;
		readonly steps: readonly MadeUpStep[];
	}>,
	others: Readonly<Record<string, readonly Entry[]>> = {},
): {readonly graph: BuildGraph; readonly lookup: Lookup} {
	const after = new Map<number, readonly Entry[]>();
	const before = new Map<number, readonly Entry[]>();
	const ends: Array<readonly Entry[]> = [];
	let id = 0;
	const graph: BuildGraph = {
		stages: stages.map(({base, steps}) => {
			let files = startOf(base, ends, others);
			const made = [{}, ...steps].map((step: MadeUpStep) => {
				before.set(id, files);
				files = step.files ? withParents(step.files) : files;
				after.set(id, files);
				const {from, copies} = step;
				const copy =
					from && copies
						? {
								step: id,
								operations: copies.map(([source, destination]) => ({
									from,
									source,
									destination,
								})),
							}
						: null;
				return {id: id++, executes: true, copy};
			});
			ends.push(files);
			return {base, steps: made};
		}),
	};
	const sourceOf = (step: number, operation: number): readonly Entry[] => {
		const {copy} = graph.stages
			.flatMap(({steps}) => steps)
			.find(one => one.id === step)!;
		const {from} = copy!.operations[operation]!;
		return from.kind === 'stage'
			? ends[from.stage]!
			: withParents(
					others[from.kind === 'image' ? from.reference : from.kind] ?? [],
				);
	};

	const at = (place: Place): readonly Entry[] => {
		switch (place.kind) {
			case 'before': {
				return before.get(place.step)!;
			}

			case 'after': {
				return after.get(place.step)!;
			}

			case 'image': {
				return withParents(others[place.reference] ?? []);
			}

			case 'context': {
				return withParents(others['context'] ?? []);
			}

			case 'failed': {
				return [];
			}

			case 'copy': {
				return sourceOf(place.step, place.operation);
			}
		}
	};

	return {
		graph,
		lookup: {
			async stat(place, path) {
				return at(place).find(entry => entry.path === path) ?? null;
			},
			async readDirectory(place, path) {
				return at(place).filter(
					entry => entry.path !== '' && parentOf(entry.path) === path,
				);
			},
			async compare(a, b) {
				const [one, other] = [a, b].map(spot =>
					at(spot.place).find(entry => entry.path === spot.path),
				);
				return contentsOf(one!) === contentsOf(other!) ? 'same' : 'different';
			},
			compareMember: async () => 'unknown',
			namesOf: async () => null,
			list: async place => at(place),
			async touched(from, to) {
				const [old, present] = [at(from), at(to)];
				return {
					before: old.filter(entry => !present.includes(entry)),
					after: present.filter(entry => !old.includes(entry)),
				};
			},
		},
	};
}

/** What made-up files hold: their size and time tell, unless an attribute does. */
export function contentsOf({size, modified, xattrs}: Entry): string {
	return String(xattrs.get('contents') ?? [size, modified]);
}

/** @returns What follows the files of a made-up build. */
export function tracersOf({graph, lookup}: ReturnType<typeof madeUpBuild>) {
	const mappings = new CopyMappings(lookup);
	const mappingOf = async (copy: CopyStep) => mappings.of(copy);
	const effects = new StepEffects(lookup, mappingOf);
	const origins = new OriginTracer(graph, effects);
	const arrivals = new ArrivalTracer(graph, effects, mappingOf);
	return {
		origin: async (stage: number, path: BytePath) =>
			origins.trace(timelineOf(graph, stage), path),
		arrivals: async (stage: number, path: BytePath) =>
			arrivals.trace([{stage, path, links: []}]),
		async course(stage: number, index: number, path: BytePath) {
			const {states} = timelineOf(graph, stage);
			const entry = await lookup.stat(states[index]!.place, path);
			return arrivals.follow(states, index, entry!);
		},
		async names(stage: number, index: number, path: BytePath) {
			const {states} = timelineOf(graph, stage);
			const entry = await lookup.stat(states[index]!.place, path);
			return arrivals.names.linked(states, index, entry!);
		},
	};
}

function startOf(
	base: Base,
	ends: ReadonlyArray<readonly Entry[]>,
	others: Readonly<Record<string, readonly Entry[]>>,
): readonly Entry[] {
	switch (base.kind) {
		case 'stage': {
			return ends[base.stage]!;
		}

		case 'image': {
			return withParents(others[base.reference] ?? []);
		}

		default: {
			return [];
		}
	}
}

/** The entries and the directories that they are in. */
export function withParents(entries: readonly Entry[]): readonly Entry[] {
	const all = new Map(entries.map(entry => [entry.path, entry]));
	for (const {path} of entries) {
		for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
			if (!all.has(above)) {
				all.set(above, {...directory(''), path: above});
			}
		}
	}

	return listing(...all.values());
}
