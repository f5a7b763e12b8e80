import {describe, expect, test} from 'vitest';
import {
	deviceNumbers,
	hasContents,
	toGoFileMode,
} from '../../../source/engine/context/file-mode.js';

describe('Go file modes', () => {
	test.each([
		['regular file', 0o10_0644, 0x1_a4, true],
		['directory', 0o04_0755, 0x80_00_01_ed, false],
		['directory with the sticky bit', 0o04_1777, 0x80_10_01_ff, false],
		['symbolic link', 0o12_0777, 0x08_00_01_ff, false],
		['named pipe', 0o01_0600, 0x02_00_01_80, false],
		['block device', 0o06_0600, 0x04_00_01_80, false],
		['character device', 0o02_0600, 0x04_20_01_80, false],
		['program with set-user-id', 0o10_4755, 0x80_01_ed, true],
		['program with set-group-id', 0o10_2755, 0x40_01_ed, true],
		['socket, which goes as an empty file', 0o14_0755, 0x1_ed, true],
	])('%s', (_, mode, goMode, isReadable) => {
		expect(toGoFileMode(mode)).toBe(goMode);
		expect(hasContents(goMode)).toBe(isReadable);
	});

	test('device numbers, also those above 255', () => {
		expect(deviceNumbers(0x1_03n)).toEqual({major: 1n, minor: 3n});
		// 259:300 as glibc's makedev packs it.
		expect(deviceNumbers(0x11_03_2cn)).toEqual({major: 259n, minor: 300n});
	});
});
