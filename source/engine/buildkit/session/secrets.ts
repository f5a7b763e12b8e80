import {Buffer} from 'node:buffer';
import {stat} from 'node:fs/promises';
import process from 'node:process';
import {Code, ConnectError} from '@connectrpc/connect';
import {UsageError} from '../../../errors.js';
import {
	readPipe,
	readSmallFile,
	unreadableReason,
} from '../../context/small-file.js';
import {Secrets} from '../proto/generated/secrets_pb.js';
import type {KnownSecret} from '../../port.js';
import {type GrpcMethod, unaryMethod} from './grpc.js';
import {type SecretSource} from './parse-secret.js';

/** The secrets that a build may read; a value is read when a step asks for it, and kept only to be found in what is shown. */
export type SecretStore = {
	/**
	@param id - The id that a `RUN --mount=type=secret` names.
	@returns The value, or `undefined` when there is no such secret.
	@throws UsageError - When its file can't be read or is too large.
	*/
	read(id: string): Promise<Uint8Array | undefined>;
};

/** A store that remembers what it read. */
export type RememberingStore = SecretStore & {
	/** The values as they were at first, and as they were given since, each once. */
	readonly known: readonly KnownSecret[];
};

/** The largest value that BuildKit's own clients send (BuildKit, session/secrets/secretsprovider). */
const largestSecret = 500 * 1024;

/**
@param sources - Where the secrets come from; of two with one id, the last counts.
@returns A store of them.
@throws UsageError - When a file isn't there or is too large: before the build, not in the step that reads it.
*/
export async function openSecrets(
	sources: readonly SecretSource[],
): Promise<RememberingStore> {
	const byId = new Map(sources.map(source => [source.id, source]));
	const known: Array<{readonly id: string; readonly value: Buffer}> = [];
	const remember = (id: string, value: Buffer): Buffer => {
		if (!known.some(other => other.id === id && other.value.equals(value))) {
			known.push({id, value});
		}

		return value;
	};

	// A pipe, such as a shell's <(…), can be read only once.
	const ofPipes = new Map<string, Buffer>();
	await Promise.all(
		[...byId.values()].map(async source => {
			const value = remember(source.id, await readSource(source));
			if (await isPipe(source)) {
				ofPipes.set(source.id, value);
			}
		}),
	);
	return {
		known,
		async read(id) {
			const source = byId.get(id);
			return (
				source && (ofPipes.get(id) ?? remember(id, await readSource(source)))
			);
		},
	};
}

/**
@param store - The secrets that a build may read.
@returns `moby.buildkit.secrets.v1.Secrets/GetSecret`.
*/
export function secretsMethod(store: SecretStore): GrpcMethod {
	return unaryMethod(Secrets.method.getSecret, async ({ID: id}) => {
		const data = await store.read(id);
		if (data === undefined) {
			throw new ConnectError(
				`there is no secret ${id}; give it with --secret id=${id},src=FILE`,
				Code.NotFound,
			);
		}

		return {data};
	});
}

async function isPipe(source: SecretSource): Promise<boolean> {
	if (source.kind !== 'file') {
		return false;
	}

	const found = await explaining(source, async () => stat(source.path));
	return found.isFIFO();
}

async function readSource(source: SecretSource): Promise<Buffer> {
	if (source.kind === 'environment') {
		// Docker sends an empty value for a variable that isn't set.
		return Buffer.from(process.env[source.variable] ?? '');
	}

	const {size} = await explaining(source, async () => stat(source.path));
	checkSize(source, size);
	const {path} = source;
	return explaining(source, async () =>
		(await isPipe(source))
			? readPipe(path, largestSecret)
			: readSmallFile(path, largestSecret),
	);
}

function checkSize({id}: SecretSource, size: number): void {
	if (size > largestSecret) {
		throw new UsageError(
			`The secret ${id} has ${size} bytes, but an engine takes ${largestSecret}; give it a smaller file.`,
		);
	}
}

async function explaining<T>(
	source: SecretSource & {readonly kind: 'file'},
	read: () => Promise<T>,
): Promise<T> {
	try {
		return await read();
	} catch (error) {
		throw new UsageError(
			`The secret ${source.id} can't be read from ${source.path}: ${unreadableReason(error)}; correct its src in --secret.`,
			{
				cause: error,
			},
		);
	}
}
