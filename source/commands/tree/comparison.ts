import {compareBuilders} from '../../dockerfile/builder-comparison.js';
import {sanitise} from '../../text/sanitise.js';
import {stageLabel, type Tree} from '../../dockerfile/edges.js';

/**
@param tree - A graph with its target.
@returns The comparison as JSON.
*/
export function renderComparisonJson(tree: Tree): string {
	const stages = compareBuilders(tree);
	return `${JSON.stringify({target: tree.target, stages}, undefined, 2)}\n`;
}

/**
@param tree - A graph with its target.
@returns The comparison as a table: a line per stage and per instruction, a column per builder.
*/
export function renderComparison(tree: Tree): string {
	const {graph, target} = tree;
	const rows = compareBuilders(tree).flatMap(({why, ...compared}) => {
		const stage = graph.stages[compared.stage]!;
		return [
			[
				sanitise(stageLabel(stage)),
				compared.buildkit ? 'built' : '-',
				compared.legacy ? 'built' : '-',
				why,
			],
			...compared.instructions.map(({text, line, buildkit, legacy}) => [
				`  ${String(line).padStart(4)}  ${shorten(sanitise(text))}`,
				buildkit === 'not built' ? '-' : buildkit,
				legacy === 'not built' ? '-' : legacy,
				'',
			]),
		];
	});
	const table = [['', 'BuildKit', 'legacy', ''], ...rows];
	const width = Math.max(...table.map(([first]) => first!.length));
	const title = `${sanitise(graph.filename)}: what each builder runs for the stage ${sanitise(stageLabel(graph.stages[target]!))}`;
	const lines = table.map(([first, buildkit, legacy, why]) =>
		`${first!.padEnd(width)}  ${buildkit!.padEnd(9)}${legacy!.padEnd(7)} ${why!}`.trimEnd(),
	);
	return `${[title, '', ...lines].join('\n')}\n`;
}

function shorten(text: string): string {
	return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}
