import {Buffer} from 'node:buffer';
import {expect, test} from 'vitest';
import {explainClipping} from '../../../source/debugger/session/clipped.js';

test.each([
	['200KiB/s', 'faster than 200KiB/s'],
	['2MiB', 'beyond 2MiB'],
])('what the engine leaves out at %s is explained', (limit, what) => {
	const printed = `ü\n[output clipped, log limit ${limit} reached]\n`;
	const explained = Buffer.from(
		explainClipping(Buffer.from(printed)),
	).toString();
	expect(explained.startsWith(printed)).toBe(true);
	expect(explained).toContain(what);
	expect(explained).toContain('BUILDKIT_STEP_LOG_MAX_SIZE=-1');
	expect(explained.endsWith('\n')).toBe(true);
});

test('other output stays as it is', () => {
	const data = Buffer.from([0x5b, 0xff, 0x0a]);
	expect(explainClipping(data)).toBe(data);
});
