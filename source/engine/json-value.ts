/**
@param value - A value out of JSON that isn't ours.
@returns Its members when it is an object; none otherwise.
*/
export function membersOf(value: unknown): ReadonlyMap<string, unknown> {
	return new Map(
		typeof value === 'object' && value !== null ? Object.entries(value) : [],
	);
}

/**
@param value - A value out of JSON that isn't ours.
@returns The value when it is a string; an empty one otherwise.
*/
export function stringOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/**
@param value - A value out of JSON that isn't ours.
@returns Its elements when it is a list; none otherwise.
*/
export function elementsOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
