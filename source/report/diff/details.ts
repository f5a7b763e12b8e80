import {type BytePath, bytesOf} from '../../text/byte-path.js';
import {decodeName} from '../../text/sanitise.js';

/** @returns A path as one safe line; the root is `/`, a directory ends in one. */
export function shownPath(path: BytePath, isDirectory: boolean): string {
	return `${decodeName(bytesOf(path))}${isDirectory ? '/' : ''}`;
}
