import {create} from '@bufbuild/protobuf';
import {expect, test} from 'vitest';
import {capabilitiesOf} from '../../../../source/engine/buildkit/connect/capabilities.js';
import {PongResponseSchema} from '../../../../source/engine/buildkit/proto/generated/gateway_pb.js';

const pong = create(PongResponseSchema, {
	FrontendAPICaps: [{ID: 'gateway.exec', Enabled: true}],
	LLBCaps: [
		{ID: 'meta.ignorecache', Enabled: true},
		{ID: 'diffop', DisabledReasonMsg: 'off'},
		{
			ID: 'mergeop',
			DisabledReasonMsg: 'only enabled with containerd image store backend',
		},
	],
});

function available(version: string): readonly string[] {
	return capabilitiesOf(pong, version)
		.filter(capability => capability.available)
		.map(({id}) => id);
}

test('has what the engine says that it has, and what it does although it says that it is off', () => {
	expect(available('20.10.24')).toEqual([
		'gateway.exec',
		'diffop',
		'meta.ignorecache',
	]);
});

test('knows by the version what no id tells', () => {
	expect(available('23.0.1')).toEqual([
		'gateway.exec',
		'failed-state',
		'neighbours',
		'diffop',
		'heredocs',
		'meta.ignorecache',
	]);
});

test('keeps why something is off, in the words of the engine', () => {
	expect(
		capabilitiesOf(pong, '28.5.2').find(({id}) => id === 'mergeop'),
	).toMatchObject({
		available: false,
		reason: 'only enabled with containerd image store backend',
	});
});
