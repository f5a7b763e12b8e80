import type {Duplex} from 'node:stream';
import {UsageError} from '../../../errors.js';
import {AsyncQueue} from '../../async-queue.js';
import type {Shell, ShellOptions, TerminalSize} from '../../port.js';
import type {LegacyDocker} from '../client/docker.js';
import {EngineRefusal} from '../client/engine-refusal.js';
import {Demultiplexer, type Output} from '../client/multiplexed.js';
import {type LegacyToolbox, type ToolboxUse, toolboxShell} from './toolbox.js';

/** What a container for a shell is made from. */
export type ShellOrigin = {
	readonly image: string;

	/** Where there is no shell. */
	readonly toolbox: LegacyToolbox;
};

type Parts = {
	readonly container: string;
	readonly command: readonly string[];
	readonly stream: Duplex;
	readonly exitCode: Promise<number>;

	/** Whether it has pipes instead of a terminal. */
	readonly plain: boolean;
	readonly beforeRemoval: StartOptions['beforeRemoval'];
};

export type StartOptions = ShellOptions & {
	/** Called with the container when the shell is closed, while its changes are still there. */
	readonly beforeRemoval?: (container: string) => Promise<void>;
};

/** Nothing can be started as it is, but the toolbox's programs can. */
class NoShell extends Error {
	override readonly name = 'NoShell';
}

/** Prefers bash; the test runs in the container, so that nothing has to be looked up before. */
const bestShell = [
	'/bin/sh',
	'-c',
	'if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi',
];

/** A process that is the first of its container. */
export class LegacyShell implements Shell {
	/**
	@throws {UsageError} The command can't be started, or there is no shell and no toolbox.
	@throws {EngineError} The engine was lost.
	*/
	static async start(
		docker: LegacyDocker,
		origin: ShellOrigin,
		options: StartOptions,
	): Promise<LegacyShell> {
		const {command} = options;
		try {
			return await LegacyShell.#start(docker, origin, options, null);
		} catch (error) {
			if (!(error instanceof NoShell)) {
				throw error;
			}

			const {config} = await docker.image(origin.image);
			const toolbox = await origin.toolbox.use(
				command ?? [toolboxShell],
				config.Env ?? [],
			);
			return LegacyShell.#start(
				docker,
				origin,
				{...options, command: command ?? [toolboxShell]},
				toolbox,
			);
		}
	}

	/** @throws {NoShell} Nothing has been started, and the filesystem has no shell. */
	static async #start(
		docker: LegacyDocker,
		origin: ShellOrigin,
		{command = bestShell, terminal, beforeRemoval}: StartOptions,
		toolbox: ToolboxUse | null,
	): Promise<LegacyShell> {
		const container = await docker.createContainer({
			Image: origin.image,
			Entrypoint: [],
			Cmd: [...(toolbox?.command ?? command)],
			Env: [...(toolbox?.environment ?? [])],
			Tty: terminal !== null,
			OpenStdin: true,
			StdinOnce: true,
			AttachStdin: true,
			AttachStdout: true,
			AttachStderr: true,
			HostConfig: {
				...(terminal && {ConsoleSize: [terminal.rows, terminal.columns]}),
				...(toolbox && {
					Mounts: [{Type: 'volume', Target: toolbox.folder, Source: ''}],
				}),
			},
		});
		try {
			await toolbox?.fill(container);
			const stream = await docker.attach(container);
			const exitCode = docker.exitCode(container);
			// Whoever needs it awaits it; a container that never starts has none.
			exitCode.catch(() => undefined);
			await docker.start(container);
			if (terminal) {
				await docker.resize(container, terminal.rows, terminal.columns);
			}

			return new LegacyShell(docker, {
				container,
				command,
				stream,
				exitCode,
				plain: terminal === null,
				beforeRemoval,
			});
		} catch (error) {
			const isWithoutShell =
				toolbox === null &&
				error instanceof EngineRefusal &&
				(await docker.modified(container, '/bin/sh')) === null;
			await docker.removeContainer(container);
			throw isWithoutShell ? new NoShell() : explainStart(command, error);
		}
	}

	readonly container: string;
	readonly command: readonly string[];
	readonly output = new AsyncQueue<Output>();
	readonly exited: Promise<number>;
	readonly #docker: LegacyDocker;
	readonly #stream: Duplex;
	readonly #beforeRemoval: StartOptions['beforeRemoval'];
	#closed: Promise<void> | undefined;

	private constructor(docker: LegacyDocker, parts: Parts) {
		this.#docker = docker;
		this.container = parts.container;
		this.command = parts.command;
		this.#stream = parts.stream;
		this.#beforeRemoval = parts.beforeRemoval;
		this.exited = Promise.race([parts.exitCode, this.#receive(parts.plain)]);
		// Whoever needs the outcome awaits it; until then a rejection is nobody's.
		this.exited.catch(() => undefined);
	}

	get isOfToolbox(): boolean {
		return this.command[0] === toolboxShell;
	}

	async write(data: Uint8Array): Promise<void> {
		await new Promise<void>(resolve => {
			this.#stream.write(data, () => {
				resolve();
			});
		});
	}

	endInput(): void {
		this.#stream.end();
	}

	resize({rows, columns}: TerminalSize): void {
		this.#try(this.#docker.resize(this.container, rows, columns));
	}

	signal(name: string): void {
		this.#try(this.#docker.kill(this.container, `SIG${name}`));
	}

	async close(): Promise<void> {
		this.#closed ??= this.#remove();
		await this.#closed;
	}

	async #remove(): Promise<void> {
		this.output.end();
		this.#stream.destroy();
		await Promise.allSettled([this.#beforeRemoval?.(this.container)]);
		await this.#docker.removeContainer(this.container);
	}

	/** Rejects when the connection to the process is cut. */
	async #receive(plain: boolean): Promise<never> {
		const demultiplexer = new Demultiplexer();
		try {
			for await (const chunk of this.#stream as AsyncIterable<Uint8Array>) {
				const outputs: readonly Output[] = plain
					? demultiplexer.push(chunk)
					: [{stream: 1, data: chunk}];
				for (const output of outputs) {
					this.output.push(output);
				}

				await this.output.room();
			}
		} catch (error) {
			if (!this.#closed) {
				throw this.#docker.explain(error);
			}
		} finally {
			this.output.end();
		}

		// Its exit code comes by another connection.
		return new Promise<never>(() => {
			// Never.
		});
	}

	/** Of a process that has ended, the engine refuses it. */
	#try(call: Promise<void>): void {
		call.catch(() => undefined);
	}
}

/** What runc says of a process that it can't start, after who said it. */
const runcRefusal =
	/(?:error during container init: |starting container process caused: |unable to start container process: )+(?<reason>.+?)(?:: unknown)?$/sv;

function explainStart(command: readonly string[], error: unknown): unknown {
	if (!(error instanceof EngineRefusal)) {
		return error;
	}

	const reason =
		runcRefusal.exec(error.message)?.groups!['reason'] ?? error.message;
	const next = /no such file|not found in \$PATH/v.test(reason)
		? 'Name a program that this filesystem has: shell POINT -- COMMAND.'
		: 'Correct that in the Dockerfile, or open an earlier point.';
	return new UsageError(
		`${command[0]} can't be started here: ${reason.trim()}. ${next}`,
		{cause: error},
	);
}
