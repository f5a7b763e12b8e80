/** What became of what a stage's own steps wrote, in bytes: the three parts add up to what was made. */
export type StageSizes = {
	/** The stage's name, or its number. */
	readonly label: string;
	readonly made: number;

	/** What the target has of it. */
	readonly shipped: number;

	/** What is at the stage's end, and not in the target. */
	readonly stayed: number;

	/** What later steps of the stage deleted, or wrote anew. */
	readonly deleted: number;
};

/** An image that stages start from, however many they are. */
export type BaseSizes = {
	/** As FROM names it. */
	readonly name: string;

	/** The stages that start from it, as they are called. */
	readonly stages: readonly string[];

	/** What its layers cost, in bytes. */
	readonly size: number;

	/** What copies took of it to the target, in bytes. */
	readonly shipped: number;

	/** Whether the target starts from it too: nothing of it is left behind then. */
	readonly isInFinal: boolean;
};

/** How large the parts of a build are, in bytes. */
export type SizeSummary = {
	/** Those that the target only takes files from, in file order. */
	readonly stages: readonly StageSizes[];
	readonly bases: readonly BaseSizes[];
	readonly final: {
		/** What its layers cost: what is to be seen in it, and what is hidden in them. */
		readonly size: number;

		/** What later steps deleted or wrote anew, and which is in lower layers all the same. */
		readonly hidden: number;
	};

	/** Whether files that were written again as they were are counted: not every engine tells of them. */
	readonly isExact: boolean;
};

/** Sums over all stages, in bytes. */
export type SizeTotals = {
	readonly made: number;
	readonly shipped: number;
	readonly stayed: number;
	readonly deleted: number;

	/** Of images that stages start from and the target doesn't, without what was shipped. */
	readonly ofBases: number;

	/** What the build needed on the way and the target hasn't: what stayed, and what the stages' images brought. */
	readonly leftBehind: number;
};

/** @returns The sums of a build; an image that several stages start from counts once. */
export function totalsOf({stages, bases}: SizeSummary): SizeTotals {
	const sum = (part: 'made' | 'shipped' | 'stayed' | 'deleted'): number =>
		stages.reduce((total, stage) => total + stage[part], 0);
	const ofBases = bases
		.filter(({isInFinal}) => !isInFinal)
		.reduce((total, {size, shipped}) => total + size - shipped, 0);
	const stayed = sum('stayed');
	return {
		made: sum('made'),
		shipped: sum('shipped'),
		stayed,
		deleted: sum('deleted'),
		ofBases,
		leftBehind: stayed + ofBases,
	};
}

/** @returns The stages that made the most, the most first. */
export function largestStages(
	{stages}: SizeSummary,
	count: number,
): readonly StageSizes[] {
	return stages.toSorted((a, b) => b.made - a.made).slice(0, count);
}
