#!/usr/bin/env node
import process from 'node:process';
import yargs from 'yargs';
import manifest from './package.json' with {type: 'json'};
import {refuseFlags, refusedOptions} from './source/commands/refused-flags.js';
import {MstageError, UsageError, exitCodes} from './source/errors.js';
import {sanitise} from './source/text/sanitise.js';

const engineOptions = {
	host: {
		alias: 'H',
		type: 'string',
		describe:
			'Engine: unix://, tcp:// or ssh:// (default: DOCKER_HOST, the Docker context, or what runs here)',
	},
	'docker-context': {
		type: 'string',
		describe: 'Engine of a Docker context; --context is the build context',
	},
	engine: {
		choices: ['private'] as const,
		describe: "An engine of mstage's own, started when it isn't running",
	},
} as const;

const buildOptions = {
	file: {
		alias: 'f',
		type: 'string',
		describe: 'Dockerfile (default: CONTEXT/Dockerfile)',
	},
	target: {
		type: 'string',
		describe: 'Stage to build, by name (default: the last)',
	},
	'build-arg': {
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe: 'Build argument, NAME=value',
	},
	secret: {
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe: 'Secret, id=…,src=FILE or id=…,env=NAME',
	},
	ssh: {
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe: 'SSH agent or key for mounts, default or ID=SOCKET|KEY',
	},
	allow: {
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe: 'Let the build use network.host or security.insecure',
	},
	platform: {
		type: 'string',
		describe: 'Platform to build for, such as linux/arm64',
	},
	'no-cache': {
		type: 'boolean',
		default: false,
		describe: 'Run every instruction again',
	},
	pull: {
		type: 'boolean',
		default: false,
		describe: 'Get base images from their registries anew',
	},
	'build-context': {
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe:
			'More to build from: NAME=FOLDER, NAME=docker-image://IMAGE or a Git repository',
	},
	label: {
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe: 'Label of the finished image, NAME=value',
	},
	network: {
		type: 'string',
		describe: 'Network of every RUN: default, none or host (legacy: any)',
	},
	'add-host': {
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe: 'Name that every RUN can look up, NAME:ADDRESS',
	},
	'shm-size': {
		type: 'string',
		describe: 'Size of /dev/shm of every RUN, such as 128m',
	},
	ulimit: {
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe: 'Limit of the processes of every RUN, such as nofile=1024:2048',
	},
	toolbox: {
		type: 'string',
		describe: 'Static busybox for images without a shell, a path or an image',
	},
	builder: {
		choices: ['buildkit', 'legacy'] as const,
		default: 'buildkit' as const,
		describe: 'Builder of the engine; legacy is the one before BuildKit',
	},
	...engineOptions,
	...(refusedOptions as Record<never, never>),
} as const;

const contextOption = {
	alias: 'C',
	type: 'string',
	default: '.',
	describe: 'Build context',
} as const;

const pointOptions = {
	...buildOptions,
	context: contextOption,
} as const;

const placeHelp = 'POINT:/PATH, such as builder:/out or failed:/src/report.xml';

/** What yargs gives under the flags' own names. */
function buildFlags(argv: {
	readonly 'no-cache': boolean;
	readonly 'build-arg': readonly string[];
	readonly 'add-host': readonly string[];
	readonly 'shm-size': string | undefined;
	readonly 'build-context': readonly string[];
}) {
	return {
		noCache: argv['no-cache'],
		buildArg: argv['build-arg'],
		addHost: argv['add-host'],
		shmSize: argv['shm-size'],
		buildContext: argv['build-context'],
		tag: [],
	};
}

/** What stands for a lone dash, of which yargs would make nothing. */
const dash = '\u0000';

const givenWords = process.argv.slice(2);
const ownWords = givenWords.includes('--')
	? givenWords.indexOf('--')
	: givenWords.length;

/** What the command line asks for; yargs only parses: awaiting it there makes it render help that nobody sees. */
let command = async (): Promise<number> => exitCodes.done;

const parser = yargs(
	givenWords.map((word, index) =>
		word === '-' && index < ownWords ? dash : word,
	),
)
	.scriptName('mstage')
	.usage('$0 <command>\n\nThe terminal debugger for multi-stage image builds.')
	.parserConfiguration({
		'populate--': true,
		'boolean-negation': false,
		'parse-numbers': false,
		'parse-positional-numbers': false,
	})
	.command(
		'debug [context]',
		'Step through a build, with a shell at any point of it',
		builder =>
			builder
				.positional('context', {
					type: 'string',
					default: '.',
					describe: 'Build context',
				})
				.options({
					...buildOptions,
					tag: {
						alias: 't',
						type: 'string',
						array: true,
						nargs: 1,
						default: [],
						defaultDescription: 'none',
						describe: 'Name for the finished image',
					},
					iidfile: {
						type: 'string',
						describe: 'File that the id of the finished image is written to',
					},
					pause: {
						choices: ['stage', 'instruction', 'error', 'never'] as const,
						default: 'stage' as const,
						describe: 'Where to pause; a failure always does',
					},
					break: {
						type: 'string',
						array: true,
						nargs: 1,
						default: [],
						defaultDescription: 'none',
						describe:
							"Breakpoint: 14, builder, builder:3, RUN or miss; '14 if NAME=value'",
					},
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
						describe:
							'File of line prompt commands; the first that fails ends it',
					},
					json: {
						type: 'boolean',
						default: false,
						describe: 'Print events as JSON, one per line',
					},
				}),
		argv => {
			command = async () => {
				const {debug} = await import('./source/commands/debug.js');
				return debug({
					...argv,
					...buildFlags(argv),
					tag: argv.tag,
				});
			};
		},
	)
	.command(
		'shell <point>',
		'Open a shell, or run a command (-- COMMAND…), at a point of a build',
		builder =>
			builder
				.positional('point', {
					type: 'string',
					demandOption: true,
					describe:
						'builder, builder:3, Dockerfile:14, failed, source, final, context or image:NAME',
				})
				.options(pointOptions),
		argv => {
			command = async () => {
				const {shell} = await import('./source/commands/shell.js');
				return shell({
					...argv,
					...buildFlags(argv),
					command: (argv['--'] ?? []) as readonly string[],
				});
			};
		},
	)
	.command(
		'diff <from> [to]',
		'Compare the files at two points of a build',
		builder =>
			builder
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
		argv => {
			command = async () => {
				const {diff} = await import('./source/commands/diff.js');
				return diff({
					...argv,
					...buildFlags(argv),
					json: argv.json ?? false,
					nameStatus: argv['name-status'] ?? false,
					exitCode: argv['exit-code'],
					ignoreTimes: argv['ignore-times'],
				});
			};
		},
	)
	.command(
		'left [stage]',
		'Show what the stages leave behind, and what looks left in the final image',
		builder =>
			builder
				.positional('stage', {
					type: 'string',
					describe: 'Only this stage (default: all that the target needs)',
				})
				.options({
					...buildOptions,
					context: contextOption,
					json: {type: 'boolean', describe: 'Print JSON'},
				}),
		argv => {
			command = async () => {
				const {left} = await import('./source/commands/left.js');
				return left({
					...argv,
					json: argv.json ?? false,
					...buildFlags(argv),
				});
			};
		},
	)
	.command(
		'why <path>',
		'Show what put a file into the final image, or where a file of a stage went',
		builder =>
			builder
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
		argv => {
			command = async () => {
				const {why} = await import('./source/commands/why.js');
				return why({
					...argv,
					json: argv.json ?? false,
					...buildFlags(argv),
				});
			};
		},
	)
	.command(
		'ls <point>',
		'List what is in a directory at a point of a build',
		builder =>
			builder
				.positional('point', {
					type: 'string',
					demandOption: true,
					describe: placeHelp,
				})
				.options({
					...pointOptions,
					json: {type: 'boolean', default: false, describe: 'Print JSON'},
				}),
		argv => {
			command = async () => {
				const {ls} = await import('./source/commands/ls.js');
				return ls({...argv, ...buildFlags(argv), place: argv.point});
			};
		},
	)
	.command(
		'cat <point>',
		'Print a file at a point of a build',
		builder =>
			builder
				.positional('point', {
					type: 'string',
					demandOption: true,
					describe: placeHelp,
				})
				.options(pointOptions),
		argv => {
			command = async () => {
				const {cat} = await import('./source/commands/cat.js');
				return cat({...argv, ...buildFlags(argv), place: argv.point});
			};
		},
	)
	.command(
		'cp <point> <destination>',
		'Copy a file or a directory out of a point of a build',
		builder =>
			builder
				.positional('point', {
					type: 'string',
					demandOption: true,
					describe: placeHelp,
				})
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
		argv => {
			command = async () => {
				const {cp} = await import('./source/commands/cp.js');
				return cp({
					...argv,
					...buildFlags(argv),
					place: argv.point,
				});
			};
		},
	)
	.command(
		'tree [context]',
		'Show the stages, what each depends on, and which of them the target needs',
		builder =>
			builder
				.positional('context', {
					type: 'string',
					default: '.',
					describe: 'Build context',
				})
				.options({
					file: buildOptions.file,
					target: buildOptions.target,
					'build-arg': buildOptions['build-arg'],
					platform: buildOptions.platform,
					json: {type: 'boolean', describe: 'Print JSON'},
					mermaid: {type: 'boolean', describe: 'Print a Mermaid flowchart'},
					dot: {type: 'boolean', describe: 'Print a Graphviz graph'},
					'compare-builders': {
						type: 'boolean',
						describe: 'Show what BuildKit and the legacy builder each run',
					},
				})
				.conflicts({
					json: ['mermaid', 'dot'],
					mermaid: 'dot',
					'compare-builders': ['mermaid', 'dot'],
				}),
		argv => {
			command = async () => {
				const {tree} = await import('./source/commands/tree.js');
				return tree({
					...argv,
					buildArg: argv['build-arg'],
					compareBuilders: argv['compare-builders'],
				});
			};
		},
	)
	.command(
		'doctor',
		'Show which engines were found, what they can do, and what is missing',
		builder =>
			builder.options({
				...engineOptions,
				json: {type: 'boolean', default: false, describe: 'Print JSON'},
			}),
		argv => {
			command = async () => {
				const {doctor} = await import('./source/commands/doctor.js');
				return doctor(argv);
			};
		},
	)
	.command(
		'engine <action>',
		"Start, stop or look at an engine of mstage's own",
		builder =>
			builder.positional('action', {
				choices: ['start', 'stop', 'status'] as const,
				demandOption: true,
				describe: 'What to do with it',
			}),
		argv => {
			command = async () => {
				const {engine} = await import('./source/commands/engine.js');
				return engine(argv.action);
			};
		},
	)
	.command('$0', false, {}, () => {
		parser.showHelp('log');
	})
	.option('debug', {
		type: 'boolean',
		default: false,
		global: true,
		describe: 'Show stack traces of errors',
	})
	.middleware((flags: Record<string, unknown>) => {
		for (const [name, value] of Object.entries(flags)) {
			flags[name] = value === dash ? '-' : value;
		}
	}, true)
	.check(flags => refuseFlags(flags))
	.strict()
	.strictCommands()
	.version(manifest.version)
	.help()
	.alias('help', 'h')
	.wrap(100)
	.exitProcess(false)
	.fail((message, error) => {
		throw (
			error ?? new UsageError(`${message}. mstage --help lists what there is.`)
		);
	});

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	// Whoever read our output is gone: there is nobody left to tell anything.
	process.exit(error.code === 'EPIPE' ? exitCodes.done : report(error));
});
process.on('uncaughtException', error => {
	process.exit(report(error));
});

try {
	parser.parseSync();
	process.exitCode = await command();
} catch (error) {
	process.exitCode = report(error);
}

// Whatever a command left of standard input unread must not keep the process. Closing a terminal's would make Node's own
// restoring of it fail at the exit.
process.stdin.unref?.();

/** Tells an error as one sentence; a stack trace is for `--debug`, and for defects of mstage. */
function report(error: unknown): number {
	const wantsTrace = process.argv.includes('--debug');
	if (error instanceof MstageError) {
		process.stderr.write(`mstage: ${sanitise(error.message)}\n`);
		if (wantsTrace) {
			console.error(error);
		}

		return error.exitCode;
	}

	process.stderr.write(
		`mstage: a defect of mstage: ${sanitise(error instanceof Error ? error.message : String(error))}. Run it again with --debug for the stack trace.\n`,
	);
	if (wantsTrace) {
		console.error(error);
	}

	return exitCodes.buildFailed;
}
