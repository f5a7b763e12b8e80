import type {BuildWarning} from '../../dockerfile/hints/warning.js';
import type {Dependency} from '../../dockerfile/types.js';
import type {Tree} from '../../dockerfile/stages/edges.js';
import {safeJson} from '../../text/safe-json.js';

const shownDependency = ({
	instruction,
	...shown
}: Dependency): Omit<Dependency, 'instruction'> => shown;

/**
@param tree - A graph with its target.
@param warnings - What mstage finds in it.
@returns It in the JSON that the readme describes.
*/
export function renderJson(
	{graph, target, needed}: Tree,
	warnings: readonly BuildWarning[],
): string {
	const json = safeJson(
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
					dependencies: dependencies.map(dependency =>
						shownDependency(dependency),
					),
					instructions: instructions.map(instruction => ({
						keyword: instruction.keyword,
						lines: instruction.lines,
					})),
				}),
			),
			warnings: warnings.map(({rule, message, details, lines}) => ({
				rule,
				message,
				details,
				line: lines?.[0] ?? null,
			})),
		},
		2,
	);

	return `${json}\n`;
}
