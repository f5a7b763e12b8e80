import {randomUUID} from 'node:crypto';
import {constants} from 'node:os';
import {create} from '@bufbuild/protobuf';
import {UsageError} from '../../../errors.js';
import {AsyncQueue} from '../../async-queue.js';
import type {Shell, ShellOptions, TerminalSize} from '../../port.js';
import {withResolvers} from '../../with-resolvers.js';
import type {Gateway} from '../connect/gateway.js';
import {
	type ExecMessage,
	ExecMessageSchema,
	type ExitMessage,
	type FdMessage,
} from '../proto/generated/gateway_pb.js';
import {
	type Meta,
	MetaSchema,
	type SecretEnv,
	type SecurityMode,
} from '../proto/generated/ops_pb.js';
import type {ExitReport} from './exit-report.js';
import {toolboxShell} from './toolbox.js';

/** What a process of a container is started with, besides its command. */
export type ProcessSetting = {
	readonly meta: Meta;
	readonly security: SecurityMode;
	readonly secretEnvironment: readonly SecretEnv[];
};

export type StartOptions = ShellOptions & {
	readonly command: readonly string[];

	/** Called when the shell is closed; lets go of a container that was made for it. */
	readonly release: () => Promise<void>;

	/** Where its exit code is read from when the process itself ends with another. */
	readonly report?: ExitReport;
};

type Input = ExecMessage['Input'];

/** Of those that end a process that doesn't catch them (signal(7)), the ones that are sent to a shell. */
const endingSignals = new Set(['HUP', 'INT', 'QUIT', 'KILL', 'TERM']);

/** How much one message carries, in bytes; gRPC messages are bounded. */
const chunkSize = 32_768;

/** A process in a container of the gateway, over one `ExecProcess` stream. */
export class ContainerShell implements Shell {
	/**
	@param setting - The process gets its environment, folder and user.
	*/
	static async start(
		gateway: Gateway,
		containerId: string,
		setting: ProcessSetting,
		options: StartOptions,
	): Promise<ContainerShell> {
		const {command, terminal} = options;
		const shell = new ContainerShell(gateway, options);
		await shell.#send({
			case: 'Init',
			value: {
				$typeName: 'moby.buildkit.v1.frontend.InitMessage',
				ContainerID: containerId,
				Meta: metaOf(setting.meta, options.report?.around(command) ?? command),
				Fds: [0, 1, 2],
				Tty: terminal !== null,
				Security: setting.security,
				secretenv: [...setting.secretEnvironment],
			},
		});
		if (terminal) {
			shell.resize(terminal);
		}

		return shell;
	}

	readonly gateway: Gateway;
	readonly command: readonly string[];
	readonly output = new AsyncQueue<{
		readonly stream: 1 | 2;
		readonly data: Uint8Array;
	}>();

	readonly exited: Promise<number>;

	/** Settles when the engine has started the process, or it has ended. Never rejects. */
	readonly started: Promise<void>;

	readonly #requests = new RequestStream();
	readonly #processId = randomUUID();
	readonly #abort = new AbortController();
	readonly #release: () => Promise<void>;
	readonly #report: ExitReport | undefined;
	#ended = false;

	/** The signal that ended it in place of the process itself. */
	#endedBy: number | null = null;

	private constructor(
		gateway: Gateway,
		{command, release, report}: StartOptions,
	) {
		this.gateway = gateway;
		this.command = command;
		this.#release = release;
		this.#report = report;
		const {promise, resolve, reject} = withResolvers<number>();
		this.exited = promise;
		// Whoever needs the outcome awaits it; until then a rejection is nobody's.
		promise.catch(() => undefined);
		const start = withResolvers<void>();
		this.started = start.promise;
		void this.#receive(resolve, reject, start.resolve).finally(start.resolve);
	}

	get isOfToolbox(): boolean {
		return this.command[0] === toolboxShell;
	}

	async write(data: Uint8Array): Promise<void> {
		for (let from = 0; from < data.length; from += chunkSize) {
			// eslint-disable-next-line no-await-in-loop -- in order, and no faster than the engine takes it
			await this.#send({
				case: 'File',
				value: {
					$typeName: 'moby.buildkit.v1.frontend.FdMessage',
					Fd: 0,
					EOF: false,
					Data: data.subarray(from, from + chunkSize),
				},
			});
		}
	}

	endInput(): void {
		void this.#send({
			case: 'File',
			value: {
				$typeName: 'moby.buildkit.v1.frontend.FdMessage',
				Fd: 0,
				EOF: true,
				Data: new Uint8Array(),
			},
		});
	}

	resize({rows, columns}: TerminalSize): void {
		void this.#send({
			case: 'Resize',
			value: {
				$typeName: 'moby.buildkit.v1.frontend.ResizeMessage',
				Rows: rows,
				Cols: columns,
			},
		});
	}

	signal(name: string): void {
		// Why a call fails is told by the end of the process.
		this.#signal(name).catch(() => undefined);
	}

	async close(): Promise<void> {
		this.abandon();
		await Promise.allSettled([this.exited, this.#release()]);
	}

	/** Leaves it to the engine, which ends it with its container. */
	abandon(): void {
		this.#requests.end();
		this.output.end();
		this.#abort.abort();
	}

	/** Engines up to 20.10 pass no signals on: there the process ends with its stream, whatever it would do about the signal. */
	async #signal(name: string): Promise<void> {
		if (await this.gateway.has('gateway.exec.signals')) {
			await this.#send({
				case: 'Signal',
				value: {
					$typeName: 'moby.buildkit.v1.frontend.SignalMessage',
					Name: name,
				},
			});
		} else if (endingSignals.has(name) && !this.#ended) {
			this.#endedBy = constants.signals[`SIG${name}` as NodeJS.Signals];
			this.#abort.abort();
			await this.#release();
		}
	}

	async #send(input: Input): Promise<void> {
		if (!this.#ended) {
			await this.#requests.push(
				create(ExecMessageSchema, {ProcessID: this.#processId, Input: input}),
			);
		}
	}

	/** @returns Why the process wasn't started, or nothing: then it is output. */
	#take(
		{Fd: fd, EOF: isEnd, Data: data}: FdMessage,
		open: Set<number>,
	): string {
		if (isEnd) {
			open.delete(fd);
			return '';
		}

		const refusal = refusalIn(data);
		if (refusal === '') {
			this.#print(fd === 2 ? 2 : 1, data);
		}

		return refusal;
	}

	#print(stream: 1 | 2, data: Uint8Array): void {
		const shown = stream === 1 && this.#report ? this.#report.take(data) : data;
		if (shown.length > 0) {
			this.output.push({stream, data: shown});
		}
	}

	#printRest(): void {
		const rest = this.#report?.rest();
		if (rest && rest.length > 0) {
			this.output.push({stream: 1, data: rest});
		}
	}

	async #receive(
		resolve: (code: number) => void,
		reject: (error: Error) => void,
		onStarted: () => void,
	): Promise<void> {
		let code: number | null = null;
		let refusal = '';
		const openOutputs = new Set([1, 2]);
		try {
			const responses = this.gateway.bridge.execProcess(this.#requests, {
				...this.gateway.callOptions,
				signal: this.#abort.signal,
			});
			for await (const {Input: message} of responses) {
				switch (message.case) {
					case 'Started': {
						onStarted();

						break;
					}

					case 'Exit': {
						code = message.value.Code;
						refusal ||= refusalOf(message.value);

						break;
					}

					case 'File': {
						refusal ||= this.#take(message.value, openOutputs);
						await this.output.room();

						break;
					}
					// No default
				}

				// The stream stays open for other processes, until we leave it; earlier, output would be lost. Of a process that
				// never ran there is none, and engines up to 28 may not tell the end of its outputs.
				if (code !== null && (openOutputs.size === 0 || refusal !== '')) {
					break;
				}
			}

			if (refusal !== '') {
				throw startError(this.command, refusal);
			}

			this.#printRest();
			resolve(this.#report?.code ?? code ?? 0);
		} catch (error) {
			if (this.#endedBy !== null) {
				resolve(128 + this.#endedBy);
			} else if (code === null || error instanceof UsageError) {
				reject(this.gateway.connection.explain(error));
			} else {
				resolve(code);
			}
		} finally {
			this.#ended = true;
			this.#requests.end();
			this.output.end();
		}
	}
}

function startError([program]: readonly string[], refusal: string): UsageError {
	const next = /no such file|not found in \$PATH/v.test(refusal)
		? 'Name a program that this filesystem has: shell POINT -- COMMAND.'
		: 'Correct that in the Dockerfile, or open an earlier point.';
	return new UsageError(
		`${program} can't be started here: ${refusal}. ${next}`,
	);
}

/** The code of an exit that BuildKit has only an error of (util/errdefs, `UnknownExitStatus`); a process may have it too. */
const unknownExitCode = 255;

function refusalOf({Code: code, Error: error}: ExitMessage): string {
	return code === unknownExitCode &&
		error !== undefined &&
		error.message !== `exit code: ${unknownExitCode}`
		? error.message
		: '';
}

/** What runc prints in place of a process that it can't start; the exit code is then runc's own. */
const runcRefusal =
	/^(?:runc run|exec) failed: unable to start container process: (?:error during container init: )?(?<reason>.+)/v;

function refusalIn(data: Uint8Array): string {
	return data.length < 4096
		? (runcRefusal
				.exec(new TextDecoder().decode(data))
				?.groups!['reason']?.trim() ?? '')
		: '';
}

function metaOf(meta: Meta, command: readonly string[]): Meta {
	return create(MetaSchema, {
		env: meta.env,
		cwd: meta.cwd === '' ? '/' : meta.cwd,
		user: meta.user,
		args: [...command],
	});
}

/** What we send: each message waits until the one before it was taken, so that input flows no faster than it is read. */
class RequestStream implements AsyncIterable<ExecMessage> {
	#next:
		{readonly message: ExecMessage; readonly taken: () => void} | undefined;

	readonly #waiting: Array<{
		readonly message: ExecMessage;
		readonly taken: () => void;
	}> = [];

	#wake: (() => void) | undefined;
	#ended = false;

	async push(message: ExecMessage): Promise<void> {
		if (this.#ended) {
			return;
		}

		await new Promise<void>(resolve => {
			this.#waiting.push({message, taken: resolve});
			this.#wake?.();
		});
	}

	end(): void {
		this.#ended = true;
		for (const {taken} of this.#waiting.splice(0)) {
			taken();
		}

		this.#next?.taken();
		this.#wake?.();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<ExecMessage, void, void> {
		for (;;) {
			this.#next = this.#waiting.shift();
			if (this.#next) {
				yield this.#next.message;
				this.#next.taken();
			} else if (this.#ended) {
				return;
			} else {
				// eslint-disable-next-line no-await-in-loop -- each turn waits for the next push
				await new Promise<void>(resolve => {
					this.#wake = resolve;
				});
			}
		}
	}
}
