import {type ChildProcess, spawn} from 'node:child_process';
import {mkdir, open, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {ping} from './ping.js';
import {type Network} from './network.js';
import {
	childOf,
	hasEnded,
	identify,
	type ProcessIdentity,
	signalProcess,
	watchFor,
} from './process.js';

/** Where an engine of our own keeps what is its own. */
export type EnginePlaces = {
	/** Absolute: its state, its log and its pid file. */
	readonly folder: string;

	/** Absolute: images and containers. */
	readonly data: string;

	/** Absolute: where it listens. */
	readonly socket: string;
};

export type LaunchOptions = EnginePlaces & {
	readonly network: Network;

	/** The parent of its containers' control groups. */
	readonly cgroup: string;

	/** Where its programs are, as PATH spells it. */
	readonly path: string;

	/** Whether it goes on after the process that started it. */
	readonly detached: boolean;

	/** More of dockerd's arguments. */
	readonly args?: readonly string[];
};

/** What an engine is, once it is on its way. */
export type Launched = {
	readonly child: ChildProcess;

	/** @returns The process to end for ending it all, or `undefined` while there is none. */
	process(): Promise<ProcessIdentity | undefined>;

	/** @returns The end of the log that it writes. */
	logEnd(): Promise<string>;
};

/** An engine didn't start; the message has the end of its log. */
export class StartError extends Error {
	/** What it said last. */
	readonly lastLine: string;

	constructor(logEnd: string) {
		super(`dockerd didn't start; the end of its log:\n${logEnd}`);
		this.lastLine = logEnd.split('\n').at(-1)!;
	}
}

/** The folders under /run that dockerd and containerd use wherever they are told to run; each engine sees its own. */
const privatePlaces = `
set -e
for place in /run/docker /run/containerd; do
	mkdir -p $place
	mount -t tmpfs tmpfs $place
done
`;

/** The first process of a process namespace: it waits for those that lose their parents too, and passes a TERM on. */
const firstProcess = `
"$@" &
engine=$!
trap 'kill -TERM $engine' TERM
while kill -0 $engine 2>/dev/null; do
	wait $engine || true
done
`;

/**
Starts dockerd as the only tenant of its own process, mount and network namespaces: whatever way it ends, the
kernel ends its containers and its mounts with it, and nothing that it does to networks or mounts is seen outside.

@returns It, before it answers.
*/
export async function launchAsRoot(options: LaunchOptions): Promise<Launched> {
	const {namespace} = options.network;
	const launched = await spawnEngine(
		options,
		[
			...(options.detached ? [] : ['setpriv', '--pdeathsig=KILL']),
			'nsenter',
			`--net=${namespace}`,
			'unshare',
			'--mount',
			'--pid',
			'--fork',
			'--kill-child',
			'--mount-proc',
			'sh',
			'-c',
			`${privatePlaces}${firstProcess}`,
			'sh',
			'dockerd',
			...(await daemonArguments(options)),
			'--storage-driver=overlay2',
			'--bip=172.29.0.1/16',
			`--mtu=${options.network.mtu}`,
			'--exec-opt=native.cgroupdriver=cgroupfs',
			`--cgroup-parent=/${options.cgroup}`,
			...(options.args ?? []),
		],
		engineEnvironment(options.path),
	);
	// The first of its process namespace: with it all others end.
	return {...launched, process: async () => childOf(launched.child.pid!)};
}

/**
Starts dockerd in namespaces that RootlessKit makes for a user without any rights (Docker's documentation, "Run the Docker
daemon as a non-root user").

@param script - Docker's own `dockerd-rootless.sh`.
@param options - `path` is where its programs are.
*/
export async function launchRootless(
	script: string,
	options: EnginePlaces & {readonly path: string},
): Promise<Launched> {
	const runtime = path.join(options.folder, 'run');
	await mkdir(runtime, {recursive: true, mode: 0o700});
	const command = [script, ...(await daemonArguments(options))];
	const launched = await spawnEngine(options, command, {
		...engineEnvironment(options.path),
		// What RootlessKit and dockerd keep there is found by these names, also by another rootless engine of the user.
		XDG_RUNTIME_DIR: runtime,
	});
	return {...launched, process: async () => identify(launched.child.pid!)};
}

/**
@param launched - An engine on its way.
@param socket - The absolute path of where it will listen.
@param onProcess - Told of the process to end for ending it all, as soon as it is there.
@throws {StartError} It didn't start.
*/
export async function untilReady(
	{child, process: engineProcess, logEnd}: Launched,
	socket: string,
	onProcess: (engine: ProcessIdentity) => Promise<void>,
): Promise<void> {
	const engine = await watchFor(engineProcess, 10_000);
	if (engine !== undefined) {
		await onProcess(engine);
	}

	const answers = async () => ((await ping(socket)) ? true : undefined);
	const settled = async () =>
		child.exitCode === null && child.signalCode === null ? answers() : false;
	if ((await watchFor(settled, 60_000)) !== true) {
		throw new StartError(await logEnd());
	}
}

/**
Ends an engine and waits for its end.

@param engine - The process to end for ending it all.
@param patience - How long it may take to end by itself, in milliseconds; 0 ends it at once, as the loss of a machine would.
@returns Whether it has ended.
*/
export async function endEngine(
	engine: ProcessIdentity,
	patience: number,
): Promise<boolean> {
	if (patience > 0) {
		signalProcess(engine, 'SIGTERM');
		if (await hasEnded(engine, patience)) {
			return true;
		}
	}

	signalProcess(engine, 'SIGKILL');
	return hasEnded(engine, 30_000);
}

async function daemonArguments({
	folder,
	data,
	socket,
}: EnginePlaces): Promise<readonly string[]> {
	await mkdir(data, {recursive: true});
	await mkdir(path.dirname(socket), {recursive: true});
	// Without one of our own it would take the machine's.
	const configuration = path.join(folder, 'daemon.json');
	await writeFile(configuration, '{}');
	return [
		`--config-file=${configuration}`,
		`--host=unix://${socket}`,
		`--data-root=${data}`,
		`--exec-root=${path.join(folder, 'exec')}`,
		`--pidfile=${path.join(folder, 'dockerd.pid')}`,
	];
}

/** Nothing of the caller's that could change what an engine does but its proxies and certificates. */
function engineEnvironment(programs: string): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(
		([name]) =>
			!/^(?:docker|dockerd|buildkit|buildx|notify|listen|mstage)_/iv.test(name),
	);
	return {...Object.fromEntries(kept), PATH: programs};
}

async function spawnEngine(
	{folder}: EnginePlaces,
	[command = '', ...args]: readonly string[],
	environment: NodeJS.ProcessEnv,
): Promise<Omit<Launched, 'process'>> {
	const file = path.join(folder, 'dockerd.log');
	const log = await open(file, 'a');
	try {
		// Its own session keeps a Ctrl-C at our terminal from reaching it before we have finished with it.
		const child = spawn(command, args, {
			detached: true,
			stdio: ['ignore', log.fd, log.fd],
			env: environment,
			cwd: '/',
		});
		// Whether it runs is seen by its process and its answers.
		child.on('error', () => undefined);
		child.unref();
		return {child, logEnd: async () => endOf(file)};
	} finally {
		await log.close();
	}
}

async function endOf(file: string): Promise<string> {
	const text = await readFile(file, 'utf8').catch(() => '');
	return text.trim().split('\n').slice(-12).join('\n');
}
