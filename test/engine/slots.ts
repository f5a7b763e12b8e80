import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rename,
	rm,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {removeControlGroups} from '../../source/engine/private/control-groups.js';
import {cacheFolder} from './cache.js';
import {parseJson} from './json.js';
import {closeNetwork} from './network.js';
import {identify, isAlive, type ProcessIdentity, run} from './process.js';

/** Short, since the path of a Unix socket may have at most 107 bytes. */
const runFolder = '/run/mstage-test';
const slotCount = 200;

/** What is known of a slot: who took it, and the engine that runs in it. */
export type SlotState = {
	dockerHost: string;
	starter: ProcessIdentity;
	/** The first process of the engine's process namespace; with it all others end. */
	engine?: ProcessIdentity;
};

export type Slot = {
	number: number;
	/** Socket, state and log. */
	folder: string;
	/** Images and containers. */
	data: string;
	/** The parent of its containers' control groups. */
	cgroup: string;
};

function slotOf(number: number): Slot {
	return {
		number,
		folder: path.join(runFolder, String(number)),
		data: path.join(cacheFolder(), 'data', String(number)),
		cgroup: `mstage-${number}`,
	};
}

function ourselves(): ProcessIdentity {
	return identify(process.pid)!;
}

/**
Takes a free slot. A folder with a state file in it appears under the slot's name in one step, so two can't take the same.
@param socket - The path of the engine's socket, when not inside the slot.
@returns The slot.
@throws {Error} when all are taken.
*/
export async function takeSlot(socket?: string): Promise<Slot> {
	await mkdir(runFolder, {recursive: true});
	for (let number = 0; number < slotCount; number++) {
		const slot = slotOf(number);
		// eslint-disable-next-line no-await-in-loop
		const draft = await mkdtemp(path.join(runFolder, 'draft-'));
		const dockerHost = `unix://${socket ?? path.join(slot.folder, 'docker.sock')}`;
		// eslint-disable-next-line no-await-in-loop
		await writeState(draft, {dockerHost, starter: ourselves()});
		try {
			// eslint-disable-next-line no-await-in-loop
			await rename(draft, slot.folder);
			return slot;
		} catch {
			// eslint-disable-next-line no-await-in-loop
			await rm(draft, {recursive: true});
		}
	}

	throw new Error(
		`All ${slotCount} slots for engines are taken: stop some with \`npx tsx test/engine/cli.ts stop --all\``,
	);
}

async function writeState(folder: string, state: SlotState): Promise<void> {
	await writeFile(path.join(folder, 'state.json'), JSON.stringify(state));
}

/**
@param slot - A slot of ours.
@returns What is known of it.
*/
export async function readState(slot: Slot): Promise<SlotState> {
	return parseJson<SlotState>(
		await readFile(path.join(slot.folder, 'state.json'), 'utf8'),
	);
}

/**
Notes which engine runs in a slot.
@param slot - A slot of ours.
@param engine - The first process of the engine's process namespace, or `undefined` when none runs.
*/
export async function noteEngine(
	slot: Slot,
	engine: ProcessIdentity | undefined,
): Promise<void> {
	const state = await readState(slot);
	await writeState(slot.folder, {...state, engine});
}

async function slotNumbers(): Promise<number[]> {
	const names = await readdir(runFolder).catch(() => []);
	return names.filter(name => /^\d+$/v.test(name)).map(Number);
}

/**
@returns All taken slots with what is known of them; those that somebody frees at this moment are left out.
*/
export async function takenSlots(): Promise<
	Array<{slot: Slot; state: SlotState}>
> {
	const numbers = await slotNumbers();
	const found = await Promise.all(
		numbers.map(async number => {
			const slot = slotOf(number);
			return readState(slot).then(
				state => [{slot, state}],
				() => [],
			);
		}),
	);
	return found.flat();
}

/**
Removes everything that a slot's engine left on the machine, once its processes are gone. Its mounts went with its mount namespace.
@param slot - The slot; it is free afterwards.
*/
export async function freeSlot(slot: Slot): Promise<void> {
	const {pid, started} = ourselves();
	try {
		const {dockerHost} = await readState(slot);
		// Whoever moves the file away frees the slot, and nobody else does.
		await rename(
			path.join(slot.folder, 'state.json'),
			path.join(slot.folder, `freeing-${pid}-${started}`),
		);
		await closeNetwork(slot.number);
		await removeControlGroups(slot.cgroup);
		// Paths in there may be longer than a call takes.
		await run('rm', ['-rf', slot.data]);
		await rm(dockerHost.replace('unix://', ''), {force: true});
		const rest = await mkdtemp(path.join(runFolder, 'draft-'));
		await rename(slot.folder, rest);
		await rm(rest, {recursive: true});
	} catch (error) {
		// Somebody else was first.
		if (!(
			error instanceof Error &&
			'code' in error &&
			error.code === 'ENOENT'
		)) {
			throw error;
		}
	}
}

/** Gives back the state file of a slot whose freeing was cut off. */
async function resumeFreeing(folder: string): Promise<void> {
	const names = await readdir(folder).catch(() => []);
	for (const name of names) {
		const [, pid, started = ''] = /^freeing-(\d+)-(\d+)$/v.exec(name) ?? [];
		if (pid !== undefined && !isAlive({pid: Number(pid), started})) {
			// eslint-disable-next-line no-await-in-loop
			await rename(
				path.join(folder, name),
				path.join(folder, 'state.json'),
			).catch(() => undefined);
		}
	}
}

/**
Frees the slots of engines that died with the process that had started them.
*/
export async function freeStaleSlots(): Promise<void> {
	const numbers = await slotNumbers();
	await Promise.all(
		numbers.map(async number => resumeFreeing(slotOf(number).folder)),
	);
	const taken = await takenSlots();
	const stale = taken.filter(
		({state}) => !isAlive(state.engine ?? state.starter),
	);
	await Promise.all(stale.map(async ({slot}) => freeSlot(slot)));
}
