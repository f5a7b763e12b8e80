import {parsePoint, stageLabel, stepLabel} from '../debugger/points/point.js';
import type {Files, Point, Program} from '../engine/port.js';
import {MstageError} from '../errors.js';
import {nameOf} from '../filesystem/tree/paths.js';
import {readableOf} from '../text/byte-path.js';
import {parseSpelling} from '../text/spelling.js';
import {locate} from './place.js';

/** Where the files of a session are found. */
export type Reach = {
	readonly program: Program;

	/** Opens what is reached; throws a `UsageError` otherwise. */
	readonly open: (point: Point) => Promise<Files>;
};

/** What a text could become. */
export type Completion = {
	/** The whole text, with a path as it is shown. */
	readonly text: string;

	/** Whether more can follow: it ends in a directory. */
	readonly isOpen: boolean;
};

/** @returns The points of a program as they are spelled; those that aren't reached too, since the answer says why not. */
export function pointTexts(program: Program): readonly string[] {
	return [
		...new Set([
			...program.stages.map(({index}) => stageLabel(program, index)),
			...program.steps.map(({id}) => stepLabel(program, id)),
			'final',
			'failed',
			'source',
			'context',
		]),
	];
}

/**
@param text - The beginning of `POINT:PATH`; or of a path alone, which is then one of the final image.
@returns What its path could become, from the directory that it is in at the point; nothing where there is no path yet, or
it can't be looked up.
*/
export async function completePath(
	text: string,
	{program, open}: Reach,
): Promise<readonly Completion[]> {
	const isAlone = text.startsWith('/');
	const start = isAlone ? 0 : text.indexOf(':/') + 1;
	if (!isAlone && start === 0) {
		return [];
	}

	const nameAt = text.lastIndexOf('/') + 1;
	const directory = text.slice(start, nameAt);
	const begun = text.slice(nameAt);
	try {
		const point: Point = isAlone
			? {kind: 'final'}
			: parsePoint(text.slice(0, start - 1), program);
		const files = await open(point);
		const {path} = await locate(
			files,
			parseSpelling(directory.replaceAll(/^\/+|\/+$/gv, '')),
			{followLast: true},
		);
		const entries = await files.readDirectory(path);
		return entries.flatMap(entry => {
			const name = nameOf(entry.path);
			const shown = readableOf(name);
			const isDirectory = entry.kind === 'directory';
			return shown.startsWith(begun) || name.startsWith(parseSpelling(begun))
				? [
						{
							text: `${text.slice(0, nameAt)}${shown}${isDirectory ? '/' : ''}`,
							isOpen: isDirectory,
						},
					]
				: [];
		});
	} catch (error) {
		if (error instanceof MstageError) {
			return [];
		}

		throw error;
	}
}

/** @returns What all of the texts begin with. */
export function commonStart(texts: readonly string[]): string {
	const [first = '', ...others] = texts;
	let {length} = first;
	for (const other of others) {
		let same = 0;
		while (same < length && first[same] === other[same]) {
			same++;
		}

		length = same;
	}

	return first.slice(0, length);
}
