/** How a key moves in what has the focus. */
export type Motion = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

/**
@param page - How many rows a page is.
@param length - How many rows there are.
@returns How many rows a motion goes down; up is negative. It may lead past either end.
*/
export function rowsBy(motion: Motion, page: number, length: number): number {
	return {
		up: -1,
		down: 1,
		'page-up': -page,
		'page-down': page,
		first: -length,
		last: length,
	}[motion];
}
