import {type ChildProcess, spawn} from 'node:child_process';
import {mkdir, open, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {engineBinaries, installPackages} from './debian.js';
import {callEngine} from './http.js';
import {openNetwork} from './network.js';
import {childOf, hasEnded, signalProcess, watchFor} from './process.js';
import {
	freeSlot,
	freeStaleSlots,
	noteEngine,
	readState,
	type Slot,
	takeSlot,
} from './slots.js';
import {type EngineVersion, releases} from './versions.js';

const hostPackages = ['iproute2', 'iptables', 'runc', 'util-linux'];

export type DaemonOptions = {
	version: EngineVersion;
	/** The path of the socket; a folder of the daemon's own when left out. */
	socket?: string;
	/** Whether it goes on after the process that started it. */
	detached: boolean;
	/** More of dockerd's arguments; what it listens on besides its socket is inside its network namespace. */
	args?: readonly string[];
};

export type Daemon = {
	slot: Slot;
	dockerHost: string;
};

function daemonArguments(
	slot: Slot,
	dockerHost: string,
	mtu: number,
): string[] {
	return [
		`--config-file=${path.join(slot.folder, 'daemon.json')}`,
		`--host=${dockerHost}`,
		`--data-root=${slot.data}`,
		`--exec-root=${path.join(slot.folder, 'exec')}`,
		`--pidfile=${path.join(slot.folder, 'dockerd.pid')}`,
		'--storage-driver=overlay2',
		'--bip=172.29.0.1/16',
		`--mtu=${mtu}`,
		'--exec-opt=native.cgroupdriver=cgroupfs',
		`--cgroup-parent=/${slot.cgroup}`,
	];
}

/** The daemon's environment: nothing of the caller's that could change what it does but its proxies and certificates. */
function daemonEnvironment(binaries: string): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(
		([name]) => !/^(docker|buildkit|buildx|notify|listen|mstage)_/iv.test(name),
	);
	const own = ['usr/sbin', 'usr/bin'].map(folder =>
		path.join(binaries, folder),
	);
	return {
		...Object.fromEntries(kept),
		PATH: [...own, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'),
	};
}

/** The folders under /run that dockerd and containerd use wherever they are told to run; each engine sees its own. */
const privatePlaces = `
set -e
for place in /run/docker /run/containerd; do
	mkdir -p $place
	mount -t tmpfs tmpfs $place
done
exec "$@"
`;

/**
Starts dockerd as the only tenant of its own process, mount and network namespaces: whatever way it ends, the
kernel ends its containers and its mounts with it. Unless detached, it ends when the process that started it ends.
*/
async function launch(
	slot: Slot,
	options: DaemonOptions,
	dockerHost: string,
): Promise<ChildProcess> {
	const binaries = await engineBinaries(options.version);
	const {namespace, mtu} = await openNetwork(slot.number);
	await mkdir(slot.data, {recursive: true});
	await mkdir(path.dirname(dockerHost.replace('unix://', '')), {
		recursive: true,
	});
	await writeFile(path.join(slot.folder, 'daemon.json'), '{}');
	const [command = '', ...args] = [
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
		privatePlaces,
		'sh',
		path.join(binaries, 'usr/bin/tini-static'),
		'--',
		'dockerd',
		...daemonArguments(slot, dockerHost, mtu),
		...(options.args ?? []),
	];
	const log = await open(path.join(slot.folder, 'dockerd.log'), 'a');
	try {
		// Its own session keeps a Ctrl-C at our terminal from reaching it before we have finished with it.
		const child = spawn(command, args, {
			detached: true,
			stdio: ['ignore', log.fd, log.fd],
			env: daemonEnvironment(binaries),
			cwd: '/',
		});
		child.unref();
		return child;
	} finally {
		await log.close();
	}
}

async function logEnd(slot: Slot): Promise<string> {
	const text = await readFile(
		path.join(slot.folder, 'dockerd.log'),
		'utf8',
	).catch(() => '');
	return text.trim().split('\n').slice(-12).join('\n');
}

async function ready(
	child: ChildProcess,
	slot: Slot,
	dockerHost: string,
): Promise<void> {
	const engine = await watchFor(async () => childOf(child.pid!), 10_000);
	if (engine !== undefined) {
		await noteEngine(slot, engine);
	}

	const answers = async () =>
		callEngine({dockerHost}, 'GET', '/_ping').then(
			({status}) => status === 200 || undefined,
			() => undefined,
		);
	const settled = async () => (child.exitCode === null ? answers() : false);
	if ((await watchFor(settled, 60_000)) !== true) {
		throw new Error(
			`dockerd didn't start; the end of its log:\n${await logEnd(slot)}`,
		);
	}
}

/**
Starts a private dockerd and waits until it answers.
@param options - Which one, and where.
@returns Where it listens.
@throws {Error} when it doesn't start, with the end of its log; nothing of it is left then.
*/
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
	if (process.getuid?.() !== 0) {
		throw new Error(
			'Starting an engine for tests needs root: run this as root, or set MSTAGE_TEST_ENGINE=host to use the engine that DOCKER_HOST names',
		);
	}

	await installPackages([
		...hostPackages,
		...releases[options.version].libraries,
	]);
	await freeStaleSlots();
	const slot = await takeSlot(options.socket);
	try {
		const {dockerHost} = await readState(slot);
		const child = await launch(slot, options, dockerHost);
		await ready(child, slot, dockerHost);
		return {slot, dockerHost};
	} catch (error) {
		await endDaemon(slot);
		throw error;
	}
}

/**
Ends a daemon with all its containers at once, as the loss of a machine would, and removes what it leaves behind. One
that is gone already is fine.
@param slot - Its slot.
@throws {Error} when its processes don't end.
*/
export async function endDaemon(slot: Slot): Promise<void> {
	const state = await readState(slot).catch(() => undefined);
	if (state?.engine !== undefined) {
		signalProcess(state.engine, 'SIGKILL');
		if (!(await hasEnded(state.engine, 30_000))) {
			throw new Error(`The engine at ${state.dockerHost} doesn't end`);
		}
	}

	await freeSlot(slot);
}
