import type {BuildWarning} from '../../dockerfile/hints/warning.js';
import type {Dependency} from '../../dockerfile/types.js';
import type {Tree} from '../../dockerfile/stages/edges.js';
import {safeJson} from '../../text/safe-json.js';

const shownDependency = ({instruction, isTrigger, ...shown}: Dependency) => ({
	...shown,
	...(isTrigger && {onbuild: true}),
});

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
				({
					index,
					name,
					platform,
					base,
					isReplaced,
					lines,
					dependencies,
					triggers,
					instructions,
				}) => ({
					index,
					name,
					platform,
					base,
					...(isReplaced && {replaced: true}),
					lines,
					needed: {
						buildkit: needed.buildkit.has(index),
						legacy: needed.legacy.has(index),
					},
					dependencies: dependencies.map(dependency =>
						shownDependency(dependency),
					),
					...(triggers.length > 0 && {
						triggers: triggers.map(trigger => ({
							keyword: trigger.keyword,
							lines: trigger.lines,
						})),
					}),
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
