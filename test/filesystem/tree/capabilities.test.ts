import {expect, test} from 'vitest';
import {capabilitiesText} from '../../../source/filesystem/tree/capabilities.js';

const text = (...bytes: readonly number[]) =>
	capabilitiesText(new Map([['security.capability', Uint8Array.from(bytes)]]));

test('capabilities are told as getcap prints them', () => {
	const head = [1, 0, 0, 2];
	const nothing = [0, 0, 0, 0];
	expect(text(...head, 0, 0x20, 0, 0, ...nothing, ...nothing, ...nothing)).toBe(
		'cap_net_raw+ep',
	);
	expect(
		text(0, 0, 0, 2, 1, 4, 0, 0, 1, 0, 0, 0, 0x80, 0, 0, 0, ...nothing),
	).toBe('cap_chown+ip cap_net_bind_service,cap_bpf+p');
});

test('what is no capability, or none that is known, is not told', () => {
	expect(capabilitiesText(new Map())).toBeNull();
	expect(text(1, 2, 3)).toBeNull();
});
