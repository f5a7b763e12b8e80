import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {AgentRequests} from '../../../../source/engine/buildkit/session/agent-requests.js';

function request(type: number, contents: Uint8Array): Buffer {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(contents.length + 1);
	return Buffer.concat([length, Buffer.from([type]), contents]);
}

function requestsIn(bytes: Buffer): readonly Buffer[] {
	const found: Buffer[] = [];
	for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at)) {
		found.push(bytes.subarray(at, at + 4 + bytes.readUInt32BE(at)));
	}

	return found;
}

test('listing and signing go through as they are, all else becomes one request that fails; in any pieces', () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.tuple(
					fc.oneof(fc.constantFrom(11, 13, 17, 19), fc.nat(255)),
					fc.uint8Array({maxLength: 40}),
				),
			),
			fc.array(fc.integer({min: 1, max: 30})),
			(requests, sizes) => {
				const sent = requests.map(([type, contents]) =>
					request(type, contents),
				);
				const all = Buffer.concat(sent);
				const filter = new AgentRequests();
				const passed: Buffer[] = [];
				let at = 0;
				for (const size of [...sizes, all.length]) {
					passed.push(filter.take(all.subarray(at, at + size)));
					at += size;
				}

				const got = requestsIn(Buffer.concat(passed));
				expect(got).toHaveLength(sent.length);
				for (const [index, [type]] of requests.entries()) {
					if (type === 11 || type === 13) {
						expect(got[index]).toEqual(sent[index]);
					} else {
						expect(got[index]![4]).toBe(27);
						expect(got[index]!.toString()).toContain('mstage');
					}
				}
			},
		),
	);
});

test('a request longer than agents take is refused before it is there', () => {
	const start = Buffer.alloc(4);
	start.writeUInt32BE(256 * 1024 + 1);
	expect(() => new AgentRequests().take(start)).toThrow('longer than');
});
