import picomatch from 'picomatch';
import {
	type BytePath,
	asBytePath,
	bytePathFromText,
	joinBytePath,
	rootPath,
	textOf,
} from '../../text/byte-path.js';
import type {Entry} from '../tree/entry.js';
import {isWithin, nameOf, parentOf} from '../tree/paths.js';
import {type ResolvedPath, resolvePath} from '../tree/resolve-path.js';
import {
	type CopyOperation,
	type CopySource,
	type CopyStep,
	destinationOf,
	originOf,
} from './copies.js';

/** A filesystem of a build that can be looked into. */
export type Place =
	| {readonly kind: 'before' | 'after'; readonly step: number}
	| {readonly kind: 'image'; readonly reference: string}
	| {readonly kind: 'context'}
	/** What an operation of a copy reads. */
	| {readonly kind: 'copy'; readonly step: number; readonly operation: number};

/** Looks into the filesystems of a build, as far as that is needed. */
export type Lookup = {
	/** @returns What is at a path, links not followed; `null` when nothing is. */
	stat(place: Place, path: BytePath): Promise<Entry | null>;

	/** @returns What is in a directory; empty when there is none. */
	readDirectory(place: Place, path: BytePath): Promise<readonly Entry[]>;
};

/** What is to be known of a build to follow files through it. */
export type BuildGraph = {
	readonly stages: ReadonlyArray<{
		readonly base:
			| {readonly kind: 'stage'; readonly stage: number}
			| {readonly kind: 'image'; readonly reference: string}
			| {readonly kind: 'scratch' | 'context'};

		/** FROM first. */
		readonly steps: ReadonlyArray<{
			readonly id: number;
			readonly executes: boolean;

			/** `null` for what isn't a copy. */
			readonly copy: CopyStep | null;
		}>;
	}>;
};

/** One thing that happened to a file on its way, and where it was then. */
export type Link = {
	readonly path: BytePath;
	readonly step: number;
} & (
	| {
			readonly kind: 'copied';
			readonly from: CopySource;
			readonly source: BytePath;
	  }
	/** The step wrote it. */
	| {readonly kind: 'written'}
	/** The step changed its mode or owner, not its contents. */
	| {readonly kind: 'touched'}
	/** It came with the image that the stage starts from. */
	| {readonly kind: 'base'; readonly reference: string}
);

/**
Follows a file back to where it came from, by the build's copies and by which steps changed it.

@param stage - The index of the stage at whose end the file is.
@param path - Directories on the way may be symbolic links.
@returns What happened to it, the last first; empty when there is no such file.
*/
export async function traceOrigin(
	graph: BuildGraph,
	lookup: Lookup,
	stage: number,
	path: BytePath,
): Promise<readonly Link[]> {
	return new Tracer(graph, lookup).trace(stage, path);
}

class Tracer {
	readonly #graph: BuildGraph;
	readonly #lookup: Lookup;

	constructor(graph: BuildGraph, lookup: Lookup) {
		this.#graph = graph;
		this.#lookup = lookup;
	}

	async trace(stage: number, path: BytePath): Promise<readonly Link[]> {
		const {steps, base} = this.#graph.stages[stage]!;
		const end: Place = {kind: 'after', step: steps.at(-1)!.id};
		const real = await this.#realPath(end, path);
		const entry = await this.#lookup.stat(end, real);
		if (entry === null) {
			return [];
		}

		const links: Link[] = [];
		for (const step of steps.slice(1).toReversed()) {
			// eslint-disable-next-line no-await-in-loop -- the first that is found ends the search
			const link = step.executes ? await this.#linkOf(step, entry) : null;
			if (link === null) {
				continue;
			}

			links.push(link);
			if (link.kind === 'copied') {
				return link.from.kind === 'stage'
					? // eslint-disable-next-line no-await-in-loop -- ends the loop
						[...links, ...(await this.trace(link.from.stage, link.source))]
					: links;
			}

			if (link.kind === 'written') {
				return links;
			}
		}

		switch (base.kind) {
			case 'stage': {
				return [...links, ...(await this.trace(base.stage, real))];
			}

			case 'image': {
				const {reference} = base;
				return [
					...links,
					{path: real, step: steps[0]!.id, kind: 'base', reference},
				];
			}

			default: {
				return links;
			}
		}
	}

	async #linkOf(
		step: BuildGraph['stages'][number]['steps'][number],
		entry: Entry,
	): Promise<Link | null> {
		const {path} = entry;
		if (step.copy !== null) {
			return (
				(await this.#copyOf(step.copy, entry)) ??
				this.#directoryMadeBy(step.copy, entry)
			);
		}

		const [before, after] = await Promise.all([
			this.#lookup.stat({kind: 'before', step: step.id}, path),
			this.#lookup.stat({kind: 'after', step: step.id}, path),
		]);
		if (after === null || (before !== null && areSame(before, after))) {
			return null;
		}

		const isTouched = before !== null && haveSameContents(before, after);
		return {path, step: step.id, kind: isTouched ? 'touched' : 'written'};
	}

	/** The last of the sources that holds the file: a later one overwrites what an earlier one brought. */
	async #copyOf(
		{step, operations}: CopyStep,
		entry: Entry,
	): Promise<Link | null> {
		for (const operation of operations.toReversed()) {
			// eslint-disable-next-line no-await-in-loop -- the first that is found ends the search
			const source = await this.#sourceOf(step, operation, entry);
			if (source !== null) {
				const {from} = operation;
				return {path: entry.path, step, kind: 'copied', from, source};
			}
		}

		return null;
	}

	/** A copy makes the directories on the way to its destination that weren't there. */
	async #directoryMadeBy(
		{step, operations}: CopyStep,
		{path, kind}: Entry,
	): Promise<Link | null> {
		const isOnTheWay =
			kind === 'directory' &&
			operations.some(operation => isWithin(destinationOf(operation), path));
		return isOnTheWay &&
			(await this.#lookup.stat({kind: 'before', step}, path)) === null
			? {path, step, kind: 'written'}
			: null;
	}

	async #sourceOf(
		step: number,
		operation: CopyOperation,
		{path, kind}: Entry,
	): Promise<BytePath | null> {
		const destination = await this.#realPath(
			{kind: 'after', step},
			joinBytePath(destinationOf(operation), asBytePath('x')),
		);
		const real = {...operation, destination: textOf(parentOf(destination))};
		if (!isWithin(path, parentOf(destination))) {
			return null;
		}

		const place = this.#placeOf(operation.from);
		if (place === null) {
			return null;
		}

		for (const match of await this.#expand(place, operation.source)) {
			// eslint-disable-next-line no-await-in-loop -- the first that is found ends the search
			const target = await this.#followed(place, match);
			const candidate =
				target === null || (kind === 'directory' && target.kind !== 'directory')
					? null
					: originOf(real, path, {
							path: match,
							isDirectory: target.kind === 'directory',
						});
			// eslint-disable-next-line no-await-in-loop -- see above
			if (candidate !== null && (await this.#isThere(place, candidate))) {
				return candidate;
			}
		}

		return null;
	}

	async #isThere(place: Place, path: BytePath): Promise<boolean> {
		const real = await this.#realPath(place, path);
		return real === rootPath || (await this.#lookup.stat(place, real)) !== null;
	}

	#placeOf(from: CopySource): Place | null {
		switch (from.kind) {
			case 'stage': {
				const last = this.#graph.stages[from.stage]!.steps.at(-1)!;
				return {kind: 'after', step: last.id};
			}

			case 'image': {
				return from;
			}

			case 'context': {
				return from.name === null ? {kind: 'context'} : null;
			}

			case 'address':
			case 'heredoc': {
				return null;
			}
		}
	}

	/** The paths that a pattern matches. */
	async #expand(place: Place, pattern: string): Promise<readonly BytePath[]> {
		let found: readonly BytePath[] = [rootPath];
		for (const part of pattern.split('/').filter(Boolean)) {
			// eslint-disable-next-line no-await-in-loop -- one level after the other
			const levels = await Promise.all(
				found.map(async directory => this.#children(place, directory, part)),
			);
			found = levels.flat();
		}

		return found;
	}

	async #children(
		place: Place,
		directory: BytePath,
		part: string,
	): Promise<readonly BytePath[]> {
		if (!/[*?\[\\]/v.test(part)) {
			return [joinBytePath(directory, bytePathFromText(part))];
		}

		const matches = picomatch(part, {
			dot: true,
			noextglob: true,
			nobrace: true,
		});
		const real = await this.#realPath(
			place,
			joinBytePath(directory, asBytePath('x')),
		);
		const entries = await this.#lookup.readDirectory(place, parentOf(real));
		return entries
			.map(({path}) => nameOf(path))
			.filter(name => matches(textOf(name)))
			.map(name => joinBytePath(directory, name));
	}

	/** What a path is once all links are followed; `null` when it leads nowhere. */
	async #followed(
		place: Place,
		path: BytePath,
	): Promise<{readonly kind: Entry['kind']} | null> {
		if (path === rootPath) {
			return {kind: 'directory'};
		}

		const resolved = await this.#resolve(place, path);
		return resolved.kind === 'found'
			? (resolved.entry ?? {kind: 'directory'})
			: null;
	}

	/** The path without links on the way to its last name, which is left as it is, and may be none. */
	async #realPath(place: Place, path: BytePath): Promise<BytePath> {
		const directory = await this.#resolve(place, parentOf(path));
		return directory.kind === 'found'
			? joinBytePath(directory.path, nameOf(path))
			: path;
	}

	async #resolve(place: Place, path: BytePath): Promise<ResolvedPath> {
		return resolvePath(
			path,
			async at => (await this.#lookup.stat(place, at)) ?? undefined,
		);
	}
}

function haveSameContents(a: Entry, b: Entry): boolean {
	return (
		a.kind === b.kind &&
		a.size === b.size &&
		a.modified === b.modified &&
		a.linkTarget === b.linkTarget
	);
}

function areSame(a: Entry, b: Entry): boolean {
	return (
		haveSameContents(a, b) &&
		a.mode === b.mode &&
		a.uid === b.uid &&
		a.gid === b.gid
	);
}
