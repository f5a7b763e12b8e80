import type {Build, Files} from '../engine/port.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import {UsageError} from '../errors.js';
import type {
	BuildGraph,
	Lookup,
	Place,
} from '../filesystem/provenance/provenance.js';

/** @returns What following files through a build takes to know of it. */
export function buildGraph(build: BuildFiles): BuildGraph {
	const {program} = build;
	return {
		stages: program.stages.map(({index, steps}) => ({
			base: baseOf(program.graph.stages[index]!.base),
			steps: steps.map(id => ({
				id,
				executes: program.steps[id]!.executes,
				copy: build.copiesOf(id),
			})),
		})),
	};
}

function baseOf(
	base: Build['program']['graph']['stages'][number]['base'],
): BuildGraph['stages'][number]['base'] {
	return base.kind === 'context' ? {kind: 'context'} : base;
}

/** @returns A look into the filesystems of a build, each opened once and only when it is asked for. */
export function buildLookup(build: BuildFiles): Lookup {
	const opened = new Map<string, Promise<Files>>();
	const open = async (place: Place): Promise<Files> => {
		const key = JSON.stringify(place);
		const snapshot =
			opened.get(key) ??
			(place.kind === 'copy'
				? build.copySource(place.step, place.operation)
				: build.snapshot(place));
		opened.set(key, snapshot);
		return snapshot;
	};

	return {
		async stat(place, path) {
			const snapshot = await open(place);
			return orNothing(async () => snapshot.stat(path), null);
		},
		async readDirectory(place, path) {
			const snapshot = await open(place);
			return orNothing(async () => snapshot.readDirectory(path), []);
		},
	};
}

async function orNothing<T>(read: () => Promise<T>, nothing: T): Promise<T> {
	try {
		return await read();
	} catch (error) {
		if (error instanceof UsageError) {
			return nothing;
		}

		throw error;
	}
}
