import {define} from './define.js';
import {buildFlags, placePositional, pointOptions} from './shared.js';

/** The command line of `mstage cat`. */
export const catCommand = define({
	command: 'cat <point>',
	describe: 'Print a file at a point of a build',
	builder: parser =>
		parser.positional('point', placePositional).options(pointOptions),
	async run(argv) {
		const {cat} = await import('../cat.js');
		return cat({...argv, ...buildFlags(argv), place: argv.point});
	},
});
