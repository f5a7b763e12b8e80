import type {Amount, ChangeTree} from '../../filesystem/compare/change-tree.js';

/** Files of one sort in a comparison. */
export type Sum = Amount & {readonly word: string};

/**
@param inPlace - Of a stage's comparison with the target: what a copy took to the same path (see `Shipment`); `null` of other
comparisons.
@returns What differs in all, in the words of the comparison, without what there is none of.
*/
export function sumsOf(
	tree: ChangeTree,
	inPlace: Amount | null,
): readonly Sum[] {
	const {added, removed, changed, shipped} = tree.totals(0);
	const sums: readonly Sum[] = [
		{word: inPlace === null ? 'removed' : 'left behind', ...removed},
		{word: 'shipped', ...shipped},
		{word: 'shipped in place', ...(inPlace ?? {files: 0, bytes: 0})},
		{word: 'added', ...added},
		{
			word: 'changed',
			files: changed.files,
			bytes: Math.max(changed.bytes, changed.bytesAfter),
		},
	];
	return sums.filter(({files}) => files > 0);
}
