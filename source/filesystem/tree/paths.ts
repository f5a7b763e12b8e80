import {type BytePath, asBytePath, rootPath} from '../../text/byte-path.js';

/**
@param path - A path; the root is its own parent.
@returns The path of the directory that it is in.
*/
export function parentOf(path: BytePath): BytePath {
	const slash = path.lastIndexOf('/');
	return slash === -1 ? rootPath : asBytePath(path.slice(0, slash));
}

/** @returns The last name of a path; empty for the root. */
export function nameOf(path: BytePath): BytePath {
	return asBytePath(path.slice(path.lastIndexOf('/') + 1));
}

/** @returns Whether a path is below a directory, or the directory itself. */
export function isWithin(path: BytePath, directory: BytePath): boolean {
	return (
		directory === rootPath ||
		(path.startsWith(directory) &&
			(path.length === directory.length || path[directory.length] === '/'))
	);
}
