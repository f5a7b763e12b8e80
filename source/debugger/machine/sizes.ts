/** How large the stages of a build are, and how much of them its target went without, in bytes. */
export type SizeSummary = {
	readonly stages: ReadonlyArray<{
		readonly label: string;
		readonly size: number;
		readonly stayed: number;
	}>;
	readonly final: number;
};

/** What is known of them: `counting` until it is, `null` when there is nothing to say. */
export type Sizes = SizeSummary | 'counting' | null;
