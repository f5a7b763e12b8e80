import {define} from './define.js';
import {engineOptions} from './shared.js';

/** The command line of `mstage doctor`. */
export const doctorCommand = define({
	command: 'doctor',
	describe:
		'Show which engines were found, what they can do, and what is missing',
	builder: parser =>
		parser.options({
			...engineOptions,
			json: {type: 'boolean', default: false, describe: 'Print JSON'},
		}),
	async run(argv) {
		const {doctor} = await import('../doctor.js');
		return doctor(argv);
	},
});
