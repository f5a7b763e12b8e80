import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {attempt} from '../engine/process.js';

const root = path.join(import.meta.dirname, '../..');

/** A few of the thousand: of each kind of fault one, on engines that they start and that nothing else uses. */
test('a dozen faults are held, and what failed would be told with its seed', async () => {
	const {code, stdout, stderr} = await attempt(
		process.execPath,
		[
			'--import',
			'tsx',
			'soak/run.ts',
			'faults',
			'--seed',
			'2001',
			'--count',
			'12',
		],
		{cwd: root, env: process.env},
	);
	expect(stdout + stderr).toContain('12 of 12 held');
	expect(code).toBe(0);
}, 240_000);
