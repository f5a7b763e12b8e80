import {type BytePath, readableOf} from '../../text/byte-path.js';

/** @returns A name or path from a build, safe to be shown: a byte that is no UTF-8 reads `\xe9`. */
export function shownName(path: BytePath): string {
	return readableOf(path);
}
