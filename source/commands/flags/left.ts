import {define} from './define.js';
import {buildFlags, buildOptions, contextOption} from './shared.js';

/** The command line of `mstage left`. */
export const leftCommand = define({
	command: 'left [stage]',
	describe:
		'Show what the stages leave behind, and what looks left in the final image',
	builder: parser =>
		parser
			.positional('stage', {
				type: 'string',
				describe: 'Only this stage (default: all that the target needs)',
			})
			.options({
				...buildOptions,
				context: contextOption,
				json: {type: 'boolean', describe: 'Print JSON'},
			}),
	async run(argv) {
		const {left} = await import('../left.js');
		return left({
			...argv,
			json: argv.json ?? false,
			...buildFlags(argv),
		});
	},
});
