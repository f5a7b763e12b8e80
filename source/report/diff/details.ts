import {type BytePath, readableOf} from '../../text/byte-path.js';

/** @returns A path as one safe line; the root is `/`, a directory ends in one. */
export function shownPath(path: BytePath, isDirectory: boolean): string {
	return `${readableOf(path)}${isDirectory ? '/' : ''}`;
}
