import {Buffer} from 'node:buffer';
import type {IncomingMessage} from 'node:http';
import type {Duplex, Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import Docker from 'dockerode';
import {readImageConfiguration} from '../../../dockerfile/variables/image-configuration.js';
import {type EngineError, MstageError, toError} from '../../../errors.js';
import type {DockerAddress} from '../../docker/address.js';
import type {InspectedImage} from '../../docker/image-record.js';
import type {CredentialStore} from '../../docker/credentials.js';
import {lostEngine} from '../../docker/connection-error.js';
import {DialAgent} from '../../docker/dial.js';
import {ownLabel, ownedName, ownerLabel} from '../../docker/owner.js';
import {type BuildQuery, settingsQuery} from '../run/build-query.js';
import type {ContainerConfiguration, DockerImage} from './docker-image.js';
import {EngineRefusal} from './engine-refusal.js';
import {addressOf, registryLogins} from './registry-access.js';

export type * from './docker-image.js';

/**
Keys that nobody types: without any, the engine takes Ctrl-P Ctrl-Q out of what a shell is given, pasted bytes too, and holds each
Ctrl-P back until the next key (moby, api/server/router/container).
*/
const noDetachKeys = 'ctrl-@,ctrl-@,ctrl-@,ctrl-_,ctrl-@,ctrl-_';

/** The part of Docker's API that the legacy builder needs, in our words; dockerode stays in here. */
export class LegacyDocker {
	readonly address: DockerAddress;
	readonly #client: Docker;
	readonly #credentials: CredentialStore;
	readonly #agent: DialAgent;

	/** The containers that it has made and not removed, and those that are being made. */
	readonly #containers = new Set<string>();
	readonly #making = new Set<Promise<unknown>>();
	readonly #lossListeners = new Set<(error: EngineError) => void>();

	/** @param credentials - What the engine is told of the registries that a build needs. */
	constructor(address: DockerAddress, credentials: CredentialStore) {
		this.address = address;
		this.#credentials = credentials;
		// The library would take what it isn't told from DOCKER_HOST; the agent dials, whatever the host is called.
		// Its types don't know of the agent.
		this.#agent = new DialAgent(address);
		const options: Docker.DockerOptions & {readonly agent: DialAgent} = {
			protocol: 'http',
			host: 'docker',
			port: 80,
			agent: this.#agent,
		};
		this.#client = new Docker(options);
	}

	/** Whether a call is under way. */
	get isWaiting(): boolean {
		return this.#agent.open > 0;
	}

	/**
	@param listener - Told when a call finds that the engine is lost.
	@returns Ends that.
	*/
	onLoss(listener: (error: EngineError) => void): () => void {
		this.#lossListeners.add(listener);
		return () => {
			this.#lossListeners.delete(listener);
		};
	}

	/** Removes the containers that are left, also those that the engine is still making, and ends all calls. Never fails. */
	async end(): Promise<void> {
		while (this.#making.size > 0) {
			// eslint-disable-next-line no-await-in-loop -- one may lead to another
			await Promise.allSettled(this.#making);
		}

		await Promise.all(
			[...this.#containers].map(async id => this.removeContainer(id)),
		);
		this.#agent.destroy();
	}

	/**
	@param context - A tar.
	@returns What the builder tells, a JSON object per line; aborting the signal ends the build.
	*/
	async build(
		context: Readable,
		{
			cachefrom,
			platform,
			settings,
			labels,
			references = [],
			...query
		}: BuildQuery,
		signal: AbortSignal,
	): Promise<Readable> {
		const logins = await registryLogins(references, this.#credentials);
		const registryconfig = {base64: encodeHeader(JSON.stringify(logins))};
		const answer = await this.#call(async () =>
			this.#client.buildImage(context, {
				...query,
				registryconfig: registryconfig as unknown as Docker.RegistryConfig,
				...(platform !== undefined && {platform}),
				buildargs: {...query.buildargs},
				...(settings && settingsQuery(settings)),
				...(labels && {labels: {...labels}}),
				...(cachefrom.length > 0 && {cachefrom: JSON.stringify(cachefrom)}),
				rm: true,
				forcerm: false,
				abortSignal: signal,
			}),
		);
		return answer as Readable;
	}

	/**
	@param reference - An image as FROM names it.
	@returns What the engine tells while it pulls it, a JSON object per line.
	*/
	async pull(
		reference: string,
		platform: string | undefined,
		signal: AbortSignal,
	): Promise<Readable> {
		const logins = await registryLogins([reference], this.#credentials);
		const login = logins[addressOf(reference)];
		const hasTag = /[:@][^\/]*$/v.test(reference);
		const answer = await this.#call(async () =>
			this.#client.createImage(login ?? {}, {
				// Without a tag, the engine would take all that there are.
				fromImage: hasTag ? reference : `${reference}:latest`,
				...(platform !== undefined && {platform}),
				abortSignal: signal,
			}),
		);
		return answer as Readable;
	}

	/** @throws {EngineRefusal} There is no such image. */
	async image(reference: string): Promise<DockerImage> {
		const image = await this.#call(async () =>
			this.#client.getImage(reference).inspect(),
		);
		const {
			Id: id,
			Parent: parent,
			Config: config,
			Os: os,
			Architecture: architecture,
		} = image;
		return {
			id,
			parent,
			config,
			configuration: readImageConfiguration({config, os, architecture}),
		};
	}

	/**
	@returns An image as the engine describes it, and how each of its instructions was run, the last first, with the bytes of
	its layer.
	@throws {EngineRefusal} There is no such image.
	*/
	async record(reference: string): Promise<{
		readonly image: InspectedImage & {readonly Config: unknown};
		readonly history: ReadonlyArray<{
			readonly CreatedBy: string;
			readonly Size: number;
		}>;
	}> {
		const named = this.#client.getImage(reference);
		const image = await this.#call(async () => named.inspect());
		const history = (await this.#call(async (): Promise<unknown> =>
			named.history(),
		)) as ReadonlyArray<{readonly CreatedBy: string; readonly Size: number}>;
		return {image, history};
	}

	async tag(image: string, repo: string, tag: string): Promise<void> {
		await this.#call(async (): Promise<unknown> =>
			this.#client.getImage(image).tag({repo, tag}),
		);
	}

	/** @returns The id of an image without any file. */
	async emptyImage(): Promise<string> {
		// A tar ends with two empty blocks (POSIX, pax, "ustar Interchange Format").
		const tar = Buffer.alloc(1024);
		const answer = await this.#call(async () =>
			this.#client.importImage(tar as unknown as string, {
				changes: `LABEL ${ownLabel}=${ownerLabel()}`,
			}),
		);
		let text = '';
		for await (const chunk of answer) {
			text += String(chunk);
		}

		return (JSON.parse(text) as {readonly status: string}).status;
	}

	/** Removes an image that is ours; one that is in use, or gone, is left alone. */
	async removeImage(id: string): Promise<void> {
		await Promise.allSettled([this.#client.getImage(id).remove()]);
	}

	/**
	@returns The id of a container that isn't started yet.
	@throws {EngineRefusal} It can't be made.
	*/
	async createContainer(
		options: Docker.ContainerCreateOptions,
	): Promise<string> {
		const making = this.#call(async () =>
			this.#client.createContainer({
				...options,
				Labels: {[ownLabel]: ownerLabel()},
			}),
		);
		this.#making.add(making);
		try {
			const {id} = await making;
			this.#containers.add(id);
			return id;
		} finally {
			this.#making.delete(making);
		}
	}

	/**
	Calls a container that the builder made by a name that says whose it is, for the next session to know should this one be
	killed, or the engine: only what one makes oneself gets a label. Never fails: one that is gone already is fine.

	@param id - As much of it as the builder tells.
	*/
	async claim(id: string): Promise<void> {
		const claiming = Promise.allSettled([
			this.#client.getContainer(id).rename({name: ownedName(id)}),
		]);
		this.#making.add(claiming);
		await claiming;
		this.#making.delete(claiming);
	}

	/** @returns The container's own streams, its input and its output. */
	async attach(id: string): Promise<Duplex> {
		const stream = await this.#call(async () =>
			this.#client.getContainer(id).attach({
				detachKeys: noDetachKeys,
				stream: true,
				hijack: true,
				stdin: true,
				stdout: true,
				stderr: true,
			}),
		);
		return stream as Duplex;
	}

	/** @throws {EngineRefusal} Its command can't be started. */
	async start(id: string): Promise<void> {
		await this.#call(async (): Promise<unknown> =>
			this.#client.getContainer(id).start(),
		);
	}

	/** @returns The exit code of a container, once it has ended. */
	async exitCode(id: string): Promise<number> {
		const {StatusCode: code} = await this.#wait(id, 'next-exit');
		return code;
	}

	async resize(id: string, rows: number, columns: number): Promise<void> {
		await this.#call(async (): Promise<unknown> =>
			this.#client.getContainer(id).resize({h: rows, w: columns}),
		);
	}

	/** @param signal - `SIGINT`. */
	async kill(id: string, signal: string): Promise<void> {
		await this.#call(async (): Promise<unknown> =>
			this.#client.getContainer(id).kill({signal}),
		);
	}

	/**
	@returns The id of an image of the container as it is now.
	@param configuration - What it says of containers; default: what it was made with.
	*/
	async commit(
		id: string,
		configuration?: ContainerConfiguration,
	): Promise<string> {
		const {Id: image} = (await this.#call(async (): Promise<unknown> =>
			this.#client.getContainer(id).commit(
				configuration
					? {
							_body: {
								...configuration,
								Labels: {...configuration.Labels, [ownLabel]: ownerLabel()},
							},
							_query: {container: id},
						}
					: {changes: `LABEL ${ownLabel}=${ownerLabel()}`},
			),
		)) as {readonly Id: string};
		return image;
	}

	/** Ends and removes a container; one that is gone is fine. Never fails. */
	async removeContainer(id: string): Promise<void> {
		const container = this.#client.getContainer(id);
		await Promise.allSettled([container.remove({force: true, v: true})]);
		this.#containers.delete(id);
		// The engine may be removing it already; then the other call came too early to be sure.
		await Promise.allSettled([this.#wait(id, 'removed')]);
	}

	/**
	@param since - In seconds since 1970.
	@returns The containers that were made since then and never started, and aren't ours, with the images they are made from.
	*/
	async unstartedContainers(
		since: number,
	): Promise<ReadonlyArray<{readonly id: string; readonly image: string}>> {
		const found = await this.#call(async () =>
			this.#client.listContainers({
				all: true,
				filters: {status: ['created']},
			}),
		);
		return found
			.filter(
				({Created: created, Labels: labels}) =>
					created >= since && !Object.hasOwn(labels ?? {}, ownLabel),
			)
			.map(({Id: id, ImageID: image}) => ({id, image}));
	}

	/**
	@returns Whether the memory of a container that has ended ran out, as the kernel said (`State.OOMKilled`); `null` of one
	that is gone, as after the end of its session.
	*/
	async isOutOfMemory(id: string): Promise<boolean | null> {
		try {
			const {State: state} = await this.#call(async () =>
				this.#client.getContainer(id).inspect(),
			);
			return state.OOMKilled;
		} catch (error) {
			if (error instanceof EngineRefusal && error.status === 404) {
				return null;
			}

			throw error;
		}
	}

	/** @returns The id of the image that the container was made from. */
	async imageOfContainer(id: string): Promise<string> {
		const {Image: image} = await this.#call(async () =>
			this.#client.getContainer(id).inspect(),
		);
		return image;
	}

	/** @returns A tar of the container's whole filesystem. */
	async export(id: string): Promise<Readable> {
		return (await this.#call(async () =>
			this.#client.getContainer(id).export(),
		)) as Readable;
	}

	/**
	@returns A tar of one path with everything below it.
	@throws {EngineRefusal} There is no such path.
	*/
	async archive(id: string, path: string): Promise<Readable> {
		return (await this.#call(async () =>
			this.#client.getContainer(id).getArchive({path}),
		)) as Readable;
	}

	/** @param tar - What is put into a folder that is there; into a volume, where that is one. */
	async putArchive(id: string, folder: string, tar: Buffer): Promise<void> {
		await this.#call(async (): Promise<unknown> =>
			this.#client.getContainer(id).putArchive(tar, {path: folder}),
		);
	}

	/** @returns When the path last changed, to the nanosecond, as the engine writes it; `null` when there is none. */
	async modified(id: string, path: string): Promise<string | null> {
		try {
			const answer = (await this.#call(async (): Promise<unknown> =>
				this.#client.getContainer(id).infoArchive({path}),
			)) as IncomingMessage;
			// Nothing comes, but the connection is open until that is read.
			answer.resume();
			const status = Buffer.from(
				String(answer.headers['x-docker-container-path-stat']),
				'base64',
			);
			return (JSON.parse(status.toString()) as {readonly mtime: string}).mtime;
		} catch (error) {
			if (error instanceof EngineRefusal && error.status === 404) {
				return null;
			}

			throw error;
		}
	}

	/**
	@param thrown - What a call or a stream of its answer ended with.
	@returns A refusal as it is, everything else as the loss of the engine.
	*/
	explain(thrown: unknown): Error {
		const error = toError(thrown);
		if (error instanceof EngineRefusal || error instanceof MstageError) {
			return error;
		}

		const {statusCode, json} = error as {
			readonly statusCode?: number;
			readonly json?: {readonly message?: string} | null;
		};
		if (statusCode === undefined) {
			const lost = lostEngine(this.address, error);
			// A call that was given up by us fails without the engine.
			if (error.name !== 'AbortError') {
				for (const listener of this.#lossListeners) {
					listener(lost);
				}
			}

			return lost;
		}

		return new EngineRefusal(json?.message ?? error.message, statusCode, {
			cause: error,
		});
	}

	/** The answer begins at once and ends with the container; the library doesn't see one that breaks off, as a stream does. */
	async #wait(
		id: string,
		condition: 'next-exit' | 'removed',
	): Promise<{readonly StatusCode: number}> {
		return this.#call(async () => {
			const answer = await new Promise<Readable>((resolve, reject) => {
				this.#client.modem.dial(
					{
						path: `/containers/${id}/wait?`,
						method: 'POST',
						options: {condition},
						isStream: true,
						statusCodes: {200: true, 404: 'no such container'},
					},
					(error, stream) => {
						if (error) {
							reject(error);
						} else {
							resolve(stream as Readable);
						}
					},
				);
			});
			return JSON.parse(await text(answer)) as {readonly StatusCode: number};
		});
	}

	async #call<T>(call: () => Promise<T>): Promise<T> {
		try {
			return await this.#agent.untilClosed(call);
		} catch (error) {
			throw this.explain(error);
		}
	}
}

/** Docker's headers are JSON in the alphabet of addresses (RFC 4648, section 5). */
function encodeHeader(json: string): string {
	return Buffer.from(json)
		.toString('base64')
		.replaceAll('+', '-')
		.replaceAll('/', '_');
}
