import {create} from '@bufbuild/protobuf';
import {readToolbox} from '../../toolbox/read-toolbox.js';
import {
	definitionOf,
	filesOperation,
	operationOf,
	platformOf,
} from '../program/made-files.js';
import type {Gateway} from '../connect/gateway.js';
import {imageDefinition} from '../program/free-sources.js';
import {OpSchema} from '../proto/generated/ops_pb.js';

/** The folder of ours in every container of a shell. It is a mount, so nothing of it is part of the point. */
export const ownFolder = '/.mstage';

/** Where the toolbox is mounted. */
export const toolboxFolder = `${ownFolder}/toolbox`;

/** The folder for PATH. */
export const toolboxPath = `${toolboxFolder}/bin`;

/** The toolbox's shell. */
export const toolboxShell = `${toolboxPath}/sh`;

/** The folder in the toolbox's own filesystem; the engine leaves `/dev` and the like beside it. */
export const toolboxSelector = '/toolbox';

/** Relative links, which hold wherever the folder is mounted. */
const linking = `cd ${toolboxSelector} || exit
for name in $(./busybox --list); do ./busybox ln -s ../busybox bin/$name || exit; done`;

/** The tools for images that have no shell: a static busybox, brought to the engine once it is needed. */
export class Toolbox {
	readonly platform: string;
	readonly source: string | undefined;
	readonly #gateway: Gateway;
	#reference: Promise<string | null> | undefined;

	/**
	@param platform - Of the engine: `linux/amd64`.
	@param source - The path of a static busybox, or an image that has one; default: the busybox of this machine.
	*/
	constructor(gateway: Gateway, platform: string, source: string | undefined) {
		this.#gateway = gateway;
		this.platform = platform;
		this.source = source;
	}

	/**
	@returns The id of a reference to the tools' filesystem, or `null` when there are none.
	@throws {UsageError} What the user named is no toolbox.
	*/
	async reference(): Promise<string | null> {
		this.#reference ??= this.#make();
		return this.#reference;
	}

	async #make(): Promise<string | null> {
		const busybox = await this.#read();
		if (!busybox) {
			return null;
		}

		const {digest, bytes} = filesOperation(
			[
				{path: toolboxSelector, mode: 0o755, data: null},
				{path: `${toolboxSelector}/bin`, mode: 0o755, data: null},
				{path: `${toolboxSelector}/busybox`, mode: 0o755, data: busybox},
			],
			this.platform,
		);
		const links = operationOf(
			create(OpSchema, {
				inputs: [{digest, index: 0n}],
				op: {
					case: 'exec',
					value: {
						meta: {
							args: [`${toolboxSelector}/busybox`, 'sh', '-c', linking],
							cwd: '/',
						},
						mounts: [{input: 0n, output: 0n, dest: '/'}],
					},
				},
				platform: platformOf(this.platform),
			}),
		);
		return this.#gateway.evaluate(
			definitionOf([{digest, bytes}, links], 'the toolbox'),
		);
	}

	async #read(): Promise<Uint8Array | null> {
		return readToolbox(this.source, this.platform, async image =>
			this.#readFromImage(image),
		);
	}

	async #readFromImage(image: string): Promise<Uint8Array> {
		const reference = await this.#gateway.evaluate(
			imageDefinition(image, this.platform),
		);
		const {Data: data} = await this.#gateway.bridge.readFile(
			{
				Ref: reference,
				FilePath: new TextEncoder().encode('/bin/busybox'),
			},
			this.#gateway.callOptions,
		);
		return data;
	}
}
