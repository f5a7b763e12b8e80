import {define} from './define.js';
import {buildFlags, buildOptions, contextOption} from './shared.js';

/** The command line of `mstage diff`. */
export const diffCommand = define({
	command: 'diff <from> [to]',
	describe:
		'Compare the files at two points of a build, or only some (-- PATH…)',
	builder: parser =>
		parser
			.positional('from', {
				type: 'string',
				demandOption: true,
				describe: 'Point to compare, as for shell',
			})
			.positional('to', {
				type: 'string',
				default: 'final',
				describe: 'Point to compare it with',
			})
			.options({
				...buildOptions,
				context: contextOption,
				json: {type: 'boolean', describe: 'Print JSON'},
				'name-status': {
					type: 'boolean',
					describe:
						'Print a letter (A, D, M or T) and the path of every change',
				},
				'exit-code': {
					type: 'boolean',
					default: false,
					describe: 'Exit with 1 when there are differences',
				},
				content: {
					type: 'boolean',
					default: false,
					describe: 'Compare the contents of all files',
				},
				ignore: {
					type: 'string',
					array: true,
					nargs: 1,
					default: [],
					defaultDescription: 'nothing',
					describe: 'Glob of names or paths to leave out',
				},
				'ignore-times': {
					type: 'boolean',
					default: false,
					describe: 'Say nothing of modification times',
				},
				kind: {
					choices: ['added', 'removed', 'changed'] as const,
					array: true,
					nargs: 1,
					default: [],
					defaultDescription: 'all',
					describe: 'Only changes of this kind',
				},
				sort: {
					choices: ['size', 'name'] as const,
					default: 'size' as const,
					describe: 'Order of the text',
				},
			})
			.conflicts('json', 'name-status'),
	async run(argv) {
		const {diff} = await import('../diff.js');
		return diff({
			...argv,
			...buildFlags(argv),
			json: argv.json ?? false,
			nameStatus: argv['name-status'] ?? false,
			paths: (argv['--'] ?? []) as readonly string[],
			exitCode: argv['exit-code'],
			ignoreTimes: argv['ignore-times'],
		});
	},
});
