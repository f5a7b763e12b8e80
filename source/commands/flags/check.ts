import {define} from './define.js';
import {buildFlags, buildOptions, contextPositional} from './shared.js';

/** The command line of `mstage check`. */
export const checkCommand = define({
	command: 'check [context]',
	describe: "Run the builder's checks of a Dockerfile, without a build",
	builder: parser =>
		parser.positional('context', contextPositional).options({
			...buildOptions,
			json: {type: 'boolean', default: false, describe: 'Print JSON'},
		}),
	async run(argv) {
		const {check} = await import('../check.js');
		return check({...argv, ...buildFlags(argv)});
	},
});
