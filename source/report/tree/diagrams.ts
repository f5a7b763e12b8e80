import type {Source, Stage} from '../../dockerfile/types.js';
import {sanitise} from '../../text/sanitise.js';
import {
	edgesOf,
	reasonOf,
	sourceKey,
	sourceLabel,
	stageLabel,
	type Tree,
} from '../../dockerfile/stages/edges.js';

/** What is drawn beside the stages. */
type Outside = {readonly id: string; readonly label: string};

type Diagram = {
	readonly outside: readonly Outside[];
	readonly edges: ReadonlyArray<{
		readonly from: string;
		readonly to: string;
		readonly reason: string;
		readonly isBase: boolean;
	}>;
};

const stageId = (index: number): string => `stage${index}`;

function diagramOf({graph}: Tree): Diagram {
	const outside = new Map<string, Outside>();

	const idOf = (source: Source): string => {
		if (source.kind === 'stage') {
			return stageId(source.stage);
		}

		const key = sourceKey(source);
		const known = outside.get(key) ?? {
			id: `outside${outside.size}`,
			label: sanitise(sourceLabel(source, graph)),
		};
		outside.set(key, known);
		return known.id;
	};

	const edges = graph.stages.flatMap(stage =>
		edgesOf(stage).map(edge => ({
			from: idOf(edge.source),
			to: stageId(stage.index),
			reason: reasonOf(edge),
			isBase: edge.via === 'FROM',
		})),
	);

	return {outside: [...outside.values()], edges};
}

// The names of stages, images and contexts hold no quote and no backslash, which makes this right for both languages.
const quoted = (text: string): string => `"${text}"`;

const labelOf = (stage: Stage): string =>
	sanitise(
		stage.base.kind === 'scratch'
			? `${stageLabel(stage)} (scratch)`
			: stageLabel(stage),
	);

/**
@param tree - A graph with its target.
@returns A Mermaid flowchart: bases by solid arrows, other reads by dotted ones; stages that BuildKit doesn't build are dashed.
*/
export function renderMermaid(tree: Tree): string {
	const {graph, target, needed} = tree;
	const {outside, edges} = diagramOf(tree);
	const unneeded = graph.stages
		.filter(({index}) => !needed.buildkit.has(index))
		.map(({index}) => stageId(index));

	return [
		'flowchart LR',
		...outside.map(({id, label}) => `\t${id}([${quoted(label)}])`),
		...graph.stages.map(
			stage => `\t${stageId(stage.index)}[${quoted(labelOf(stage))}]`,
		),
		...edges.map(
			({from, to, reason, isBase}) =>
				`\t${from} ${isBase ? '-->' : '-.->'}|${quoted(reason)}| ${to}`,
		),
		'\tclassDef target stroke-width:3px',
		`\tclass ${stageId(target)} target`,
		...(unneeded.length === 0
			? []
			: [
					'\tclassDef unneeded stroke-dasharray:4 4',
					`\tclass ${unneeded.join(',')} unneeded`,
				]),
		'',
	].join('\n');
}

/**
@param tree - A graph with its target.
@returns It in the DOT language: bases by solid arrows, other reads by dashed ones; stages that BuildKit doesn't build are dashed.
*/
export function renderDot(tree: Tree): string {
	const {graph, target, needed} = tree;
	const {outside, edges} = diagramOf(tree);

	const stageStyle = (index: number): string => {
		const styles = [
			...(index === target ? ['bold'] : []),
			...(needed.buildkit.has(index) ? [] : ['dashed']),
		];
		return styles.length === 0 ? '' : `, style=${styles.join(',')}`;
	};

	return [
		'digraph stages {',
		'\trankdir=LR',
		'\tnode [shape=box]',
		...outside.map(
			({id, label}) => `\t${id} [label=${quoted(label)}, shape=ellipse]`,
		),
		...graph.stages.map(
			stage =>
				`\t${stageId(stage.index)} [label=${quoted(labelOf(stage))}${stageStyle(stage.index)}]`,
		),
		...edges.map(
			({from, to, reason, isBase}) =>
				`\t${from} -> ${to} [label=${quoted(reason)}${isBase ? '' : ', style=dashed'}]`,
		),
		'}',
		'',
	].join('\n');
}
