import {lookalikeCharacter} from '../dockerfile/instructions/lookalikes.js';
import {nearMiss} from '../text/near-miss.js';
import {bytePathFromText, textOf} from '../text/byte-path.js';
import type {Files, MissingSource} from './port.js';

/** A name in a directory. */
export type ListedName = {readonly name: string; readonly isDirectory: boolean};

/**
@param directory - Without a leading slash; empty for the root.
@returns What is in it, in byte order, or `null` when there is no such directory.
*/
export type Lister = (
	directory: string,
) => Promise<readonly ListedName[] | null>;

/** How many names of a directory are told. */
const mostNames = 100;
const mostNearMisses = 5;
const wildcard = /[*?\[\\]/v;

/**
Goes down a path as far as there are directories.

@param wanted - The path that isn't there, or a pattern.
@param list - Of the filesystem that it was looked for in.
@returns The deepest directory on the way that exists, what is in it, and which of that may have been meant.
*/
export async function lookFor(
	wanted: string,
	list: Lister,
): Promise<Omit<MissingSource, 'point'>> {
	const components = wanted
		.split('/')
		.filter(part => !['', '.'].includes(part));
	let directory = '';
	let names = (await list('')) ?? [];
	let depth = 0;
	while (depth < components.length - 1 && !wildcard.test(components[depth]!)) {
		const component = components[depth]!;
		const below = directory === '' ? component : `${directory}/${component}`;

		if (
			!names.some(({name, isDirectory}) => name === component && isDirectory)
		) {
			break;
		}

		// eslint-disable-next-line no-await-in-loop -- each directory is in the one before
		const inside = await list(below);
		if (inside === null) {
			break;
		}

		directory = below;
		names = inside;
		depth++;
	}

	return {
		wanted: components.join('/'),
		directory,
		names: names.slice(0, mostNames).map(entry => shown(entry)),
		nearMisses: nearMissesOf(components[depth] ?? '', names),
	};
}

/**
@param filesystem - What was looked in, for people: `the build context`.
@returns One sentence: `There is no dist/app in the build context; dist/ has App, app.js.`
*/
export function describeMissing(
	{wanted, directory, names, nearMisses}: Omit<MissingSource, 'point'>,
	filesystem: string,
): string {
	const place = directory === '' ? 'it' : `${directory}/`;
	const told = nearMisses.length > 0 ? nearMisses : names.slice(0, 5);
	const rest = nearMisses.length > 0 ? 0 : names.length - told.length;
	const more =
		rest > 0 ? ` and ${names.length < mostNames ? rest : 'many'} more` : '';
	const character = lookalikeCharacter(wanted);
	const oddity =
		character === null ? '' : ` There is ${character} in ${wanted}.`;
	return `There is no ${wanted} in ${filesystem}; ${place} ${told.length === 0 ? 'is empty' : `has ${told.join(', ')}${more}`}.${oddity}`;
}

/** @returns The directories of a filesystem. */
export function filesLister(files: Pick<Files, 'readDirectory'>): Lister {
	return async directory => {
		try {
			const entries = await files.readDirectory(bytePathFromText(directory));
			return entries.map(({path, kind}) => ({
				name: textOf(path).split('/').at(-1)!,
				isDirectory: kind === 'directory',
			}));
		} catch {
			return null;
		}
	};
}

/**
@param wanted - What a COPY was told to take: paths and patterns.
@returns The first of the paths that isn't there; when all are there, the first of the patterns.
*/
export async function firstMissing(
	wanted: readonly string[],
	list: Lister,
): Promise<string | undefined> {
	for (const path of wanted.filter(each => !wildcard.test(each))) {
		const slash = path.lastIndexOf('/');
		// eslint-disable-next-line no-await-in-loop -- up to the first
		const names = await list(path.slice(0, Math.max(slash, 0)));
		if (
			path !== '' &&
			!names?.some(({name}) => name === path.slice(slash + 1))
		) {
			return path;
		}
	}

	return wanted.find(path => wildcard.test(path));
}

/** Names that differ little, and those that only lack or have an ending: `app.js` for `app`. */
function nearMissesOf(
	word: string,
	names: readonly ListedName[],
): readonly string[] {
	const left = new Map(names.map(entry => [entry.name, shown(entry)]));
	const found: string[] = [];
	const take = (name: string | undefined): boolean => {
		if (name === undefined || found.length === mostNearMisses) {
			return false;
		}

		found.push(left.get(name)!);
		left.delete(name);
		return true;
	};

	while (take(nearMiss(word, left.keys()))) {
		// Each turn takes the nearest of those that are left.
	}

	const stem = stemOf(word);
	for (const name of left.keys()) {
		if (stem !== '' && stemOf(name) === stem) {
			take(name);
		}
	}

	return found;
}

function stemOf(name: string): string {
	return name.toLowerCase().replace(/(?<=.)\..*$/v, '');
}

function shown({name, isDirectory}: ListedName): string {
	return isDirectory ? `${name}/` : name;
}
