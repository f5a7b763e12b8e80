import {type DescMessage, create} from '@bufbuild/protobuf';
import {createClient, createRouterTransport} from '@connectrpc/connect';
import {expect, test} from 'vitest';
import {gate} from '../../../../source/engine/buildkit/connect/gate.js';
import {withHead} from '../../../../source/engine/buildkit/program/definition.js';
import {Control} from '../../../../source/engine/buildkit/proto/generated/control_pb.js';
import {
	LLBBridge,
	SolveResponseSchema,
} from '../../../../source/engine/buildkit/proto/generated/gateway_pb.js';
import {smallBuild} from '../definitions.js';

const dangling = {digest: `sha256:${'0'.repeat(64)}`, index: 0};

/** An engine that writes down which calls reached it. */
function engine() {
	const arrived: DescMessage[] = [];
	const transport = createRouterTransport(
		({service}) => {
			service(LLBBridge, {
				solve(request) {
					arrived.push(LLBBridge.method.solve.input);
					return create(SolveResponseSchema, {ref: request.Frontend});
				},
			});
			service(Control, {
				solve() {
					arrived.push(Control.method.solve.input);
					return {};
				},
			});
		},
		{transport: {interceptors: [gate]}},
	);
	return {
		arrived,
		bridge: createClient(LLBBridge, transport),
		control: createClient(Control, transport),
	};
}

test('what is whole reaches the engine', async () => {
	const {bridge, control, arrived} = engine();
	const {definition} = smallBuild();
	await bridge.solve({Definition: definition});
	await bridge.solve({Frontend: 'dockerfile.v0'});
	await control.solve({Definition: definition});
	await control.solve({});
	expect(arrived).toHaveLength(4);
});

test('what names an operation that it doesn’t hold never reaches the engine', async () => {
	const {bridge, control, arrived} = engine();
	const broken = withHead(smallBuild().definition, dangling);
	const refusal = `names the operation ${dangling.digest}, which it doesn't hold`;
	await expect(bridge.solve({Definition: broken})).rejects.toThrow(refusal);
	await expect(
		bridge.solve({
			Frontend: 'dockerfile.v0',
			FrontendInputs: {context: broken},
		}),
	).rejects.toThrow(refusal);
	await expect(control.solve({Definition: broken})).rejects.toThrow(refusal);
	expect(arrived).toEqual([]);
});
