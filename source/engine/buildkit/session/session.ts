import {createHash} from 'node:crypto';
import {homedir, hostname} from 'node:os';
import {toError} from '../../../errors.js';
import {diskTree} from '../../context/disk-tree.js';
import {type Tree} from '../../context/tree.js';
import type {CredentialStore} from '../../docker/credentials.js';
import {credentialsMethod} from './credentials.js';
import {fileSync} from './file-sync.js';
import {memoryTree} from './memory-tree.js';
import {secretsMethod, type SecretStore} from './secrets.js';
import {SessionServer} from './session-server.js';
import {type SshAgents, sshMethods} from './ssh.js';

/** A directory by its absolute path, or files that are on no disk: name → contents. */
export type SessionDirectory = string | ReadonlyMap<string, Uint8Array>;

export type SessionOptions = {
	/** What the engine may read, by the name it asks for: `context`, `dockerfile` and those of named contexts. */
	readonly directories: ReadonlyMap<string, SessionDirectory>;
	readonly secrets: SecretStore;
	readonly credentials: CredentialStore;

	/** Default: none. Closed with the session. */
	readonly ssh?: SshAgents;
	/** Told why a transfer failed; what the engine says of it is less clear. */
	readonly onError?: (error: Error) => void;
};

/** What the engine may ask of us during a build. */
export class Session extends SessionServer {
	readonly #ssh: SshAgents | undefined;

	/**
	@param options - What the engine may have.
	*/
	constructor({
		directories,
		secrets,
		credentials,
		ssh,
		onError,
	}: SessionOptions) {
		const trees = new Map(
			[...directories].map(([name, directory]) => [
				name,
				treeOf(name, directory),
			]),
		);
		super(
			[
				fileSync(trees),
				credentialsMethod(credentials),
				secretsMethod(secrets),
				...(ssh ? sshMethods(ssh) : []),
			],
			{
				sharedKey: sharedKeyOf(directories.get('context')),
				onError(error) {
					onError?.(toError(error));
				},
			},
		);
		this.#ssh = ssh;
	}

	override async close(): Promise<void> {
		await Promise.all([super.close(), this.#ssh?.close()]);
	}
}

function treeOf(name: string, directory: SessionDirectory): Tree {
	return typeof directory === 'string'
		? diskTree(directory)
		: memoryTree(name, directory);
}

function sharedKeyOf(context: SessionDirectory | undefined): string {
	const parts = [
		hostname(),
		homedir(),
		typeof context === 'string' ? context : '',
	];
	return createHash('sha256').update(parts.join('\0')).digest('hex');
}
