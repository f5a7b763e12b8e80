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

test.each(['buildkit', 'legacy'])(
	'a misspelt stage of --from is told with the one before it that is called nearly so (%s)',
	async builder => {
		await using it = await open('copy-from-typo');
		const {stdout, stderr} = await it.mstage([
			'debug',
			'--builder',
			builder,
			'--plain',
			'--pause',
			'error',
			'-f',
			'Dockerfile.stage',
			'--target',
			'end',
			'.',
		]);
		const told = stdout + stderr;
		expect(told).toMatch(
			/[Dd]id you mean the stage builder \(line 1\)\? Correct the name/v,
		);
		expect(told).not.toContain('buildr2');
		expect(told.match(/did you mean/giv)).toHaveLength(1);
	},
);
