import {define} from './define.js';
import {buildFlags, placePositional, pointOptions} from './shared.js';

/** The command line of `mstage cp`. */
export const cpCommand = define({
	command: 'cp <point> <destination>',
	describe: 'Copy a file or a directory out of a point of a build',
	builder: parser =>
		parser
			.positional('point', placePositional)
			.positional('destination', {
				type: 'string',
				demandOption: true,
				describe: 'Where to, or - for a tar archive on standard output',
			})
			.options({
				...pointOptions,
				force: {
					type: 'boolean',
					default: false,
					describe: 'Replace what is there already',
				},
			}),
	async run(argv) {
		const {cp} = await import('../cp.js');
		return cp({
			...argv,
			...buildFlags(argv),
			place: argv.point,
		});
	},
});
