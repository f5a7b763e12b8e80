import {type ChildProcess, spawn} from 'node:child_process';
import {constants} from 'node:os';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {endDaemon} from './daemon.js';
import {programFolders} from './debian.js';
import {
	callEngine,
	describeEngine,
	engineVersions,
	hasImage,
	hostAddress,
	parseVersion,
	seedBusybox,
	seedDebian,
	startEngine,
	type TestEngine,
} from './engine.js';
import {takenSlots} from './slots.js';
import {defaultVersion} from './versions.js';

const usage = `Private Docker engines for tests, unpacked from Debian's packages.

  npx tsx test/engine/cli.ts start [--version V] [--socket PATH] [--debian]   start one and leave it running
  npx tsx test/engine/cli.ts stop (--socket PATH | --all)                     stop what start has started
  npx tsx test/engine/cli.ts list                                             show what runs
  npx tsx test/engine/cli.ts run [--version V] [--debian] -- COMMAND…         run a command with DOCKER_HOST set
  npx tsx test/engine/cli.ts programs [--version V]                           print the PATH of the unpacked programs
  npx tsx test/engine/cli.ts ping                                             exit with 0 if the engine of DOCKER_HOST answers
  npx tsx test/engine/cli.ts seed                                             give that engine busybox:latest if it has none

Versions: ${engineVersions.join(', ')}. busybox:latest is in the store, debian:bookworm-slim with --debian.
`;

type Options = {
	version: string;
	socket?: string;
	debian: boolean;
	all: boolean;
};

async function startSeeded(
	options: Options,
	detached: boolean,
): Promise<TestEngine> {
	const engine = await startEngine({
		version: parseVersion(options.version),
		socket: options.socket,
		detached,
	});
	try {
		await seedBusybox(engine);
		if (options.debian) {
			await seedDebian(engine);
		}

		return engine;
	} catch (error) {
		await engine.stop();
		throw error;
	}
}

async function stopEngines(options: Options): Promise<void> {
	const taken = await takenSlots();
	const meant = taken.filter(
		({state}) =>
			options.all || state.dockerHost === `unix://${options.socket ?? ''}`,
	);
	if (meant.length === 0) {
		throw new Error('No such engine runs: `list` shows those that do');
	}

	await Promise.all(meant.map(async ({slot}) => endDaemon(slot)));
}

/** The exit code that a shell would report for a child. */
async function exitCodeOf(child: ChildProcess): Promise<number> {
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => {
			resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
		});
	});
}

async function runCommand(
	options: Options,
	[command, ...args]: string[],
): Promise<number> {
	if (command === undefined) {
		throw new Error('Say what to run after `--`');
	}

	const interruption: {signal?: NodeJS.Signals; child?: ChildProcess} = {};
	const interrupt = (signal: NodeJS.Signals) => {
		interruption.signal = signal;
		interruption.child?.kill(signal);
	};

	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
		process.on(signal, interrupt);
	}

	const engine = await startSeeded(options, false);
	try {
		if (interruption.signal !== undefined) {
			return 128 + constants.signals[interruption.signal];
		}

		const child = spawn(command, args, {
			stdio: 'inherit',
			env: {...process.env, DOCKER_HOST: engine.dockerHost},
		});
		interruption.child = child;
		return await exitCodeOf(child);
	} finally {
		await engine.stop();
	}
}

/** A registry's busybox is what its users expect; Debian's does where none can be reached. */
async function seedHost(): Promise<void> {
	const engine = hostAddress();
	if (!(await hasImage(engine, 'busybox:latest'))) {
		await callEngine(
			engine,
			'POST',
			'/images/create?fromImage=busybox&tag=latest',
		);
		await seedBusybox(engine);
	}
}

const actions: Record<
	string,
	(options: Options, rest: string[]) => Promise<number | void>
> = {
	async start(options) {
		const engine = await startSeeded(options, true);
		console.log(`export DOCKER_HOST=${engine.dockerHost}`);
	},
	stop: stopEngines,
	async list() {
		for (const {slot, state} of await takenSlots()) {
			console.log(`${state.dockerHost}\t${slot.folder}`);
		}
	},
	run: runCommand,
	async ping() {
		return describeEngine(hostAddress()).then(
			() => 0,
			() => 1,
		);
	},
	async programs({version}) {
		const folders = await programFolders(parseVersion(version));
		console.log(folders.join(':'));
	},
	seed: seedHost,
};

async function main(argv: string[]): Promise<number> {
	const {values, positionals} = parseArgs({
		args: argv,
		allowPositionals: true,
		options: {
			version: {
				type: 'string',
				default: process.env['MSTAGE_TEST_ENGINE_VERSION'] || defaultVersion,
			},
			socket: {type: 'string'},
			debian: {type: 'boolean', default: false},
			all: {type: 'boolean', default: false},
			help: {type: 'boolean', short: 'h', default: false},
		},
	});
	const [name = '', ...rest] = positionals;
	if (values.help) {
		process.stdout.write(usage);
		return 0;
	}

	const action = actions[name];
	if (action === undefined) {
		process.stderr.write(usage);
		return 2;
	}

	return (await action(values, rest)) ?? 0;
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	process.stderr.write(
		`${error instanceof Error ? error.message : String(error)}\n`,
	);
	process.exitCode = 1;
}
