import {setImmediate} from 'node:timers/promises';
import {create} from '@bufbuild/protobuf';
import {expect, test} from 'vitest';
import {AsyncQueue} from '../../../../source/engine/async-queue.js';
import {
	type ContainerHost,
	GatewayContainer,
} from '../../../../source/engine/buildkit/shell/container.js';
import {
	type ExecMessage,
	ExecMessageSchema,
} from '../../../../source/engine/buildkit/proto/generated/gateway_pb.js';
import {
	MetaSchema,
	NetMode,
	SecurityMode,
} from '../../../../source/engine/buildkit/proto/generated/ops_pb.js';

/** An engine whose processes start when the test says so. */
function slowEngine() {
	const commands: string[][] = [];
	const starts: Array<() => void> = [];
	const bridge = {
		statFile: async () => ({}),
		newContainer: async () => ({}),
		releaseContainer: async () => ({}),
		execProcess(requests: AsyncIterable<ExecMessage>) {
			const responses = new AsyncQueue<ExecMessage>();
			void read(requests, responses);
			return responses;
		},
	};
	const read = async (
		requests: AsyncIterable<ExecMessage>,
		responses: AsyncQueue<ExecMessage>,
	) => {
		for await (const {Input: input, ProcessID: processId} of requests) {
			if (input.case === 'Init') {
				commands.push(input.value.Meta!.args);
				starts.push(() => {
					responses.push(
						create(ExecMessageSchema, {
							ProcessID: processId,
							Input: {case: 'Started', value: {}},
						}),
					);
				});
			}
		}

		responses.end();
	};

	const connection = {
		explain: (error: unknown) => error,
		explainOpening: (error: unknown) => error,
	};
	const host = {
		gateway: {bridge, connection, callOptions: {}},
		toolbox: {},
		containers: new Set(),
	} as unknown as ContainerHost;
	return {host, commands, starts};
}

test('the process that a container lasts as long as is started before any shell', async () => {
	const {host, commands, starts} = slowEngine();
	const container = await GatewayContainer.open(
		host,
		{
			mounts: [],
			meta: create(MetaSchema, {cwd: '/', user: '', env: []}),
			network: NetMode.UNSET,
			security: SecurityMode.SANDBOX,
			secretEnvironment: [],
			programs: 'reference',
			stageShell: null,
			offered: null,
		},
		false,
	);
	let isKept = false;
	const opened = (async () => {
		await container.keep();
		isKept = true;
		await container.openShell({command: ['true'], terminal: null});
	})();
	await setImmediate();
	await setImmediate();
	expect(commands).toHaveLength(1);
	expect(isKept).toBe(false);
	starts[0]!();
	await opened;
	await setImmediate();
	expect(commands).toHaveLength(2);
	expect(commands[1]!.at(-1)).toContain('true');
	await container.close();
});
