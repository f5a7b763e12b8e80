import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {UsageError, toError} from '../../../errors.js';

/** An SSH agent that is there for a session. */
export type KeyAgent = {
	/** The path of its socket. */
	readonly socket: string;

	/** Ends it. Never fails. */
	close(): Promise<void>;
};

/** Adds the keys, says so, and stays until its input ends: so the agent ends with us, however we end. */
const holding = 'ssh-add -q "$@" </dev/null && echo ready && exec cat';

/**
Starts an agent (OpenSSH's `ssh-agent`) that holds nothing but these keys. A passphrase isn't asked for: the terminal is
the screen's.

@param keys - The paths of private keys.
@throws {UsageError} OpenSSH isn't there, or a key can't be used.
*/
export async function startKeyAgent(
	keys: readonly string[],
): Promise<KeyAgent> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-ssh-'));
	const socket = path.join(folder, 'agent.sock');
	const child = spawn(
		'ssh-agent',
		['-a', socket, 'sh', '-c', holding, 'sh', ...keys],
		{env: {...process.env, SSH_ASKPASS_REQUIRE: 'never'}, detached: true},
	);
	const closed = Promise.allSettled([once(child, 'close')]);
	const close = async (): Promise<void> => {
		child.stdin.end();
		await closed;
		await rm(folder, {recursive: true, force: true});
	};

	try {
		await ready(child, keys);
		return {socket, close};
	} catch (error) {
		await close();
		throw error;
	}
}

async function ready(
	child: ChildProcessWithoutNullStreams,
	keys: readonly string[],
): Promise<void> {
	child.stdin.on('error', () => undefined);
	const complaint = text(child.stderr);
	const failed = once(child, 'error').then(([error]) => toError(error));
	const said = once(child.stdout, 'data').then(() => null);
	const ended = once(child, 'close').then(async () => {
		const told = await complaint;
		return new Error(told.trim());
	});
	const error = await Promise.race([failed, said, ended]);
	if (error) {
		throw new UsageError(
			`--ssh: ${keys.join(', ')} can't be used (${lastLine(error.message)}). A key with a passphrase has to be in an agent: run ssh-add, then write --ssh default.`,
			{cause: error},
		);
	}
}

/** What matters is below the warnings. */
function lastLine(message: string): string {
	const line = message.split('\n').at(-1)!.trim();
	return line === '' ? 'ssh-add refuses it' : line;
}
