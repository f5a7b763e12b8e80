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
