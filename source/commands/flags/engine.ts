import {define} from './define.js';
import {engineOptions} from './shared.js';

/** The command line of `mstage engine`. */
export const engineCommand = define({
	command: 'engine <action>',
	describe: "Start, stop or look at an engine of mstage's own",
	builder: parser =>
		parser
			.positional('action', {
				choices: ['start', 'stop', 'status', 'gc'] as const,
				demandOption: true,
				describe:
					'What to do with it; gc removes what killed sessions left on an engine',
			})
			.options(engineOptions),
	async run(argv) {
		const {engine} = await import('../engine.js');
		return engine(argv.action, argv);
	},
});
