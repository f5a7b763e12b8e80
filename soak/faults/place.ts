import {createServer, type Server, type Socket} from 'node:net';
import {once} from 'node:events';
import {mkdir, open, readFile, rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {Readable} from 'node:stream';
import {pack} from 'tar-stream';
import {type Daemon, endDaemon, startDaemon} from '../../test/engine/daemon.js';
import {
	callEngine,
	type EngineVersion,
	getJson,
	hasImage,
	seedBusybox,
} from '../../test/engine/engine.js';
import {outerAddress} from '../../test/engine/network.js';
import {childOf, run, signalProcess} from '../../test/engine/process.js';
import {readState} from '../../test/engine/slots.js';

/** How much an engine of a campaign can hold, in memory: it is filled now and then. */
const dataSize = '600m';

/** An image with so many files that looking at them takes a while. */
export const manyFiles = 'mstage-many';

const manyDockerfile = [
	'FROM busybox',
	'RUN mkdir /many && for d in 0 1 2 3; do mkdir /many/d$d && (cd /many/d$d && seq 1 4000 | sed s/^/a-file-with-a-name-that-is-not-short-/ | xargs touch); done && dd if=/dev/urandom of=/many/large bs=1M count=4',
	'',
].join('\n');

/** What of an engine a session could leave behind. */
export type Left = {
	readonly containers: readonly string[];

	/** Those that are no layer of a build, or are marked as a session's. */
	readonly images: readonly string[];
};

/**
An engine of the campaign's own in a mount namespace of the campaign's own, and a registry that takes connections and says
nothing.
*/
export class EnginePlace {
	/** @throws {Error} It doesn't start. */
	static async start(version: EngineVersion): Promise<EnginePlace> {
		const daemon = await startDaemon({
			version,
			detached: false,
			async prepare({data}) {
				await mkdir(data, {recursive: true});
				await mountMemory(data, dataSize);
			},
		});
		const connections = new Set<Socket>();
		let asked = 0;
		const registry = createServer(socket => {
			asked++;
			connections.add(socket);
			socket.on('error', () => undefined);
			socket.on('close', () => {
				connections.delete(socket);
			});
		});
		registry.listen(0, '0.0.0.0');
		await once(registry, 'listening');
		const place = new EnginePlace(daemon, version, {
			registry,
			connections,
			asked: () => asked,
		});
		try {
			await place.#seed();
			return place;
		} catch (error) {
			await place.end();
			throw error;
		}
	}

	readonly version: EngineVersion;
	readonly #daemon: Daemon;
	readonly #registry: {
		readonly registry: Server;
		readonly connections: ReadonlySet<Socket>;
		readonly asked: () => number;
	};

	#state: 'well' | 'killed' | 'stopped' = 'well';

	private constructor(
		daemon: Daemon,
		version: EngineVersion,
		registry: {
			readonly registry: Server;
			readonly connections: ReadonlySet<Socket>;
			readonly asked: () => number;
		},
	) {
		this.#daemon = daemon;
		this.version = version;
		this.#registry = registry;
	}

	get dockerHost(): string {
		return this.#daemon.dockerHost;
	}

	get socket(): string {
		return this.dockerHost.replace('unix://', '');
	}

	/** A reference whose registry takes connections and never answers. */
	get silentImage(): string {
		const address = this.#registry.registry.address();
		const port = typeof address === 'object' && address ? address.port : 0;
		return `${outerAddress(this.#daemon.slot.number)}:${port}/never`;
	}

	/** How many connections the silent registry has taken. */
	get askedForImages(): number {
		return this.#registry.asked();
	}

	async kill(): Promise<void> {
		this.#state = 'killed';
		await this.#daemon.cut();
	}

	async stop(): Promise<void> {
		this.#state = 'stopped';
		signalProcess((await this.#dockerd())!, 'SIGSTOP');
	}

	/** Leaves not one block of its disk free. */
	async fill(): Promise<void> {
		await fillDisk(this.#daemon.slot.data);
	}

	/** Mends what a trial did to it, so that it answers. */
	async mend(): Promise<void> {
		await emptyDisk(this.#daemon.slot.data);
		if (this.#state === 'stopped') {
			signalProcess((await this.#dockerd())!, 'SIGCONT');
		} else if (this.#state === 'killed' || !(await this.#answers())) {
			await this.renew();
		}

		this.#state = 'well';
		for (const socket of this.#registry.connections) {
			socket.destroy();
		}
	}

	/** Starts the engine anew, with its images and without anything that ran, whatever state it is in. */
	async renew(): Promise<void> {
		if (this.#state !== 'killed') {
			await this.kill();
		}

		await emptyDisk(this.#daemon.slot.data);
		await this.#daemon.resume();
		await this.#seed();
		this.#state = 'well';
	}

	/** @param layers - What a build may leave of its instructions: a part of each one's text. */
	async left(layers: readonly string[]): Promise<Left> {
		type Container = {
			Id: string;
			Image: string;
			State: string;
			Command: string;
		};
		type Image = {
			Id: string;
			RepoTags: string[] | null;
			Labels: Record<string, string> | null;
		};
		type History = Array<{CreatedBy: string}>;
		const [containers, images] = await Promise.all([
			getJson<Container[]>(this.#daemon, '/containers/json?all=1'),
			getJson<Image[]>(this.#daemon, '/images/json'),
		]);
		const nameless = images.filter(
			({RepoTags: tags}) => !tags?.some(tag => tag !== '<none>:<none>'),
		);
		const marked = await Promise.all(
			nameless.map(async ({Id: id, Labels: labels}) => {
				const [top] = await getJson<History>(
					this.#daemon,
					`/images/${id}/history`,
				);
				const by = top?.CreatedBy ?? '';
				const isLayer =
					by.includes('#(nop)') || layers.some(layer => by.includes(layer));
				return isLayer && !Object.hasOwn(labels ?? {}, 'mstage.session')
					? []
					: [`${id.slice(7, 19)} (${by})`];
			}),
		);
		return {
			containers: containers.map(
				({Id: id, Image: image, State: state, Command: command}) =>
					`${id.slice(0, 12)} (${image}, ${state}, ${command})`,
			),
			images: marked.flat(),
		};
	}

	/** Removes all that trials left there, but what they start from. */
	async clear(): Promise<void> {
		await callEngine(this.#daemon, 'POST', '/containers/prune');
		const rows = await getJson<Array<{Id: string}>>(
			this.#daemon,
			'/containers/json?all=1',
		);
		for (const {Id: id} of rows) {
			// eslint-disable-next-line no-await-in-loop -- a few
			await callEngine(this.#daemon, 'DELETE', `/containers/${id}?force=1`);
		}

		await callEngine(this.#daemon, 'POST', '/images/prune');
	}

	/** @returns How many connections its socket has, the one of no call of ours among them. */
	async connections(): Promise<number> {
		const dockerd = await this.#dockerd();
		const table = await readFile(`/proc/${dockerd!.pid}/net/unix`, 'utf8');
		// Field 6 is the state, 03 of one that is connected (Linux, net/unix/af_unix.c).
		return table
			.split('\n')
			.map(line => line.split(/\s+/v))
			.filter(fields => fields[5] === '03' && fields[7] === this.socket).length;
	}

	async end(): Promise<void> {
		for (const socket of this.#registry.connections) {
			socket.destroy();
		}

		this.#registry.registry.close();
		await this.#daemon.cut();
		await run('umount', ['--lazy', this.#daemon.slot.data]);
		await endDaemon(this.#daemon.slot);
	}

	async #dockerd() {
		const {engine} = await readState(this.#daemon.slot);
		return childOf(engine!.pid);
	}

	async #answers(): Promise<boolean> {
		return callEngine(this.#daemon, 'GET', '/_ping').then(
			({status}) => status === 200,
			() => false,
		);
	}

	async #seed(): Promise<void> {
		if (!(await hasImage(this.#daemon, 'busybox:latest'))) {
			await seedBusybox(this.#daemon);
		}

		if (await hasImage(this.#daemon, manyFiles)) {
			return;
		}

		const archive = pack();
		archive.entry({name: 'Dockerfile'}, manyDockerfile);
		archive.finalize();
		const {text} = await callEngine(
			this.#daemon,
			'POST',
			`/build?t=${manyFiles}`,
			Readable.from(archive),
		);
		if (!(await hasImage(this.#daemon, manyFiles))) {
			throw new Error(`The image of many files wasn't built: ${text}`);
		}
	}
}

/** @param size - As tmpfs(5) takes it. */
export async function mountMemory(folder: string, size: string): Promise<void> {
	await run('mount', [
		'-t',
		'tmpfs',
		'-o',
		`size=${size},mode=1777`,
		'tmpfs',
		folder,
	]);
}

/** The name of what takes all the room of a disk. */
const filler = 'filler';

/** Writes until there is no room any more. The disk must be a small one of the campaign's own. */
export async function fillDisk(folder: string): Promise<void> {
	const file = await open(path.join(folder, filler), 'a');
	try {
		for (const size of [1024 * 1024, 4096]) {
			const block = new Uint8Array(size);
			try {
				for (;;) {
					// eslint-disable-next-line no-await-in-loop -- until it fails
					await file.write(block);
				}
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
					throw error;
				}
			}
		}
	} finally {
		await file.close();
	}
}

/** Makes room again. */
export async function emptyDisk(folder: string): Promise<void> {
	await rm(path.join(folder, filler), {force: true});
}

/** Whether mounts of this process are seen by it alone. */
export function hasOwnMounts(): boolean {
	return process.env['MSTAGE_SOAK_MOUNTS'] === 'own';
}
