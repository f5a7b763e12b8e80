import {expect, test} from 'vitest';
import {casesForTests} from './case.js';

const open = casesForTests();

/** As they are shown, and the other ways in which they may be typed. */
const names: ReadonlyArray<readonly [shown: string, ...typed: string[]]> = [
	[String.raw`caf\xe9.txt`, String.raw`caf\351.txt`],
	[String.raw`new\nline`, String.raw`new\012line`],
	[String.raw`tab\there`, 'tab\there'],
	[String.raw`esc\x1b[31mred`, String.raw`esc\033[31mred`],
	[' lead'],
	['trail '],
	['-dash'],
	[`quo'te"`],
	[String.raw`back\\slash`, String.raw`back\slash`],
	['ü-nfc'],
	['u\u0308-nfd'],
	['empty'],
	['link'],
];

test.each(['buildkit', 'legacy'])(
	'a name can be typed at the prompt as it is shown (%s)',
	async builder => {
		await using it = await open('odd-names');
		const {stdout, code} = await it.mstage(
			['debug', '--builder', builder, '--plain'],
			{
				input: [
					'continue',
					'continue',
					'ls final:/o',
					...names
						.flat()
						.map(
							name =>
								`cat 'final:/o/${name.replaceAll("'", String.raw`'\''`)}'`,
						),
					String.raw`ls final:/o/caf\351.txt`,
					String.raw`ls final:/o/back\\slash`,
					String.raw`why /o/caf\xe9.txt`,
					'',
				].join('\n'),
			},
		);
		expect(code).toBe(0);
		for (const [shown] of names) {
			expect(stdout).toContain(`  ${shown}`);
		}

		expect(stdout).not.toContain('There is no');
		expect(stdout).not.toContain("can't be read");
		expect(stdout).toMatch(/^\/o\/caf\\xe9\.txt ← COPY --from=w/mv);
	},
);

test('a name can be given on the command line as it is shown', async () => {
	await using it = await open('odd-names');
	for (const name of [String.raw`caf\351.txt`, 'new\nline', ' lead']) {
		// eslint-disable-next-line no-await-in-loop -- one after the other, as the engine is shared
		expect(await it.mstage(['cat', `final:/o/${name}`])).toEqual({
			stdout: '',
			stderr: '',
			code: 0,
		});
	}

	const differing = await it.mstage([
		'diff',
		'--name-status',
		'w:0',
		'w',
		'--',
		String.raw`o/caf\351.txt`,
		String.raw`/o/n*\n*`,
	]);
	expect(differing.stdout).toBe(
		[String.raw`A	o/caf\xe9.txt`, String.raw`A	o/new\nline`, ''].join('\n'),
	);
	const missing = await it.mstage(['cat', String.raw`final:/o/caf\351.tyt`]);
	expect(missing.stderr).toContain(String.raw`did you mean caf\xe9.txt?`);
});
