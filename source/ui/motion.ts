/** How a key moves in what has the focus. */
export type Motion = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';
