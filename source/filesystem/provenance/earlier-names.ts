import type {BytePath} from '../../text/byte-path.js';
import {nameOf} from '../tree/paths.js';

/** What shows of a name without reading it; no directory. */
export type Look = {
	readonly path: BytePath;
	readonly kind: string;

	/** In bytes. */
	readonly size: number;

	/** When its contents last changed; the same text for the same time. */
	readonly modified: string;

	/** The same for all names of one file, and for the same file on both sides. */
	readonly file: string;
};

/** How many names are told of one: of more that look alike, the likeliest are enough. */
const mostNames = 64;

/**
Finds for each name that a step wrote which names may have had its contents before it, as `StepEffects` does: its own, whatever
the times say; and those that aren't there any more, or are another file now, or another name of the same file. Whether they had
them only the contents tell, but for what has none.

@param before - Of what the step touched, what was there before it.
@param after - Of that, what is there after it.
@returns By name, the likeliest first: its own, those of the same time, namesakes.
*/
export function earlierNames(
	before: readonly Look[],
	after: readonly Look[],
): ReadonlyMap<BytePath, readonly BytePath[]> {
	const now = new Map(after.map(one => [one.path, one]));
	const own = new Map(before.map(one => [one.path, one]));
	const byFile = groupedBy(before, ({path, file, kind}) => [
		kind,
		kind === 'file' ? (now.get(path)?.file ?? '') : file,
	]);
	const gone = before.filter(
		one => one.kind === 'file' && isGone(one, now.get(one.path)),
	);
	const byAll = groupedBy(gone, sizeTimeName);
	const byTime = groupedBy(gone, sizeTime);
	const byName = groupedBy(gone, sizeName);
	const bySize = groupedBy(gone, sizeOnly);
	const namesOf = (one: Look): readonly BytePath[] => {
		const same = own.get(one.path);
		const linked = byFile([one.kind, one.file]).filter(other =>
			looksLike(one, other),
		);
		const hasContents = one.kind === 'file' && one.size > 0;
		const likely = [
			...(same && mayBeSame(one, same) ? [same] : []),
			...linked,
			...(one.kind === 'file'
				? [...byAll(sizeTimeName(one)), ...byTime(sizeTime(one))]
				: []),
			...(hasContents
				? [...byName(sizeName(one)), ...bySize(sizeOnly(one))]
				: []),
		];
		return [...new Set(likely.map(({path}) => path))].slice(0, mostNames);
	};

	return new Map(after.map(one => [one.path, namesOf(one)]));
}

/** What is at the same path: of what is no file nothing but its size and time is known. */
function mayBeSame(one: Look, other: Look): boolean {
	return one.kind === 'file'
		? other.kind === 'file' && other.size === one.size
		: looksLike(one, other);
}

function looksLike(one: Look, other: Look): boolean {
	return (
		one.kind === other.kind &&
		one.size === other.size &&
		one.modified === other.modified
	);
}

/** @param there - What has its name now. */
function isGone(one: Look, there: Look | undefined): boolean {
	return !there || !looksLike(one, there);
}

const sizeTimeName = ({size, modified, path}: Look) => [
	size,
	modified,
	nameOf(path),
];
const sizeTime = ({size, modified}: Look) => [size, modified];
const sizeName = ({size, path}: Look) => [size, nameOf(path)];
const sizeOnly = ({size}: Look) => [size];

/** @returns Gives what has a key, at most as many as are told. */
function groupedBy(
	looks: readonly Look[],
	keyOf: (look: Look) => ReadonlyArray<string | number>,
): (key: ReadonlyArray<string | number>) => readonly Look[] {
	const groups = new Map<string, Look[]>();
	for (const look of looks) {
		const key = keyOf(look).join('\0');
		const group = groups.get(key) ?? [];
		groups.set(key, group);
		if (group.length < mostNames) {
			group.push(look);
		}
	}

	return key => groups.get(key.join('\0')) ?? [];
}
