import {define} from './define.js';
import {buildFlags, placePositional, pointOptions} from './shared.js';

/** The command line of `mstage ls`. */
export const lsCommand = define({
	command: 'ls <point>',
	describe: 'List what is in a directory at a point of a build',
	builder: parser =>
		parser.positional('point', placePositional).options({
			...pointOptions,
			json: {type: 'boolean', default: false, describe: 'Print JSON'},
		}),
	async run(argv) {
		const {ls} = await import('../ls.js');
		return ls({...argv, ...buildFlags(argv), place: argv.point});
	},
});
