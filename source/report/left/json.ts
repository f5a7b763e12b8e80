import {type Left, sizesOf} from '../../inspect/left/left.js';
import {mostRead} from '../../inspect/content-hashes.js';
import type {FinalLeft} from '../../inspect/left/final-left.js';
import type {ExposedSecret} from '../../inspect/left/secrets.js';
import {stepLabel, writtenLine} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import {categoryOf} from '../../filesystem/provenance/categories.js';
import type {HiddenFile} from '../../filesystem/provenance/layers.js';
import type {Files} from '../../filesystem/provenance/left-behind.js';
import {totalsOf} from '../../filesystem/provenance/size-summary.js';
import {summaryRows} from '../../filesystem/compare/summary.js';
import {textOf} from '../../text/byte-path.js';
import {safeJson} from '../../text/safe-json.js';
import {isOfOneKind} from './rows.js';

/** How many of the largest places are listed for each stage, about. */
const placeCount = 100;

/** @returns What is left behind, in the JSON that the readme describes, as one line. */
export function leftJson(program: Program, left: Left): string {
	return `${safeJson({
		totals: totalsOf(sizesOf(left)),
		exact: left.isExact,
		stages: left.stages.map(
			({label, made, shipped, stayed, deleted, brought, base}) => ({
				stage: label,
				made,
				shipped,
				stayed: plainFiles(stayed),
				deleted,
				brought,
				base,
			}),
		),
		bases: left.bases,
		final: plainFinal(program, left.final),
	})}\n`;
}

function plainFinal(
	program: Program,
	{
		parts,
		found,
		unreadPackages,
		duplicates,
		hidden,
		unseen,
		advice,
		secrets,
	}: FinalLeft,
) {
	const stepOf = (step: number) => ({
		step: stepLabel(program, step),
		line: writtenLine(program, step),
	});
	return {
		size: parts.size,
		visible: parts.visible,
		hiddenBytes: parts.hidden,
		hiddenInBase: parts.hiddenInBase,
		found: plainFiles(found),
		unreadPackages: unreadPackages && textOf(unreadPackages),
		duplicates: duplicates.map(({paths, size}) => ({
			paths: paths.map(path => textOf(path)),
			size,
			readWhole: size <= mostRead,
		})),
		hidden: hidden.map(({path, bytes, writtenBy, hiddenBy}: HiddenFile) => ({
			path: textOf(path),
			bytes,
			category: categoryOf(path),
			how: hiddenBy.how,
			...stepOf(hiddenBy.step),
			writtenBy: writtenBy === null ? null : stepOf(writtenBy),
		})),
		rewritten: unseen.map(({step, bytes}) => ({bytes, ...stepOf(step)})),
		advice: advice.map(({step, command, bytes}) => ({
			command,
			bytes,
			...stepOf(step),
		})),
		secrets: {
			found: secrets.found.map(exposed => plainSecret(program, exposed)),
			tooShort: secrets.tooShort.map(({kind, name}) => ({kind, name})),
			unread: secrets.unread,
		},
	};
}

function plainSecret(program: Program, exposed: ExposedSecret) {
	switch (exposed.kind) {
		case 'file': {
			const {secret, path, file} = exposed;
			return {
				secret,
				path: textOf(path),
				step: stepLabel(program, file.step),
				line: writtenLine(program, file.step),
				hiddenBy: file.hiddenBy && stepLabel(program, file.hiddenBy.step),
			};
		}

		case 'configuration': {
			return {secret: exposed.secret, in: exposed.where};
		}

		case 'variable': {
			return {
				secret: {kind: 'variable', name: exposed.name},
				in: 'environment',
			};
		}
	}
}

function plainFiles({tree, amount, categories}: Files) {
	return {
		...amount,
		categories: categories.map(([category, sums]) => ({category, ...sums})),
		places: summaryRows(tree, placeCount, isOfOneKind).map(({node}) => ({
			path: textOf(tree.paths.path(node)),
			files: tree.files(node),
			bytes: tree.weights[node]!,
			category: categoryOf(tree.paths.path(node)),
		})),
	};
}
