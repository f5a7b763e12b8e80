import {randomUUID} from 'node:crypto';
import {create} from '@bufbuild/protobuf';
import type {Container, Shell, ShellOptions} from '../../port.js';
import {noShell} from '../../toolbox/read-toolbox.js';
import {type FoundShells, findShells, searchPath} from '../../find-shell.js';
import type {Gateway} from '../connect/gateway.js';
import {
	CacheSharingOpt,
	type Meta,
	MetaSchema,
	type Mount,
	MountSchema,
	MountType,
	type NetMode,
	type Platform,
	type SecretEnv,
	type SecurityMode,
} from '../proto/generated/ops_pb.js';
import {ExitReport} from './exit-report.js';
import {historyDefinition, historyFile, historyFolder} from './history.js';
import {ContainerShell} from './process.js';
import {
	type Toolbox,
	toolboxFolder,
	toolboxPath,
	toolboxSelector,
	toolboxShell,
} from './toolbox.js';

/** Where containers are made. */
export type ContainerHost = {
	readonly gateway: Gateway;
	readonly toolbox: Toolbox;

	/** Those that are open. */
	readonly containers: Set<GatewayContainer>;
};

/** What a container of the gateway is made from. */
export type ContainerOrigin = {
	readonly mounts: readonly Mount[];
	readonly meta: Meta;
	readonly network: NetMode;
	readonly security: SecurityMode;
	readonly secretEnvironment: readonly SecretEnv[];

	/** What its programs are made for; without it, the engine's own. */
	readonly platform?: Platform;

	/** The id of a reference that has the programs of the container; `null` is the empty filesystem. */
	readonly programs: string | null;

	/** As SHELL has it; `null` when it is unknown. */
	readonly stageShell: readonly string[] | null;

	/** What a shell for people offers as its last command, or `null`. */
	readonly offered: string | null;
};

/** Closes containers that a RUN would wait for, or go without its cache mounts for: nobody else may have these. */
export async function closeHolders(
	containers: ReadonlySet<GatewayContainer>,
): Promise<void> {
	await Promise.all(
		[...containers].map(async container =>
			container.hasCacheOfItsOwn ? container.close() : undefined,
		),
	);
}

/**
A container of the gateway. It lasts as long as its first process (moby/buildkit frontend/gateway/container.go): of one
that is to outlast its shells, that is a process which only waits for the end of its input.
*/
export class GatewayContainer implements Container {
	/**
	@param isForPeople - Whether its shells have a history.
	@throws {UsageError} The engine can't make it, or the toolbox that the user named is none.
	@throws {EngineError} The engine was lost.
	*/
	static async open(
		host: ContainerHost,
		origin: ContainerOrigin,
		isForPeople: boolean,
	): Promise<GatewayContainer> {
		const {gateway} = host;
		const id = randomUUID().replaceAll('-', '');
		try {
			const shells = await findShells(
				async path => isThere(gateway, origin.programs, path),
				origin.stageShell,
				origin.meta.env,
			);
			const [toolbox, history] = await Promise.all([
				shells.posix === null ? host.toolbox.reference() : null,
				isForPeople
					? gateway.evaluate(
							historyDefinition(origin.offered, host.toolbox.platform),
						)
					: null,
			]);
			await gateway.bridge.newContainer(
				{
					ContainerID: id,
					Mounts: [...origin.mounts, ...ownMounts(toolbox, history)],
					Network: origin.network,
					platform: origin.platform,
					extraHosts: origin.meta.extraHosts,
				},
				gateway.callOptions,
			);
			return new GatewayContainer(host, id, {
				...origin,
				meta: create(MetaSchema, {
					...origin.meta,
					user: await userOf(gateway, origin),
					env: environmentOf(origin, toolbox, history),
				}),
				shells:
					toolbox === null
						? shells
						: {best: shells.best ?? toolboxShell, posix: toolboxShell},
			});
		} catch (error) {
			throw gateway.connection.explainOpening(error);
		}
	}

	readonly host: ContainerHost;
	readonly id: string;
	readonly origin: ContainerOrigin & {readonly shells: FoundShells};
	readonly #processes = new Set<ContainerShell>();
	#hasKeeper = false;
	#isKept = false;
	#isOpen = true;

	private constructor(
		host: ContainerHost,
		id: string,
		origin: ContainerOrigin & {readonly shells: FoundShells},
	) {
		this.host = host;
		this.id = id;
		this.origin = origin;
		host.containers.add(this);
	}

	/** Whether it keeps a cache mount from all others while it is open (`sharing=locked` or `private`). */
	get hasCacheOfItsOwn(): boolean {
		return this.origin.mounts.some(
			({mountType, cacheOpt}) =>
				mountType === MountType.CACHE &&
				cacheOpt?.sharing !== CacheSharingOpt.SHARED,
		);
	}

	get isOpen(): boolean {
		return this.#isOpen;
	}

	/**
	Keeps the container while shells in it come and go.

	@throws {UsageError} There is nothing that could keep it.
	*/
	async keep(): Promise<void> {
		this.#isKept = true;
		await this.#addKeeper();
	}

	/** A shell that is closed takes the container along, unless the container is kept. */
	async openShell(options: ShellOptions): Promise<Shell> {
		if (!this.#hasKeeper && (await this.#mayOutliveUs())) {
			await this.#addKeeper();
		}

		return this.#start(options, this.#isKept);
	}

	/** Ends all that runs in it. The engine keeps a container whose processes somebody still listens to. */
	async close(): Promise<void> {
		for (const running of this.#processes) {
			running.abandon();
		}

		await this.#release();
	}

	async #release(): Promise<void> {
		const {gateway, containers} = this.host;
		this.#isOpen = false;
		containers.delete(this);
		await Promise.allSettled([
			gateway.bridge.releaseContainer(
				{ContainerID: this.id},
				gateway.callOptions,
			),
		]);
	}

	/**
	Engines up to 20.10 go on with a process whose connection is gone, and nobody can end it any more; but they do end its input,
	and with it one that keeps the container. (They are those that pass no signals on.)
	*/
	async #mayOutliveUs(): Promise<boolean> {
		return (
			this.origin.shells.posix !== null &&
			!(await this.host.gateway.has('gateway.exec.signals'))
		);
	}

	async #addKeeper(): Promise<void> {
		const {posix} = this.origin.shells;
		if (posix === null) {
			throw noShell();
		}

		const keeper = await this.#start(
			{command: [posix, '-c', 'read -r line'], terminal: null},
			false,
		);
		// Whichever process the engine starts first is the one that the container lasts as long as.
		await keeper.started;
		this.#hasKeeper = true;
		void this.#watch(keeper);
	}

	async #start(
		options: ShellOptions,
		isKept: boolean,
	): Promise<ContainerShell> {
		const {best} = this.origin.shells;
		const command = options.command ?? (best === null ? null : [best]);
		if (!command) {
			throw noShell();
		}

		const started = await ContainerShell.start(
			this.host.gateway,
			this.id,
			this.origin,
			{
				command,
				...(isKept && {report: new ExitReport(this.origin.shells.posix!)}),
				terminal: options.terminal,
				release: async () => {
					if (!isKept) {
						await this.close();
					}
				},
			},
		);
		this.#processes.add(started);
		const forget = (): void => {
			this.#processes.delete(started);
		};

		started.exited.then(forget, forget);
		return started;
	}

	/** The processes end with it; what they had to say is still to come. */
	async #watch(keeper: Shell): Promise<void> {
		await Promise.allSettled([keeper.exited]);
		await this.#release();
	}
}

/** BuildKit looks a bare number up in `/etc/passwd`; where there is none, the group is root's, as in Docker's containers. */
async function userOf(
	gateway: Gateway,
	{meta, programs}: ContainerOrigin,
): Promise<string> {
	const isBareNumber = /^\d+$/v.test(meta.user);
	return isBareNumber && !(await isThere(gateway, programs, '/etc/passwd'))
		? `${meta.user}:0`
		: meta.user;
}

/** Symbolic links are followed, within the filesystem (moby/buildkit cache/util/fsutil.go, `StatFile`). */
async function isThere(
	{bridge, callOptions}: Gateway,
	reference: string | null,
	path: string,
): Promise<boolean> {
	if (reference === null) {
		return false;
	}

	try {
		await bridge.statFile(
			{Ref: reference, Path: new TextEncoder().encode(path)},
			callOptions,
		);
		return true;
	} catch {
		return false;
	}
}

function ownMounts(
	toolbox: string | null,
	history: string | null,
): readonly Mount[] {
	return [
		...(toolbox === null
			? []
			: [
					create(MountSchema, {
						dest: toolboxFolder,
						mountType: MountType.BIND,
						resultID: toolbox,
						selector: toolboxSelector,
						readonly: true,
					}),
				]),
		...(history === null
			? []
			: [
					create(MountSchema, {
						dest: historyFolder,
						mountType: MountType.BIND,
						resultID: history,
						selector: '/history',
					}),
				]),
	];
}

function environmentOf(
	{meta}: ContainerOrigin,
	toolbox: string | null,
	history: string | null,
): string[] {
	const added = [
		...(toolbox === null
			? []
			: [`PATH=${[...searchPath(meta.env), toolboxPath].join(':')}`]),
		...(history === null ? [] : [`HISTFILE=${historyFile}`]),
	];
	const names = added.map(entry => entry.slice(0, entry.indexOf('=') + 1));
	return [
		...meta.env.filter(entry => !names.some(name => entry.startsWith(name))),
		...added,
	];
}
