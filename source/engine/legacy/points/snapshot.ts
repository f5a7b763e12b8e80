import type {Container, Shell, ShellOptions, Snapshot} from '../../port.js';
import {LegacyContainer} from '../shell/container.js';
import type {LegacyDocker} from '../client/docker.js';
import {ImageFiles} from '../files/image-files.js';
import type {SessionObjects} from '../shell/session-objects.js';
import {LegacyShell, type ShellOrigin} from '../shell/shell.js';

/** The filesystem of an image: of a step, or committed from the container of a failed one. */
export class LegacySnapshot extends ImageFiles implements Snapshot {
	readonly #docker: LegacyDocker;
	readonly #objects: SessionObjects;
	readonly #origin: ShellOrigin;

	constructor(
		docker: LegacyDocker,
		objects: SessionObjects,
		origin: ShellOrigin,
	) {
		super(docker, objects.originOf(origin.image));
		this.#docker = docker;
		this.#objects = objects;
		this.#origin = origin;
	}

	async openShell(options: ShellOptions): Promise<Shell> {
		return this.#objects.addShell(
			await LegacyShell.start(this.#docker, this.#origin, options),
		);
	}

	async openContainer(): Promise<Container> {
		return new LegacyContainer(this.#docker, this.#objects, this.#origin);
	}
}
