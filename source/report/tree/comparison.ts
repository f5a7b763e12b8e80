import {keptSheet} from '../../debugger/memory/builder-sheet.js';
import type {
	BuilderName,
	KeptTimes,
} from '../../debugger/memory/project-cache.js';
import {compareBuilders} from '../../dockerfile/stages/builder-comparison.js';
import {safeJson} from '../../text/safe-json.js';
import {sanitise} from '../../text/sanitise.js';
import {stageLabel, type Tree} from '../../dockerfile/stages/edges.js';

/**
@param tree - A graph with its target.
@returns The comparison as JSON.
*/
export function renderComparisonJson(tree: Tree): string {
	const stages = compareBuilders(tree);
	return `${safeJson({target: tree.target, stages}, 2)}\n`;
}

/**
@param tree - A graph with its target.
@param kept - What finished sessions left of how long each builder took.
@returns The comparison as a table: a line per stage and per instruction, a column per builder, with times where they are known.
*/
export function renderComparison(
	tree: Tree,
	kept: ReadonlyMap<BuilderName, KeptTimes>,
): string {
	const {graph, target} = tree;
	const rows = keptSheet(tree, kept).rows.map(
		({kind, line, text, why, cells}) => [
			kind === 'instruction'
				? `  ${String(line).padStart(4)}  ${shorten(sanitise(text))}`
				: sanitise(text),
			cells.BuildKit.text,
			cells.legacy.text,
			why,
		],
	);
	const table = [['', 'BuildKit', 'legacy', ''], ...rows];
	const width = Math.max(...table.map(([first]) => first!.length));
	const title = `${sanitise(graph.filename)}: what each builder runs for the stage ${sanitise(stageLabel(graph.stages[target]!))}`;
	const lines = table.map(([first, buildkit, legacy, why]) =>
		`${first!.padEnd(width)}  ${buildkit!.padEnd(9)}${legacy!.padEnd(7)} ${why!}`.trimEnd(),
	);
	const replaced = graph.stages.filter(({isReplaced}) => isReplaced);
	const note =
		replaced.length === 0
			? []
			: [
					'',
					`The legacy builder takes no named contexts, so it refuses to build with ${replaced.map(stage => sanitise(stageLabel(stage))).join(', ')} in place of ${replaced.length === 1 ? 'a stage' : 'stages'}; without that it builds what is told here.`,
				];
	return `${[title, '', ...lines, ...note].join('\n')}\n`;
}

function shorten(text: string): string {
	return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}
