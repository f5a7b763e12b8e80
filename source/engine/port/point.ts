/** A filesystem that a shell, a listing or a comparison can be asked of. `debugger/point.ts` spells them. */
export type Point =
	/** A step's result. */
	| {readonly kind: 'after'; readonly step: number}
	/** What a step starts from; for FROM, the base itself. */
	| {readonly kind: 'before'; readonly step: number}
	/** The end of a stage. */
	| {readonly kind: 'stage'; readonly stage: number}
	/** What a failed step left behind; without a step, the first that failed. */
	| {readonly kind: 'failed'; readonly step?: number}
	/** What a failed COPY or ADD looked in; without a step, the first step that failed. */
	| {readonly kind: 'source'; readonly step?: number}
	/** The end of the target's stage. */
	| {readonly kind: 'final'}
	/** The build context as the engine sees it, without what the .dockerignore names. */
	| {readonly kind: 'context'}
	/** An image as FROM names it. */
	| {readonly kind: 'image'; readonly reference: string};
