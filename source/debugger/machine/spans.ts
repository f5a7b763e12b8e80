/** From when to when something ran, in milliseconds since 1970. */
export type Span = readonly [from: number, to: number];

/** @returns Spans that don't overlap, in their order, with one more. */
export function withSpan(
	spans: readonly Span[],
	[from, to]: Span,
): readonly Span[] {
	const apart = spans.filter(([start, end]) => end < from || start > to);
	const joined = spans.filter(([start, end]) => end >= from && start <= to);
	return [
		...apart,
		[
			Math.min(from, ...joined.map(([start]) => start)),
			Math.max(to, ...joined.map(([, end]) => end)),
		] as const,
	].toSorted(([a], [b]) => a - b);
}

/** @returns How long they are in all, in seconds. */
export function secondsIn(spans: readonly Span[]): number {
	return spans.reduce((sum, [from, to]) => sum + to - from, 0) / 1000;
}
