import {pausePolicies} from '../../debugger/machine/pause-policy.js';
import {define} from './define.js';
import {buildFlags, buildOptions, contextPositional, listOf} from './shared.js';

/** The command line of `mstage debug`. */
export const debugCommand = define({
	command: 'debug [context]',
	describe: 'Step through a build, with a shell at any point of it',
	builder: parser =>
		parser.positional('context', contextPositional).options({
			...buildOptions,
			tag: {alias: 't', ...listOf('Name for the finished image')},
			iidfile: {
				type: 'string',
				nargs: 1,
				describe: 'File that the id of the finished image is written to',
			},
			pause: {
				choices: pausePolicies,
				nargs: 1,
				default: 'stage' as const,
				describe: 'Where to pause; a failure always does',
			},
			break: listOf(
				"Breakpoint: 14, builder, builder:3, RUN or miss; '14 if NAME=value'",
			),
			watch: {
				type: 'boolean',
				default: false,
				describe: 'Load the build again when its files change',
			},
			plain: {
				type: 'boolean',
				default: false,
				describe: 'Line prompt instead of the screen',
			},
			commands: {
				type: 'string',
				nargs: 1,
				describe: 'File of line prompt commands; the first that fails ends it',
			},
			json: {
				type: 'boolean',
				default: false,
				describe: 'Print events as JSON, one per line',
			},
		}),
	async run(argv) {
		const {debug} = await import('../debug.js');
		return debug({
			...argv,
			...buildFlags(argv),
			tag: argv.tag,
		});
	},
});
