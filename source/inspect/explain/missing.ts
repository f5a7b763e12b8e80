import {posix} from 'node:path';
import type {Cause} from '../../debugger/machine/explanation.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import {nameOf} from '../../filesystem/tree/paths.js';
import type {ResolvedPath} from '../../filesystem/tree/resolve-path.js';
import {withPlainCharacters} from '../../dockerfile/instructions/lookalikes.js';
import {nearMiss} from '../../text/near-miss.js';
import {readableOf} from '../../text/byte-path.js';
import {absolute, nearestFolder} from './look.js';
import {fullPath, searchedFolders, type Setting} from './setting.js';

/** How many places, or near misses, are told at most. */
const most = 3;

/** Shells, by where they are. */
const knownShells = ['/bin/sh', '/bin/bash', '/bin/ash', '/busybox/sh'];

/**
@param program - As it was named, and isn't where it was looked for.
@param path - Where that was; `null` where it was looked for in PATH.
@returns Where else it is, or what it may have been meant for.
*/
export async function explainMissingProgram(
	setting: Setting,
	{
		program,
		path,
		isShell,
	}: {
		readonly program: string;
		readonly path: string | null;
		readonly isShell: boolean;
	},
): Promise<Cause | null> {
	const name = posix.basename(program);
	const searched =
		path === null ? searchedFolders(setting) : [posix.dirname(path)];
	const {entries, isWhole} = await listOf(setting, searched);
	const programs = entries.filter(({kind}) => kind !== 'directory');
	const places = programs
		.filter(entry => nameOf(entry.path) === name && isRunnable(entry))
		.map(entry => readableOf(entry.path))
		.map(place => `/${place}`)
		.filter(place => place !== path);
	if (places.some(place => searched.includes(posix.dirname(place)))) {
		// The command had another PATH than the instruction.
		return null;
	}

	if (places.length > 0) {
		return {
			kind: 'outside-path',
			program,
			places: shortestFirst(places).slice(0, most),
			searched,
		};
	}

	const nearby = programs.filter(({path: at}) =>
		searched.includes(posix.dirname(absolute(at))),
	);
	const similar = nearName(
		name,
		nearby.map(entry => readableOf(nameOf(entry.path))),
	);
	return {
		kind: 'missing-program',
		program,
		searched,
		nearMisses: similar === undefined ? [] : [similar],
		isWhole,
		isShell,
		shells: isShell ? await shellsIn(setting) : [],
	};
}

/** @returns Where a program of that name is; `null` where there is none, or no time to look. */
export async function placeAnywhere(
	setting: Setting,
	program: string,
): Promise<string | null> {
	const name = posix.basename(program);
	const {entries} = await listOf(setting, []);
	const places = entries
		.filter(entry => nameOf(entry.path) === name && isRunnable(entry))
		.map(({path}) => `/${readableOf(path)}`);
	return shortestFirst(places)[0] ?? null;
}

/** @returns What stands where a folder was needed; `null` where there is a folder, or nothing. */
export async function explainNotFolder(
	{look}: Setting,
	path: string,
	directory: string,
): Promise<Cause | null> {
	const full = fullPath(path, directory);
	const found = await look.find(full);
	return found && found.kind !== 'directory'
		? {kind: 'not-a-folder', path: full}
		: null;
}

/**
@param library - As its loader names it: `libssl.so.1.1`.
@returns Where else it is, or which other versions there are.
*/
export async function explainMissingLibrary(
	setting: Setting,
	program: string,
	library: string,
): Promise<Cause> {
	const {entries, isWhole} = await listOf(setting, [
		'/lib',
		'/usr/lib',
		'/usr/local/lib',
	]);
	const files = entries.filter(({kind}) => kind !== 'directory');
	const name = posix.basename(library);
	const stem = name.replace(/\.so(?:\..*)?$/v, '');
	const named = (matches: (other: string) => boolean): readonly string[] =>
		shortestFirst(
			files
				.filter(({path}) => matches(nameOf(path)))
				.map(({path}) => `/${readableOf(path)}`),
		).slice(0, most);
	return {
		kind: 'missing-library',
		program,
		library,
		places: named(other => other === name),
		similar: named(other => other !== name && other.startsWith(`${stem}.so`)),
		hasLdconfig: (await setting.look.find('/sbin/ldconfig')) !== undefined,
		isWhole,
	};
}

/**
@param path - As a command named it.
@param directory - The folder that it counts from.
@returns What of it isn't there, and where something of its name is; `null` where it is there after all.
*/
export async function explainMissingPath(
	setting: Setting,
	path: string,
	directory: string,
): Promise<Cause | null> {
	const {look} = setting;
	const full = fullPath(path, directory);
	// What doesn't exist can't be left by .. either.
	const resolved = await look.resolve(
		path.startsWith('/') ? path : `${directory}/${path}`,
	);
	if (resolved.kind === 'found') {
		return null;
	}

	const dangling = await danglingLink(setting, full, resolved);
	if (dangling) {
		return dangling;
	}

	const missing = resolved.kind === 'loop' ? resolved.link : resolved.path;
	const blocked = await look.entry(missing);
	if (blocked) {
		return {kind: 'not-a-folder', path: absolute(missing)};
	}

	const folder = await nearestFolder(look, missing);
	const siblings = await look.readDirectory(folder.path);
	const names = siblings.map(entry => readableOf(nameOf(entry.path)));
	const similar = nearName(readableOf(nameOf(missing)), names);
	const isRelative = !path.startsWith('/');
	const base = posix.basename(full);
	const candidates = [
		...(isRelative ? [fullPath(path, '/')] : []),
		fullPath(base, directory),
		fullPath(base, '/'),
	];
	const places: string[] = [];
	for (const candidate of new Set(candidates)) {
		// eslint-disable-next-line no-await-in-loop -- three at most
		if (candidate !== full && (await look.find(candidate))) {
			places.push(candidate);
		}
	}

	return {
		kind: 'missing-path',
		path: full,
		missing: absolute(missing),
		folder: absolute(folder.path),
		nearMisses: similar === undefined ? [] : [similar],
		places,
		directory: isRelative ? directory : null,
	};
}

/**
@param path - What was asked for.
@returns Which link on the way leads to nothing; `null` where none does.
*/
export async function danglingLink(
	{copyOf}: Setting,
	path: string,
	resolved: ResolvedPath,
): Promise<Cause | null> {
	return resolved.kind === 'missing' && resolved.link
		? {
				kind: 'dangling-link',
				path,
				link: absolute(resolved.link.path),
				written: resolved.link.linkTarget ?? '',
				target: absolute(resolved.path),
				copy: await copyOf(resolved.link),
			}
		: null;
}

/** Of many names some are always alike: who mistypes one mostly gets its first letter right. */
function nearName(
	name: string,
	candidates: readonly string[],
): string | undefined {
	const plain = withPlainCharacters(name);
	const first = plain.slice(0, 1).toLowerCase();
	return nearMiss(
		plain,
		candidates.filter(other => other.toLowerCase().startsWith(first)),
	);
}

/** Every entry, or where there is no time for that those of some folders. */
async function listOf(
	{look, signal}: Setting,
	folders: readonly string[],
): Promise<{readonly entries: readonly Entry[]; readonly isWhole: boolean}> {
	const all = await look.list(signal);
	if (all) {
		return {entries: all, isWhole: true};
	}

	const levels = await Promise.all(
		folders.map(async folder => {
			const found = await look.find(folder);
			return found ? look.readDirectory(found.path) : [];
		}),
	);
	return {entries: levels.flat(), isWhole: false};
}

/** @returns Shells that are there, of those that images mostly have. */
export async function shellsIn({look}: Setting): Promise<readonly string[]> {
	const found = await Promise.all(
		knownShells.map(async shell => look.resolve(shell)),
	);
	return knownShells.filter((_, index) => found[index]!.kind === 'found');
}

/** A link may lead to what can be run. */
function isRunnable({kind, mode}: Entry): boolean {
	// eslint-disable-next-line no-bitwise -- a mode is a bit field
	return kind === 'symlink' || (kind === 'file' && (mode & 0o111) !== 0);
}

function shortestFirst(paths: readonly string[]): readonly string[] {
	return paths.toSorted(
		(a, b) => a.split('/').length - b.split('/').length || a.length - b.length,
	);
}
