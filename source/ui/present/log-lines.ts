import type {StepLog} from '../../debugger/session/log.js';

/**
A log as rows: the lines of its beginning, one row for all that was let go, the lines of its tail.
Line numbers stay what they are while a log grows; row numbers don't.
*/
export type LogRows = {
	readonly count: number;

	/** @returns The index of the line in that row, or -1 for the row that stands for what was let go. */
	lineAt(row: number): number;

	/** @returns The row in which the line stands. */
	rowOf(line: number): number;
};

const headLengths = new WeakMap<StepLog, number>();

/** @returns The rows of a log; constant work, however long it is. */
export function logRows(log: StepLog): LogRows {
	const {lineCount, droppedCount} = log;
	if (droppedCount === 0) {
		return {count: lineCount, lineAt: row => row, rowOf: line => line};
	}

	const head = headLength(log);
	return {
		count: lineCount - droppedCount + 1,
		lineAt: row =>
			row < head ? row : row === head ? -1 : row - 1 + droppedCount,
		rowOf: line =>
			line < head ? line : Math.max(head, line + 1 - droppedCount),
	};
}

/** What was let go starts with the first line that isn't there; from then on the beginning stays as it is. */
function headLength(log: StepLog): number {
	let length = headLengths.get(log);
	if (length === undefined) {
		length = 0;
		while (log.line(length) !== undefined) {
			length++;
		}

		headLengths.set(log, length);
	}

	return length;
}
