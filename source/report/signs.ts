/** The signs of all that is told: on the screen, at the line prompt and by the commands, each one cell wide. */
export type Signs = {
	readonly done: string;
	readonly failed: string;
	readonly pending: string;
	readonly running: string;
	readonly skipped: string;
	readonly paused: string;
	readonly current: string;
	readonly breakpoint: string;
	readonly breakpointIf: string;
	readonly breakpointOff: string;
	readonly changed: string;
	readonly warning: string;
	readonly selected: string;
	readonly open: string;
	readonly folded: string;
	readonly ellipsis: string;
	readonly from: string;
	readonly to: string;
	readonly dot: string;
	readonly horizontal: string;
	readonly vertical: string;
	readonly topLeft: string;
	readonly topRight: string;
	readonly bottomLeft: string;
	readonly bottomRight: string;
	readonly topJoint: string;
	readonly bottomJoint: string;
	readonly titleLeft: string;
	readonly titleRight: string;
};

const unicodeSigns: Signs = {
	done: '✔',
	failed: '✖',
	pending: '○',
	running: '◐',
	skipped: '⊘',
	paused: '⏸',
	current: '▶',
	breakpoint: '●',
	breakpointIf: '◆',
	breakpointOff: '○',
	changed: '±',
	warning: '⚠',
	selected: '▌',
	open: '▾',
	folded: '▸',
	ellipsis: '…',
	from: '←',
	to: '→',
	dot: '·',
	horizontal: '─',
	vertical: '│',
	topLeft: '┌',
	topRight: '┐',
	bottomLeft: '└',
	bottomRight: '┘',
	topJoint: '┬',
	bottomJoint: '┴',
	titleLeft: '┤',
	titleRight: '├',
};

const asciiSigns: Signs = {
	done: '+',
	failed: 'x',
	pending: '.',
	running: '~',
	skipped: '/',
	paused: '=',
	current: '>',
	breakpoint: 'B',
	breakpointIf: '?',
	breakpointOff: 'b',
	changed: '#',
	warning: '!',
	selected: '*',
	open: 'v',
	folded: '>',
	ellipsis: '~',
	from: '<',
	to: '>',
	dot: '-',
	horizontal: '-',
	vertical: '|',
	topLeft: '+',
	topRight: '+',
	bottomLeft: '+',
	bottomRight: '+',
	topJoint: '+',
	bottomJoint: '+',
	titleLeft: '[',
	titleRight: ']',
};

/**
@param unicode - Whether the terminal shows more than ASCII.
@returns The signs to use on it.
*/
export function signsFor(unicode: boolean): Signs {
	return unicode ? unicodeSigns : asciiSigns;
}
