import type {Container, Shell, ShellOptions} from '../../port.js';
import type {LegacyDocker} from '../client/docker.js';
import type {SessionObjects} from './session-objects.js';
import {LegacyShell, type ShellOrigin} from './shell.js';

/**
Shells that follow each other, each with the changes of those before. A container of Docker's runs only the command that it
was made for; so each shell has one of its own, made from an image of the one before.
*/
export class LegacyContainer implements Container {
	readonly #docker: LegacyDocker;
	readonly #objects: SessionObjects;
	readonly #shells = new Set<Shell>();
	#origin: ShellOrigin;
	#isOpen = true;

	constructor(
		docker: LegacyDocker,
		objects: SessionObjects,
		origin: ShellOrigin,
	) {
		this.#docker = docker;
		this.#objects = objects;
		this.#origin = origin;
	}

	get isOpen(): boolean {
		return this.#isOpen;
	}

	async openShell(options: ShellOptions): Promise<Shell> {
		await this.#closeShells();
		const shell = await LegacyShell.start(this.#docker, this.#origin, {
			...options,
			beforeRemoval: async container => this.#keep(container),
		});
		this.#shells.add(shell);
		return this.#objects.addShell(shell);
	}

	async close(): Promise<void> {
		this.#isOpen = false;
		await this.#closeShells();
	}

	async #closeShells(): Promise<void> {
		await Promise.all([...this.#shells].map(async shell => shell.close()));
		this.#shells.clear();
	}

	/** What a shell has changed is where the next one begins. */
	async #keep(container: string): Promise<void> {
		const {config} = await this.#docker.image(this.#origin.image);
		const image = await this.#objects.make(
			this.#docker.commit(container, config),
		);
		this.#origin = {...this.#origin, image};
	}
}
