import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {link, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {EngineError, toError} from '../../errors.js';
import {membersOf, stringOf} from '../json-value.js';
import {removeControlGroups} from './control-groups.js';
import {
	endEngine,
	launchAsRoot,
	launchRootless,
	type Launched,
	StartError,
	untilReady,
} from './launch.js';
import {closeNetwork, type NetworkNames, openNetwork} from './network.js';
import {ping} from './ping.js';
import {identify, isAlive, type ProcessIdentity, watchFor} from './process.js';
import {ourMachine, readRequirements} from './requirements.js';

/** How long an engine may take to end its containers and itself, in milliseconds; it gives containers 10 s. */
const patience = 20_000;

/** The longest path of a Unix socket, in bytes: `sun_path` of unix(7), without the byte that ends it. */
const socketLimit = 107;

/** What is known of the engine of a user, whether it runs or not. */
export type PrivateStatus = {
	/** `unix:///home/…/mstage/engine/docker.sock`. */
	readonly address: string;

	/** Where all that it keeps is. */
	readonly folder: string;

	/** Of the engine that answers; `null` when none does. */
	readonly version: string | null;

	/** What `start` would lack, a sentence each. */
	readonly missing: readonly string[];
};

/** What is written down of a running engine. */
type State = {
	/** Who started it. */
	readonly starter: ProcessIdentity;

	/** The process to end for ending it all, once there is one. */
	readonly engine: ProcessIdentity | null;
};

/** The one engine that mstage starts for a user: everything of it is in one folder of the user's data folder. */
export class PrivateEngine {
	/** Where it listens. */
	readonly address: string;
	readonly #environment: NodeJS.ProcessEnv;
	readonly #folder: string;
	readonly #socket: string;

	constructor(environment: NodeJS.ProcessEnv = process.env) {
		this.#environment = environment;
		const data =
			environment['XDG_DATA_HOME'] ||
			path.join(environment['HOME'] || homedir(), '.local/share');
		this.#folder = path.join(path.resolve(data), 'mstage/engine');
		this.#socket = path.join(this.#folder, 'docker.sock');
		this.address = `unix://${this.#socket}`;
	}

	async status(): Promise<PrivateStatus> {
		const [version, {missing}] = await Promise.all([
			ping(this.#socket),
			this.#requirements(),
		]);
		return {
			address: this.address,
			folder: this.#folder,
			version,
			missing,
		};
	}

	/**
	Starts it, or waits for one that is being started; one that runs is left alone.

	@returns Whether it was started by this call.
	@throws {EngineError} Something that it needs is missing, or it doesn't start.
	*/
	async start(): Promise<boolean> {
		this.#refuseLongSocket();
		if (await this.#isTaken()) {
			return this.#await();
		}

		const {
			missing,
			path: programs,
			rootlessScript,
		} = await this.#requirements();
		if (missing.length > 0) {
			throw new EngineError(
				`No engine can be started here: ${missing.join(' ')}`,
			);
		}

		return (await this.#take())
			? this.#launch(programs, rootlessScript)
			: this.#await();
	}

	/**
	Ends it with its containers; images and build cache stay for the next start.

	@returns Whether there was one.
	@throws {EngineError} It doesn't end.
	*/
	async stop(): Promise<boolean> {
		const state = await this.#readState();
		if (!state) {
			return false;
		}

		const {engine} = state;
		if (engine && !(await endEngine(engine, patience))) {
			throw new EngineError(
				`The private engine (process ${engine.pid}) doesn't end: end it with kill -9 ${engine.pid}, then run mstage engine stop again.`,
			);
		}

		await this.#clear();
		return engine !== null;
	}

	async #launch(
		programs: string,
		rootlessScript: string | null,
	): Promise<boolean> {
		try {
			const launched = await this.#spawn(programs, rootlessScript);
			await untilReady(launched, this.#socket, async engine =>
				this.#writeState({starter: ourselves(), engine}),
			);
			return true;
		} catch (error) {
			await this.stop();
			await this.#clear();
			const reason =
				error instanceof StartError ? error.lastLine : toError(error).message;
			throw new EngineError(
				`The private engine doesn't start: ${reason.trim()}. All that it said is in ${path.join(this.#folder, 'dockerd.log')}.`,
				{cause: error},
			);
		}
	}

	async #spawn(
		programs: string,
		rootlessScript: string | null,
	): Promise<Launched> {
		const places = {
			folder: this.#folder,
			data: path.join(this.#folder, 'data'),
			socket: this.#socket,
			path: programs,
		};
		if (rootlessScript !== null) {
			return launchRootless(rootlessScript, places);
		}

		const names = this.#networkNames();
		return launchAsRoot({
			...places,
			network: await openNetwork(names),
			cgroup: names.name,
			detached: true,
		});
	}

	/** Different for different folders, so that root's engines for tests don't meet those of people. */
	#networkNames(): NetworkNames {
		const hash = createHash('sha256').update(this.#folder).digest();
		return {
			name: `mstage-${hash.toString('hex', 0, 4)}`,
			prefix: `10.214.${hash[0]!}`,
		};
	}

	async #requirements() {
		return readRequirements(ourMachine(this.#environment));
	}

	#refuseLongSocket(): void {
		if (Buffer.byteLength(this.#socket) > socketLimit) {
			throw new EngineError(
				`${this.#socket} is longer than the ${socketLimit} bytes that a socket's path may have: set XDG_DATA_HOME to a folder with a shorter path.`,
			);
		}
	}

	/** What a dead engine left is removed. */
	async #isTaken(): Promise<boolean> {
		const state = await this.#readState();
		if (!state) {
			return false;
		}

		if (isAlive(state.engine ?? state.starter)) {
			return true;
		}

		await this.#clear();
		return false;
	}

	/** @returns Whether it is ours to start: of two that try, one is. */
	async #take(): Promise<boolean> {
		await mkdir(this.#folder, {recursive: true, mode: 0o700});
		const state: State = {starter: ourselves(), engine: null};
		try {
			await this.#putDown(state);
			return true;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
				return false;
			}

			throw new EngineError(
				`${this.#folder} can't be written (${toError(error).message}): correct its permissions, or set XDG_DATA_HOME.`,
				{cause: error},
			);
		}
	}

	async #await(): Promise<boolean> {
		const answers = async () => (await ping(this.#socket)) ?? undefined;
		if ((await watchFor(answers, 60_000)) === undefined) {
			throw new EngineError(
				`The private engine runs and doesn't answer: see ${path.join(this.#folder, 'dockerd.log')}, or run mstage engine stop and start it again.`,
			);
		}

		return false;
	}

	/** Removes what an engine that has ended left, but its images and its log. */
	async #clear(): Promise<void> {
		if (process.getuid?.() === 0) {
			const names = this.#networkNames();
			await closeNetwork(names);
			await removeControlGroups(names.name);
		}

		for (const name of ['docker.sock', 'exec', 'run', 'dockerd.pid']) {
			const left = path.join(this.#folder, name);
			// What users of its namespace own can't be removed from outside; the next start takes it over.
			// eslint-disable-next-line no-await-in-loop
			await rm(left, {recursive: true, force: true}).catch(() => undefined);
		}

		await rm(this.#stateFile, {force: true});
	}

	get #stateFile(): string {
		return path.join(this.#folder, 'state.json');
	}

	/** What can't be understood, as a full disk leaves it, is of an engine that is dead: the file is only ever there as a whole. */
	async #readState(): Promise<State | null> {
		const text = await readFile(this.#stateFile, 'utf8').catch(() => null);
		if (text === null) {
			return null;
		}

		const members = membersOf(parse(text));
		return {
			starter: identityOf(members.get('starter')) ?? {pid: 0, started: ''},
			engine: identityOf(members.get('engine')),
		};
	}

	/** @throws {Error} With the code `EEXIST`, when one is there. */
	async #putDown(state: State): Promise<void> {
		const draft = await this.#draft(state);
		try {
			await link(draft, this.#stateFile);
		} finally {
			await rm(draft);
		}
	}

	async #writeState(state: State): Promise<void> {
		await rename(await this.#draft(state), this.#stateFile);
	}

	async #draft(state: State): Promise<string> {
		const file = `${this.#stateFile}.${process.pid}`;
		await writeFile(file, JSON.stringify(state));
		return file;
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}

function ourselves(): ProcessIdentity {
	return identify(process.pid)!;
}

function identityOf(value: unknown): ProcessIdentity | null {
	const members = membersOf(value);
	const pid = Number(members.get('pid'));
	return Number.isInteger(pid) && pid > 0
		? {pid, started: stringOf(members.get('started'))}
		: null;
}
