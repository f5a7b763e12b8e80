import {expect, test} from 'vitest';
import {casesForTests} from './case.js';

const open = casesForTests();

test.each(['buildkit', 'legacy'])(
	'a misspelt folder of --from is told with what is there (%s)',
	async builder => {
		await using it = await open('copy-from-typo');
		const {stdout, code} = await it.mstage([
			'debug',
			'--builder',
			builder,
			'--plain',
			'--pause',
			'error',
			'.',
		]);
		expect(code).toBe(1);
		expect(stdout).toContain('relase');
		expect(stdout).toMatch(/release\/?/v);
	},
);
