import {expect, test} from 'vitest';
import {getJson} from '../engine/http.js';
import {testEngine} from '../engine/test-engine.js';
import {type Case, casesForTests, type Ran} from './case.js';

const open = casesForTests();

async function debug(
	it: Case,
	builder: string,
	...args: readonly string[]
): Promise<Ran> {
	return it.mstage([
		'debug',
		'--builder',
		builder,
		'--plain',
		'--pause',
		'never',
		...args,
	]);
}

async function engineVersion(): Promise<string> {
	const {Version: version} = await getJson<{readonly Version: string}>(
		testEngine(),
		'/version',
	);
	return version;
}

const builders = ['buildkit', 'legacy'] as const;

test.each(builders)('en-dash: it is told as such (%s)', async builder => {
	await using it = await open('en-dash');
	const {stdout, code} = await debug(it, builder, '.');
	expect(code).toBe(1);
	expect(stdout).toContain('did you mean --from=app2?');
	const failure = stdout.slice(stdout.indexOf('✖ failed'));
	expect(failure.split('did you mean --from=app2?')).toHaveLength(2);
	expect(failure).toContain('Write --from=app2 in line 4, and reload.');
	const tree = await it.mstage(['tree', '.']);
	expect(tree.stdout).toContain('did you mean --from=app2?');
});

test.each(builders)(
	'arg-scope: ARG is needed in the stage, told at the failure and by variables (%s)',
	async builder => {
		await using it = await open('arg-scope');
		const {stdout, code} = await debug(it, builder, '.');
		expect(code).toBe(1);
		const failure = stdout.slice(stdout.indexOf('✖ failed'));
		expect(failure).toContain(
			'EDITION is an ARG before the first FROM (line 1)',
		);
		expect(failure).toContain('Write ARG EDITION in the stage, before line 5.');
		const asked = await it.mstage(
			['debug', '--builder', builder, '--plain', '.'],
			{input: 'variables one:1\nquit\n'},
		);
		expect(asked.stdout).toContain('not in scope\n    EDITION  (ARG');
	},
);

test.each(builders)(
	'arg-typo: at the start and at the end (%s)',
	async builder => {
		await using it = await open('arg-typo');
		const {stdout, code} = await debug(
			it,
			builder,
			'--build-arg',
			'VERSON=2',
			'.',
		);
		expect(code).toBe(0);
		const [before, after] = stdout.split('✔ finished');
		expect(before).toContain('did you mean VERSION');
		expect(after).toContain('did you mean VERSION');
		if (builder === 'legacy') {
			expect(after).toContain(
				'One or more build-args [VERSON] were not consumed',
			);
		}
	},
);

test('heredoc-no-set-e: that lines failed, and why the build is green', async () => {
	await using it = await open('heredoc-no-set-e');
	const {stdout, code} = await debug(it, 'buildkit', '--no-cache', '.');
	expect(code).toBe(0);
	expect(stdout).toContain('HeredocExitCode');
	expect(stdout).toMatch(
		/UnseenFailure: It printed “wget: [^”]+”, and counts as done/v,
	);
	expect(stdout).toContain('Write set -e as the first line of the heredoc.');
});

test('volume-discard: the legacy builder drops what a RUN writes there', async () => {
	await using it = await open('volume-discard');
	const legacy = await debug(it, 'legacy', '.');
	expect(legacy.code).toBe(1);
	expect(legacy.stdout).toMatch(
		/Dockerfile:4 {2}VolumeDiscards: What this RUN changes below \/data is thrown away: line 3/v,
	);
	expect(legacy.stdout).toMatch(
		/✖ failed in 1:2 .*There is no \/data\/after: what the RUN in Dockerfile:4 wrote to the VOLUME \/data, which the COPY in Dockerfile:6 reads, was thrown away/sv,
	);
	const buildkit = await debug(it, 'buildkit', '.');
	expect(buildkit.code).toBe(0);
	expect(buildkit.stdout).not.toContain('VolumeDiscards');
});

/** The lines that docker build of 28.5.2 lists, by rule. */
const checks = [
	'StageNameCasing 1',
	'FromAsCasing 1',
	'ConsistentInstructionCasing 1',
	'SecretsUsedInArgOrEnv 2',
	'WorkdirRelativePath 3',
	'FromAsCasing 4',
	'UndefinedVar 5',
	'UndefinedVar 6',
	'JSONArgsRecommended 8',
];

test('build-warnings: what docker build warns of, and asked for alone', async () => {
	await using it = await open('build-warnings');
	const {stdout, code} = await it.mstage([
		'debug',
		'--json',
		'--pause',
		'never',
		'.',
	]);
	expect(code).toBe(0);
	const events = stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
	const told = events
		.filter(({event, from}) => event === 'warning' && from === 'builder')
		.map(({rule, line}) => `${String(rule)} ${String(line)}`);
	const asked = await it.mstage(['check', '.']);
	const version = await engineVersion();
	if (Number.parseInt(version, 10) >= 27) {
		expect(told.toSorted()).toEqual(checks.toSorted());
		expect(asked.code).toBe(1);
		expect(asked.stdout).toContain(
			"Dockerfile:5  UndefinedVar: Usage of undefined variable '$UNSET'",
		);
		expect(asked.stdout).toContain('\n9 warnings\n');
	} else {
		expect(told).toEqual([]);
		expect(asked.code).toBe(2);
		expect(asked.stderr).toContain('knows no checks: use a newer engine');
	}
});
