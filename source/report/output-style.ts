/** How what a command prints looks. */
export type OutputStyle = {
	readonly color: boolean;

	/** Whether the terminal shows more than ASCII. */
	readonly unicode: boolean;

	/** The width of the terminal in cells; `null` where there is none, and lines are as long as they are. */
	readonly columns: number | null;

	/** How many rows a summary has: what a terminal shows at once. */
	readonly room: number;
};
