import type {Left} from '../../inspect/left.js';
import {writtenLine, stepLabel} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import {categoryOf} from '../../filesystem/provenance/categories.js';
import type {Files} from '../../filesystem/provenance/left-behind.js';
import {summaryRows} from '../../filesystem/compare/summary.js';
import {textOf} from '../../text/byte-path.js';
import {safeJson} from '../../text/safe-json.js';

/** How many of the largest places are listed for each stage, about. */
const placeCount = 100;

/** @returns What is left behind, in the JSON that the readme describes, as one line. */
export function leftJson(program: Program, {stages, final}: Left): string {
	const {all, found, duplicates, hidden} = final;
	return `${safeJson({
		stages: stages.map(({label, stayed, base, shipped}) => ({
			stage: label,
			made: plainFiles(stayed),
			base,
			shipped,
		})),
		final: {
			all,
			found: plainFiles(found),
			duplicates: duplicates.map(({paths, size}) => ({
				paths: paths.map(path => textOf(path)),
				size,
			})),
			hidden: hidden.map(({path, bytes, how, step}) => ({
				path: textOf(path),
				bytes,
				how,
				step: stepLabel(program, step),
				line: writtenLine(program, step),
			})),
		},
	})}\n`;
}

function plainFiles({tree, amount, categories}: Files) {
	return {
		...amount,
		categories: categories.map(([category, sums]) => ({category, ...sums})),
		places: summaryRows(
			tree,
			placeCount,
			path => categoryOf(path) !== null,
		).map(({node}) => ({
			path: textOf(tree.paths.path(node)),
			files: tree.files(node),
			bytes: tree.weights[node]!,
			category: categoryOf(tree.paths.path(node)),
		})),
	};
}
