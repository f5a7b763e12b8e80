import {rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {
	endEngine,
	launchAsRoot,
	type Launched,
	untilReady,
} from '../../source/engine/private/launch.js';
import type {Network} from '../../source/engine/private/network.js';
import {childOf, signalProcess} from './process.js';
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
	/** Does something with its folders before it starts. */
	prepare?: (slot: Slot) => Promise<void>;
};

export type Daemon = {
	slot: Slot;
	dockerHost: string;
	/** Stops dockerd in what it does: it answers nothing any more. */
	freeze: () => Promise<void>;
	/** Ends it at once with its containers, as the loss of a machine would, and keeps its images and its cache. */
	cut: () => Promise<void>;
	/** Starts it again after `cut`, on the same data, and waits until it answers. */
	resume: () => Promise<void>;
};

async function launch(
	slot: Slot,
	{version, detached, args = []}: DaemonOptions,
	network: Network,
): Promise<Launched> {
	return launchAsRoot({
		folder: slot.folder,
		data: slot.data,
		socket: await socketOf(slot),
		network,
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
		await options.prepare?.(slot);
		const network = await openNetwork(slot.number);
		const start = async () => {
			const launched = await launch(slot, options, network);
			await untilReady(launched, await socketOf(slot), async engine =>
				noteEngine(slot, engine),
			);
		};

		await start();
		return {
			slot,
			dockerHost,
			freeze: async () => freeze(slot),
			cut: async () => cut(slot),
			resume: start,
		};
	} catch (error) {
		await endDaemon(slot);
		throw error;
	}
}

async function socketOf(slot: Slot): Promise<string> {
	const {dockerHost} = await readState(slot);
	return dockerHost.replace('unix://', '');
}

async function freeze(slot: Slot): Promise<void> {
	const {engine} = await readState(slot);
	const dockerd = await childOf(engine!.pid);
	signalProcess(dockerd!, 'SIGSTOP');
}

/** While none runs, the slot is the one's who took it: nobody frees it. */
async function cut(slot: Slot): Promise<void> {
	const {engine} = await readState(slot);
	await noteEngine(slot, undefined);
	await endEngine(engine!, 0);
	// A machine that starts again has them no more: they are in /run.
	for (const name of ['exec', 'dockerd.pid']) {
		// eslint-disable-next-line no-await-in-loop
		await rm(path.join(slot.folder, name), {recursive: true, force: true});
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
