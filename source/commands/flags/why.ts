import {define} from './define.js';
import {buildFlags, buildOptions, contextOption} from './shared.js';

/** The command line of `mstage why`. */
export const whyCommand = define({
	command: 'why <path>',
	describe:
		'Show what put a file into the final image, or where a file of a stage went',
	builder: parser =>
		parser
			.positional('path', {
				type: 'string',
				demandOption: true,
				describe: 'Path in the final image, or STAGE:PATH',
			})
			.options({
				...buildOptions,
				context: contextOption,
				json: {type: 'boolean', describe: 'Print JSON'},
			}),
	async run(argv) {
		const {why} = await import('../why.js');
		return why({
			...argv,
			json: argv.json ?? false,
			...buildFlags(argv),
		});
	},
});
