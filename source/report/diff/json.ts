import type {Change} from '../../filesystem/compare/change.js';
import {changeTree} from '../../filesystem/compare/change-tree.js';
import type {Comparison} from '../../filesystem/compare/comparison.js';
import {capabilitiesText} from '../../filesystem/tree/capabilities.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import {type BytePath, textOf} from '../../text/byte-path.js';
import {xattrsJson} from '../entry-line.js';
import {safeJson} from '../../text/safe-json.js';

/**
@param isWhole - Whether whole filesystems were compared, so that what is the same in both was counted.
@returns A comparison in the JSON that the readme describes, in pieces: one document, one change per line. A byte of a name
that is no UTF-8 is a lone surrogate, U+DC80 to U+DCFF.
*/
export function* diffJson(
	points: readonly [from: string, to: string],
	comparison: Comparison & {readonly alike?: readonly BytePath[]},
	isWhole: boolean,
): Generator<string> {
	const {added, removed, changed} = changeTree(comparison.changes).totals(0);
	const head = safeJson({
		from: points[0],
		to: points[1],
		totals: {added, removed, changed},
		timeOnly: comparison.timeChangeCount,
		alike: (comparison.alike ?? []).map(path => textOf(path)),
		unchanged: isWhole ? comparison.unchangedCount : null,
	});
	yield `${head.slice(0, -1)},"changes":[`;
	let separator = '\n';
	for (const change of comparison.changes) {
		yield separator + safeJson(plainChange(change));
		separator = ',\n';
	}

	yield '\n]}\n';
}

function plainChange({path, kind, aspects, bytes, from, to}: Change) {
	return {
		path: textOf(path),
		kind,
		aspects,
		bytes,
		from: from && plainEntry(from),
		to: to && plainEntry(to),
	};
}

function plainEntry(entry: Entry) {
	const {kind, mode, uid, gid, size, modified, linkTarget, hardLinkTo} = entry;
	return {
		kind,
		mode: mode.toString(8).padStart(4, '0'),
		uid,
		gid,
		size,
		modified: `${modified / 1_000_000_000n}.${String(modified % 1_000_000_000n).padStart(9, '0')}`,
		linkTarget: linkTarget === null ? null : textOf(linkTarget),
		hardLinkTo: hardLinkTo === null ? null : textOf(hardLinkTo),
		device: entry.device,
		xattrs: xattrsJson(entry),
		capabilities: capabilitiesText(entry.xattrs),
	};
}
