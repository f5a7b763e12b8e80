import process from 'node:process';
import {
	endEngine,
	launchAsRoot,
	type Launched,
	untilReady,
} from '../../source/engine/private/launch.js';
import {installPackages, programFolders} from './debian.js';
import {openNetwork} from './network.js';
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

async function launch(
	slot: Slot,
	{version, detached, args = []}: DaemonOptions,
	socket: string,
): Promise<Launched> {
	return launchAsRoot({
		folder: slot.folder,
		data: slot.data,
		socket,
		network: await openNetwork(slot.number),
		cgroup: slot.cgroup,
		path: [
			...(await programFolders(version)),
			'/usr/sbin',
			'/usr/bin',
			'/sbin',
			'/bin',
		].join(':'),
		detached,
		args: [...(releases[version].args ?? []), ...args],
	});
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
		const socket = dockerHost.replace('unix://', '');
		const launched = await launch(slot, options, socket);
		await untilReady(launched, socket, async engine =>
			noteEngine(slot, engine),
		);
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
	if (state?.engine !== undefined && !(await endEngine(state.engine, 0))) {
		throw new Error(`The engine at ${state.dockerHost} doesn't end`);
	}

	await freeSlot(slot);
}
