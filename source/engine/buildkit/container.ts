import {randomUUID} from 'node:crypto';
import type {Container, Shell, ShellOptions} from '../port.js';
import type {Gateway} from './gateway.js';
import {type ContainerOrigin, ContainerShell} from './shell.js';

/** Prefers bash; the test runs in the container because the failed state of a step can't be looked into otherwise. */
const bestShell = [
	'/bin/sh',
	'-c',
	'if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi',
];

/**
A container of the gateway. It lasts as long as its first process (moby/buildkit frontend/gateway/container.go): of one
that is to outlast its shells that is a process which only waits for the end of its input.
*/
export class GatewayContainer implements Container {
	/**
	@throws {UsageError} The engine can't make it.
	@throws {EngineError} The engine was lost.
	*/
	static async open(
		gateway: Gateway,
		origin: ContainerOrigin,
	): Promise<GatewayContainer> {
		const id = randomUUID().replaceAll('-', '');
		try {
			await gateway.bridge.newContainer(
				{
					ContainerID: id,
					Mounts: [...origin.mounts],
					Network: origin.network,
				},
				gateway.callOptions,
			);
		} catch (error) {
			throw gateway.connection.explainOpening(error);
		}

		return new GatewayContainer(gateway, id, origin);
	}

	readonly gateway: Gateway;
	readonly id: string;
	readonly origin: ContainerOrigin;
	#holder: Shell | undefined;

	private constructor(gateway: Gateway, id: string, origin: ContainerOrigin) {
		this.gateway = gateway;
		this.id = id;
		this.origin = origin;
	}

	/** Keeps the container while shells in it come and go. */
	async hold(): Promise<void> {
		this.#holder = await this.openShell({
			command: ['/bin/sh', '-c', 'read -r line'],
			terminal: null,
		});
	}

	async openShell(options: ShellOptions): Promise<Shell> {
		return ContainerShell.start(this.gateway, this.id, this.origin, {
			command: options.command ?? bestShell,
			terminal: options.terminal,
		});
	}

	async close(): Promise<void> {
		await this.#holder?.close();
		await Promise.allSettled([
			this.gateway.bridge.releaseContainer(
				{ContainerID: this.id},
				this.gateway.callOptions,
			),
		]);
	}
}
