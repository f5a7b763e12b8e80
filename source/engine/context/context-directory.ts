import {bytePathFromText, joinBytePath, textOf} from '../../text/byte-path.js';
import {type IgnoringRequest, contextFilter} from './context-listing.js';
import {diskTree} from './disk-tree.js';
import type {Filter, FilterVerdict} from './filter.js';

/** A directory of the build context, and what `.dockerignore` keeps from the engine. */
export type ContextDirectory = {
	/** In byte order. */
	readonly names: ReadonlyArray<{
		readonly name: string;
		readonly isDirectory: boolean;
		readonly isExcluded: boolean;
	}>;
};

/**
@param directory - A path in the context, `/` apart, without a leading slash.
@returns What is in it, or `null` when there is no such directory.
*/
export async function readContextDirectory(
	request: IgnoringRequest,
	directory: string,
): Promise<ContextDirectory | null> {
	const filter = await contextFilter(request);
	const path = bytePathFromText(directory);
	const verdict = verdictOf(filter, directory);
	try {
		const entries = diskTree(request.context).readDirectory(path);
		return {
			names: entries.map(({name, isDirectory}) => {
				const {isIncluded, isEntered} = filter.judge(
					textOf(joinBytePath(path, name)),
					verdict,
				);
				return {
					name: textOf(name),
					isDirectory,
					isExcluded: !isIncluded && !(isDirectory && isEntered),
				};
			}),
		};
	} catch {
		return null;
	}
}

function verdictOf(
	filter: Filter,
	directory: string,
): FilterVerdict | undefined {
	let verdict: FilterVerdict | undefined;
	let path = '';
	for (const component of directory.split('/').filter(part => part !== '')) {
		path = path === '' ? component : `${path}/${component}`;
		verdict = filter.judge(path, verdict);
	}

	return verdict;
}
