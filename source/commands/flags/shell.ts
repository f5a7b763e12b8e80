import {define} from './define.js';
import {buildFlags, pointOptions} from './shared.js';

/** The command line of `mstage shell`. */
export const shellCommand = define({
	command: 'shell <point>',
	describe:
		'Open a shell, or run a command (-- COMMAND…), at a point of a build',
	builder: parser =>
		parser
			.positional('point', {
				type: 'string',
				demandOption: true,
				describe:
					'builder, builder:3, Dockerfile:14, failed, source, final, context or image:NAME',
			})
			.options(pointOptions),
	async run(argv) {
		const {shell} = await import('../shell.js');
		return shell({
			...argv,
			...buildFlags(argv),
			command: (argv['--'] ?? []) as readonly string[],
		});
	},
});
