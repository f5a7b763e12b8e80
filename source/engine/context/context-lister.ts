import type {Lister} from '../missing-source.js';
import {readContextDirectory} from './context-directory.js';
import type {IgnoringRequest} from './context-listing.js';

/** @returns The directories of the build context as an engine gets them. */
export function contextLister(request: IgnoringRequest): Lister {
	return async directory => {
		const found = await readContextDirectory(request, directory);
		return found?.names.filter(({isExcluded: isHidden}) => !isHidden) ?? null;
	};
}

/**
@param path - Without a leading slash.
@returns Whether it is there, and only the ignore patterns keep it from the engine.
*/
export async function isExcluded(
	request: IgnoringRequest,
	path: string,
): Promise<boolean> {
	const slash = path.lastIndexOf('/');
	const found = await readContextDirectory(
		request,
		path.slice(0, Math.max(slash, 0)),
	);
	return (
		found?.names.some(
			({name, isExcluded: isHidden}) =>
				isHidden && name === path.slice(slash + 1),
		) ?? false
	);
}
