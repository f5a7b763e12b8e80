import {expect, test} from 'vitest';
import {
	formatBytes,
	formatCount,
	formatSeconds,
	plural,
} from '../../../source/ui/present/format.js';

test.each([
	[0, '0.0 s'],
	[-3, '0.0 s'],
	[0.24, '0.2 s'],
	[9.94, '9.9 s'],
	[9.96, '10 s'],
	[59.4, '59 s'],
	[59.6, '1 m 00 s'],
	[185, '3 m 05 s'],
	[3599.6, '1 h 00 m'],
	[7800, '2 h 10 m'],
])('%d seconds read %s', (seconds, text) => {
	expect(formatSeconds(seconds)).toBe(text);
});

test.each([
	[0, '0 B'],
	[999, '999 B'],
	[1200, '1.2 kB'],
	[999_960, '1.0 MB'],
	[612_400_000, '612.4 MB'],
	[2.5e18, '2500.0 PB'],
])('%d bytes read %s', (bytes, text) => {
	expect(formatBytes(bytes)).toBe(text);
});

test('counts', () => {
	expect(formatCount(41_204)).toBe('41,204');
	expect(plural(1, 'line')).toBe('1 line');
	expect(plural(1204, 'line')).toBe('1,204 lines');
});
