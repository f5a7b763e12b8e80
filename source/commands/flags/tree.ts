import {define} from './define.js';
import {buildOptions, contextPositional} from './shared.js';

/** The command line of `mstage tree`. */
export const treeCommand = define({
	command: 'tree [context]',
	describe:
		'Show the stages, what each depends on, and which of them the target needs',
	builder: parser =>
		parser
			.positional('context', contextPositional)
			.options({
				file: buildOptions.file,
				target: buildOptions.target,
				'build-arg': buildOptions['build-arg'],
				platform: buildOptions.platform,
				'build-context': buildOptions['build-context'],
				json: {type: 'boolean', describe: 'Print JSON'},
				mermaid: {type: 'boolean', describe: 'Print a Mermaid flowchart'},
				dot: {type: 'boolean', describe: 'Print a Graphviz graph'},
				'compare-builders': {
					type: 'boolean',
					describe: 'Show what BuildKit and the legacy builder each run',
				},
			})
			.conflicts({
				json: ['mermaid', 'dot'],
				mermaid: 'dot',
				'compare-builders': ['mermaid', 'dot'],
			}),
	async run(argv) {
		const {tree} = await import('../tree.js');
		return tree({
			...argv,
			buildArg: argv['build-arg'],
			buildContext: argv['build-context'],
			compareBuilders: argv['compare-builders'],
		});
	},
});
