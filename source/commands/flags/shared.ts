import {refusedOptions} from '../refused-flags.js';

/** Which engine. */
export const engineOptions = {
	host: {
		alias: 'H',
		type: 'string',
		nargs: 1,
		describe:
			'Engine: unix://, tcp:// or ssh:// (default: DOCKER_HOST, the Docker context, or what runs here)',
	},
	'docker-context': {
		type: 'string',
		nargs: 1,
		describe: 'Engine of a Docker context; --context is the build context',
	},
	engine: {
		choices: ['private'] as const,
		nargs: 1,
		describe: "An engine of mstage's own, started when it isn't running",
	},
} as const;

/** A flag that may be given several times, each time with one value. */
export const listOf = (describe: string) =>
	({
		type: 'string',
		array: true,
		nargs: 1,
		default: [],
		defaultDescription: 'none',
		describe,
	}) as const;

/** What to build, on which engine: `docker build`'s flags, and those of them that are refused. */
export const buildOptions = {
	file: {
		alias: 'f',
		type: 'string',
		nargs: 1,
		describe: 'Dockerfile (default: CONTEXT/Dockerfile)',
	},
	target: {
		type: 'string',
		nargs: 1,
		describe: 'Stage to build, by name (default: the last)',
	},
	'build-arg': listOf('Build argument, NAME=value'),
	secret: listOf('Secret, id=…,src=FILE or id=…,env=NAME'),
	ssh: listOf('SSH agent or key for mounts, default or ID=SOCKET|KEY'),
	allow: listOf('Let the build use network.host or security.insecure'),
	platform: {
		type: 'string',
		nargs: 1,
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
	'build-context': listOf(
		'More to build from: NAME=FOLDER, NAME=docker-image://IMAGE or a Git repository',
	),
	label: listOf('Label of the finished image, NAME=value'),
	network: {
		type: 'string',
		nargs: 1,
		describe: 'Network of every RUN: default, none or host (legacy: any)',
	},
	'add-host': listOf('Name that every RUN can look up, NAME:ADDRESS'),
	'shm-size': {
		type: 'string',
		nargs: 1,
		describe: 'Size of /dev/shm of every RUN, such as 128m',
	},
	ulimit: listOf(
		'Limit of the processes of every RUN, such as nofile=1024:2048',
	),
	toolbox: {
		type: 'string',
		nargs: 1,
		describe: 'Static busybox for images without a shell, a path or an image',
	},
	builder: {
		choices: ['buildkit', 'legacy'] as const,
		nargs: 1,
		default: 'buildkit' as const,
		describe: 'Builder of the engine; legacy is the one before BuildKit',
	},
	...engineOptions,
	...(refusedOptions as Record<never, never>),
} as const;

/** The positional argument of a command that works in a build context. */
export const contextPositional = {
	type: 'string',
	default: '.',
	describe: 'Build context',
} as const;

/** The build context of a command that has other positional arguments. */
export const contextOption = {
	alias: 'C',
	...contextPositional,
	nargs: 1,
} as const;

/** What a command takes that is about a point of a build. */
export const pointOptions = {
	...buildOptions,
	context: contextOption,
} as const;

/** The positional argument of a command that is about a path at a point. */
export const placePositional = {
	type: 'string',
	demandOption: true,
	describe: 'POINT:/PATH, such as builder:/out or failed:/src/report.xml',
} as const;

/**
@param argv - Of a command with `buildOptions`.
@returns What yargs gives under the flags' own names, under the names of `BuildFlags`.
*/
export function buildFlags(argv: {
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
