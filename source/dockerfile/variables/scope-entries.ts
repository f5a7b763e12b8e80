import type {VariableOrigin} from './types.js';

/** A value, and where it came from. */
export type Entry<Value> = {
	readonly value: Value;
	readonly origin: VariableOrigin;
};

/** By name. */
export type Entries<Value> = ReadonlyMap<string, Entry<Value>>;

/** @returns The entries with others. What is set anew goes to the end, as the newest. */
export function withEntries<Key extends string, Value>(
	entries: ReadonlyMap<Key, Entry<Value>>,
	added: ReadonlyArray<readonly [Key, Entry<Value>]>,
): ReadonlyMap<Key, Entry<Value>> {
	const next = new Map(entries);
	for (const [name, entry] of added) {
		next.delete(name);
		next.set(name, entry);
	}

	return next;
}

/** @returns The same values with other origins. */
export function mapEntries<Value>(
	entries: Entries<Value>,
	originOf: (origin: VariableOrigin) => VariableOrigin,
): Map<string, Entry<Value>> {
	return new Map(
		[...entries].map(([name, {value, origin}]) => [
			name,
			{value, origin: originOf(origin)},
		]),
	);
}
