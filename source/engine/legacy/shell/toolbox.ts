import {Buffer} from 'node:buffer';
import {buffer} from 'node:stream/consumers';
import {pack} from 'tar-stream';
import {asBytePath, type BytePath} from '../../../text/byte-path.js';
import {searchPath} from '../../find-shell.js';
import {noShell, readToolbox} from '../../toolbox/read-toolbox.js';
import type {LegacyDocker} from '../client/docker.js';

/** The folder of ours in a container. It is a volume, so nothing of it is part of the point. */
const ownFolder = '/.mstage';
const program = `${ownFolder}/busybox`;
const programs = `${ownFolder}/bin`;

/** The toolbox's shell. */
export const toolboxShell = `${programs}/sh`;

/** What a container is made with to have the toolbox. */
export type ToolboxUse = {
	readonly command: readonly string[];
	readonly environment: readonly string[];

	/** Where its volume has to be. */
	readonly folder: string;

	/** Brings the programs into a container that isn't started yet. */
	readonly fill: (container: string) => Promise<void>;
};

/** The tools for images that have no shell: a static busybox, brought into the containers of shells. */
export class LegacyToolbox {
	readonly #docker: LegacyDocker;
	readonly #read: () => Promise<Uint8Array | null>;
	#busybox: Promise<Uint8Array | null> | undefined;

	/**
	@param platform - Of the engine: `linux/amd64`.
	@param source - The path of a static busybox, or an image that has one; default: the busybox of this machine.
	@param readFile - Reads a file of an image, as FROM names it.
	*/
	constructor(
		docker: LegacyDocker,
		platform: string,
		source: string | undefined,
		readFile: (image: string, path: BytePath) => Promise<Uint8Array>,
	) {
		this.#docker = docker;
		this.#read = async () =>
			readToolbox(source, platform, async image =>
				readFile(image, asBytePath('bin/busybox')),
			);
	}

	/**
	@param command - What is run with the tools in PATH.
	@param environment - Of the image.
	@throws {UsageError} There is no toolbox, or what the user named is none.
	*/
	async use(
		command: readonly string[],
		environment: readonly string[],
	): Promise<ToolboxUse> {
		this.#busybox ??= this.#read();
		const busybox = await this.#busybox;
		if (!busybox) {
			throw noShell();
		}

		return {
			command: [
				program,
				'sh',
				'-c',
				`${program} --install -s ${programs} && exec "$@"`,
				'sh',
				...command,
			],
			environment: [`PATH=${[...searchPath(environment), programs].join(':')}`],
			folder: ownFolder,
			fill: async container => {
				const tar = pack();
				tar.entry({name: 'bin', type: 'directory', mode: 0o777});
				tar.entry({name: 'busybox', mode: 0o755}, Buffer.from(busybox));
				tar.finalize();
				await this.#docker.putArchive(container, ownFolder, await buffer(tar));
			},
		};
	}
}
