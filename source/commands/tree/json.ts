import type {Dependency} from '../../dockerfile/types.js';
import type {Tree} from './edges.js';

// JSON itself allows these in a string, but a terminal could act on them.
const hostile = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gv;

const escapeUnits = (character: string): string =>
	character
		.split('')
		.map(unit => String.raw`\u` + unit.codePointAt(0)!.toString(16).padStart(4, '0'))
		.join('');

const shownDependency = ({instruction, ...shown}: Dependency): Omit<Dependency, 'instruction'> => shown;

/**
@param tree - A graph with its target.
@returns It in the JSON that the readme describes, without any character that a terminal could act on.
*/
export function renderJson({graph, target, needed}: Tree): string {
	const json = JSON.stringify(
		{
			target,
			stages: graph.stages.map(
				({index, name, platform, base, lines, dependencies, instructions}) => ({
					index,
					name,
					platform,
					base,
					lines,
					needed: {
						buildkit: needed.buildkit.has(index),
						legacy: needed.legacy.has(index),
					},
					dependencies: dependencies.map(dependency => shownDependency(dependency)),
					instructions: instructions.map(instruction => ({
						keyword: instruction.keyword,
						lines: instruction.lines,
					})),
				}),
			),
		},
		undefined,
		2,
	);

	return `${json.replaceAll(hostile, character => (character === '\n' ? character : escapeUnits(character)))}\n`;
}
