import {styleText} from 'node:util';
import type {Stage} from '../../dockerfile/types.js';
import {sanitise} from '../../text/sanitise.js';
import {
	type Edge,
	edgesOf,
	reasonOf,
	sourceLabel,
	stageLabel,
	type Tree,
} from '../../dockerfile/stages/edges.js';

type Style = Parameters<typeof styleText>[0];

/** How the text looks. */
export type TextStyle = {
	readonly color: boolean;

	/** Whether the terminal shows more than ASCII. */
	readonly unicode: boolean;
};

type Signs = Readonly<
	Record<
		| 'target'
		| 'needed'
		| 'other'
		| 'unneeded'
		| 'branch'
		| 'last'
		| 'line'
		| 'arrow'
		| 'to',
		string
	>
>;

const unicodeSigns: Signs = {
	target: '◎',
	needed: '●',
	other: '○',
	unneeded: '⊘',
	branch: '├─',
	last: '└─',
	line: '│ ',
	arrow: '←',
	to: '→',
};

const asciiSigns: Signs = {
	target: '*',
	needed: '+',
	other: 'o',
	unneeded: '-',
	branch: '|-',
	last: '`-',
	line: '| ',
	arrow: '<-',
	to: '->',
};

type Standing = {
	readonly sign: 'target' | 'needed' | 'other' | 'unneeded';
	readonly words: string;
	readonly style: Style;
};

function standingOf({index}: Stage, {target, needed}: Tree): Standing {
	if (index === target) {
		return {sign: 'target', words: 'target', style: 'green'};
	}

	const byBuildkit = needed.buildkit.has(index);
	const byLegacy = needed.legacy.has(index);

	if (byBuildkit && byLegacy) {
		return {sign: 'needed', words: 'needed', style: 'green'};
	}

	if (byBuildkit || byLegacy) {
		return {
			sign: 'other',
			words: byLegacy ? 'legacy builder only' : 'BuildKit only',
			style: 'yellow',
		};
	}

	return {sign: 'unneeded', words: 'not needed', style: 'dim'};
}

function sizeOf({
	instructions,
	triggers,
	isReplaced,
	lines: [first, last],
}: Stage): string {
	const written = `${instructions.length} ${instructions.length === 1 ? 'instruction' : 'instructions'}`;
	const count = isReplaced
		? 'a named context in its place'
		: triggers.length === 0
			? written
			: `${written} and ${triggers.length} of ONBUILD`;
	const place = first === last ? `line ${first}` : `lines ${first}-${last}`;

	return `${count}, ${place}`;
}

const widest = (texts: readonly string[]): number =>
	Math.max(0, ...texts.map(text => text.length));

/**
@param tree - A graph with its target.
@param style - How it looks; every colour goes with a sign and words.
@returns A tree of the stages in file order, each with what it depends on and why.
*/
export function renderText(tree: Tree, {color, unicode}: TextStyle): string {
	const {graph, target} = tree;
	const signs = unicode ? unicodeSigns : asciiSigns;
	const paint = (style: Style, text: string): string =>
		color ? styleText(style, text, {validateStream: false}) : text;

	const rows = graph.stages.map(stage => ({
		stage,
		label: sanitise(stageLabel(stage)),
		base: sanitise(
			[sourceLabel(stage.base, graph), stage.platform]
				.filter(part => part !== null)
				.join('  '),
		),
		standing: standingOf(stage, tree),
	}));
	const labelWidth = widest(rows.map(({label}) => label));
	const baseWidth = widest(rows.map(({base}) => base));
	const wordsWidth = widest(rows.map(({standing}) => standing.words));

	const edgeLines = (edges: readonly Edge[], indent: string): string[] => {
		const labels = edges.map(({source}) =>
			sanitise(sourceLabel(source, graph)),
		);
		const width = widest(labels);

		return edges.map((edge, index) => {
			const branch = index === edges.length - 1 ? signs.last : signs.branch;
			const label = labels[index]!.padEnd(width);
			return `${paint('dim', `${indent}${branch} ${signs.arrow}`)} ${paint('cyan', label)}  ${paint('dim', reasonOf(edge))}`;
		});
	};

	const lines = rows.flatMap(({stage, label, base, standing}, index) => {
		const isLast = index === rows.length - 1;
		const head = [
			paint('dim', isLast ? signs.last : signs.branch),
			paint(standing.style, signs[standing.sign]),
			paint('bold', label.padEnd(labelWidth)),
			'',
			paint('cyan', base.padEnd(baseWidth)),
			'',
			paint(standing.style, standing.words.padEnd(wordsWidth)),
			'',
			paint('dim', sizeOf(stage)),
		].join(' ');

		return [
			head,
			...edgeLines(edgesOf(stage), isLast ? '     ' : `${signs.line}   `),
		];
	});

	const title = `${paint('bold', sanitise(graph.filename))} ${signs.to} ${paint('bold', `stage ${sanitise(stageLabel(graph.stages[target]!))}`)}`;
	return `${[title, '', ...lines].join('\n')}\n`;
}
