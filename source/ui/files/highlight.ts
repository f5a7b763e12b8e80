import {createLowlight} from 'lowlight';
import type {Style} from '../present/theme.js';
import {loadGrammar} from './languages.js';

/** A piece of a line in one style. */
export type Coloured = {readonly text: string; readonly style: Style};

type Tree = ReturnType<ReturnType<typeof createLowlight>['highlight']>;
type Node = Tree['children'][number];

/** What highlight.js calls the parts of a text (its "CSS classes reference"), as far as they get a style. */
const styles: Readonly<Record<string, Style>> = {
	comment: 'comment',
	quote: 'comment',
	doctag: 'comment',
	string: 'string',
	regexp: 'string',
	char: 'string',
	symbol: 'string',
	addition: 'good',
	deletion: 'bad',
	number: 'number',
	literal: 'number',
	keyword: 'keyword',
	operator: 'keyword',
	tag: 'keyword',
	meta: 'keyword',
	section: 'strong',
	title: 'name',
	built_in: 'name',
	type: 'name',
	name: 'name',
	attr: 'name',
	attribute: 'name',
	property: 'name',
	variable: 'number',
	'template-variable': 'number',
	subst: 'plain',
};

const lowlight = createLowlight();

/**
@param language - As `languageOf` names it.
@param lines - That follow each other, each safe to be shown.
@returns The same lines in pieces.
*/
export async function highlight(
	language: string,
	lines: readonly string[],
): Promise<ReadonlyArray<readonly Coloured[]>> {
	if (!lowlight.registered(language)) {
		lowlight.register(language, await loadGrammar(language));
	}

	const coloured: Coloured[][] = [[]];
	for (const piece of piecesOf(
		lowlight.highlight(language, lines.join('\n')).children,
		'plain',
	)) {
		for (const [index, text] of piece.text.split('\n').entries()) {
			if (index > 0) {
				coloured.push([]);
			}

			if (text !== '') {
				coloured.at(-1)!.push({text, style: piece.style});
			}
		}
	}

	return coloured;
}

function* piecesOf(nodes: readonly Node[], style: Style): Generator<Coloured> {
	for (const node of nodes) {
		if (node.type === 'text') {
			yield {text: node.value, style};
		} else if (node.type === 'element') {
			yield* piecesOf(node.children, styleOf(node.properties.className, style));
		}
	}
}

/** The first of its classes is what it is: `hljs-title`, `function_`. */
function styleOf(classes: unknown, above: Style): Style {
	const [first] = Array.isArray(classes) ? (classes as unknown[]) : [];
	return typeof first === 'string'
		? (styles[first.replace(/^hljs-/v, '')] ?? above)
		: above;
}
