import {Buffer} from 'node:buffer';
import {stat} from 'node:fs/promises';
import {type Socket, connect} from 'node:net';
import {create, fromBinary, toBinary} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {toError, UsageError} from '../../../errors.js';
import type {SshSource} from '../../port.js';
import {BytesMessageSchema, SSH} from '../proto/generated/sshforward_pb.js';
import {AgentRequests} from './agent-requests.js';
import {
	type GrpcCall,
	type GrpcMethod,
	streamingMethod,
	unaryMethod,
} from './grpc.js';
import {type KeyAgent, startKeyAgent} from './key-agent.js';

/** The SSH agents that a build may use. */
export type SshAgents = {
	/**
	@param id - The id that a `RUN --mount=type=ssh` names.
	@returns The path of the agent's socket, or `undefined` when there is none of this id.
	*/
	socketOf(id: string): string | undefined;

	/** Ends the agents that were started for the build. Never fails. */
	close(): Promise<void>;
};

/** In this metadata the engine names the agent (moby/buildkit session/sshforward, `KeySSHID`). */
const idKey = 'buildkit.ssh.id';

/** What a mount without an id means (moby/buildkit session/sshforward, `DefaultID`). */
const defaultId = 'default';

/**
@param sources - Of two with one id, the last counts. Keys get an agent that is started for them.
@throws {UsageError} A path isn't there, or a key can't be used.
*/
export async function openAgents(
	sources: readonly SshSource[],
): Promise<SshAgents> {
	const sockets = new Map<string, string>();
	const started: KeyAgent[] = [];
	const close = async (): Promise<void> => {
		await Promise.all(started.map(async agent => agent.close()));
	};

	try {
		for (const {id, paths} of new Map(
			sources.map(source => [source.id, source]),
		).values()) {
			// eslint-disable-next-line no-await-in-loop -- rarely more than one
			if (await isSocket(id, paths)) {
				sockets.set(id, paths[0]!);
			} else {
				// eslint-disable-next-line no-await-in-loop
				const agent = await startKeyAgent(paths);
				started.push(agent);
				sockets.set(id, agent.socket);
			}
		}
	} catch (error) {
		await close();
		throw error;
	}

	return {socketOf: id => sockets.get(id), close};
}

/**
@returns `moby.sshforward.v1.SSH`: whether there is an agent, and a connection to it. Through it keys can be listed and
used, not changed.
*/
export function sshMethods(agents: SshAgents): readonly GrpcMethod[] {
	return [
		unaryMethod(SSH.method.checkAgent, async ({ID: id}) => {
			socketOf(agents, id);
			return {};
		}),
		streamingMethod(SSH.method.forwardAgent, async call => {
			const [id = ''] = call.metadata(idKey);
			await forward(call, connect(socketOf(agents, id)));
		}),
	];
}

function socketOf(agents: SshAgents, named: string): string {
	const id = named === '' ? defaultId : named;
	const socket = agents.socketOf(id);
	if (socket === undefined) {
		throw new ConnectError(
			`there is no SSH agent ${id}; give it with --ssh ${id}`,
			Code.NotFound,
		);
	}

	return socket;
}

async function forward(call: GrpcCall, agent: Socket): Promise<void> {
	try {
		await Promise.race([ask(call, agent), answer(call, agent)]);
	} finally {
		agent.destroy();
	}
}

/** Ends when the engine has asked all that it wanted, and the agent has answered that. */
async function ask(call: GrpcCall, agent: Socket): Promise<void> {
	const requests = new AgentRequests();
	for await (const message of call.messages()) {
		const {data} = fromBinary(BytesMessageSchema, message);
		const allowed = requests.take(data);
		if (allowed.length > 0) {
			agent.write(allowed);
		}
	}

	await new Promise<void>(resolve => {
		agent.once('close', () => {
			resolve();
		});
		agent.end();
	});
}

async function answer(call: GrpcCall, agent: Socket): Promise<void> {
	for await (const chunk of agent as AsyncIterable<Buffer>) {
		await call.send([
			toBinary(
				BytesMessageSchema,
				create(BytesMessageSchema, {data: Buffer.from(chunk)}),
			),
		]);
	}
}

async function isSocket(
	id: string,
	paths: readonly string[],
): Promise<boolean> {
	const kinds = await Promise.all(
		paths.map(async path => {
			try {
				const found = await stat(path);
				return found.isSocket();
			} catch (error) {
				throw new UsageError(
					`--ssh ${id}=${path} can't be read: ${toError(error).message}; name the socket of an agent or a private key.`,
					{cause: error},
				);
			}
		}),
	);
	if (kinds.includes(true) && kinds.length > 1) {
		throw new UsageError(
			`--ssh ${id}=${paths.join(',')}: give either one socket of an agent, or private keys.`,
		);
	}

	return kinds[0]!;
}
