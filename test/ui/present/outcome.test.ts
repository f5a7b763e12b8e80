import {describe, expect, test} from 'vitest';
import type {Failure} from '../../../source/engine/port.js';
import {presentOutcome} from '../../../source/ui/present/outcome.js';
import {failureWith} from '../failures.js';
import {type SceneOptions, done, sceneOf, textsOf} from '../scene.js';

const failure = failureWith({
	step: 5,
	message:
		'process "/bin/sh -c go test ./..." did not complete successfully: exit code: 1',
	seconds: 3.2,
});

function failed(
	changes: Partial<Failure> = {},
	options: SceneOptions = {},
): SceneOptions {
	return {
		target: 'tests',
		policy: 'error',
		events: [
			...done(0, 1, 2, 3, 4).slice(0, -1),
			{type: 'failed', failure: {...failure, ...changes}},
		],
		...options,
	};
}

function outcome(options: SceneOptions, width = 77, height = 14) {
	return textsOf(presentOutcome(sceneOf(options), width, height).rows);
}

describe('a failure', () => {
	test('says what, where, why, and what now', () => {
		const logs = {
			5: `${'working\n'.repeat(214)}--- FAIL: TestParse (0.01s)\n    parse_test.go:42: got "a b", want "a  b"\n`,
		};
		expect(outcome(failed({}, {logs}))).toEqual([
			'  RUN go test ./...                                            Dockerfile:7',
			'  exited with code 1 after 3.2 s',
			'',
			'  … 212 more lines (l)',
			'  working',
			'  working',
			'  --- FAIL: TestParse (0.01s)',
			'      parse_test.go:42: got "a b", want "a  b"',
			'',
			'  s  shell where it failed, with its mounts and environment',
			'  t  run it again, to see which part fails',
			'  E  edit Dockerfile:7 and reload; c tries again',
			'  l  the whole log',
			'  q  quit with exit code 1',
		]);
	});

	test('says why, where more is known than the exit code', () => {
		expect(
			outcome(
				failed({
					exitCode: 127,
					message: "The program go wasn't found (exit code 127).",
				}),
			).slice(1, 4),
		).toEqual([
			'  exited with code 127 after 3.2 s',
			"  The program go wasn't found.",
			'',
		]);
	});

	test('a short log is there as a whole', () => {
		expect(outcome(failed({}, {logs: {5: 'one\ntwo\n'}}))).toEqual([
			'  RUN go test ./...                                            Dockerfile:7',
			'  exited with code 1 after 3.2 s',
			'',
			'  one',
			'  two',
			'',
			'  s  shell where it failed, with its mounts and environment',
			'  t  run it again, to see which part fails',
			'  E  edit Dockerfile:7 and reload; c tries again',
			'  l  the whole log',
			'  q  quit with exit code 1',
		]);
	});

	test('without an exit code it says what the engine said; where the state is not kept, why, and what there is instead', () => {
		expect(
			outcome(
				failed({
					exitCode: null,
					seconds: null,
					message: 'failed to compute cache key: "/go.sum": not found\u001B[2J',
					state: {
						kept: false,
						reason: 'A COPY leaves nothing behind when it fails.',
					},
				}),
				60,
			),
		).toEqual([
			'  RUN go test ./...                           Dockerfile:7',
			String.raw`  failed to compute cache key: "/go.sum": not found\x1b[2J`,
			'',
			'  s  shell before tests:1',
			'     A COPY leaves nothing behind when it fails.',
			'  E  edit Dockerfile:7 and reload; c tries again',
			'  l  the whole log',
			'  q  quit with exit code 1',
		]);
	});

	test('of a COPY lists where it looked, what may have been meant first', () => {
		const names = ['App', 'app.js', 'index.html', 'styles.css', 'vendor/'];
		const missing = {
			point: {kind: 'stage', stage: 0},
			wanted: 'dist/app',
			directory: 'dist',
			names,
			nearMisses: ['App', 'app.js'],
		} as const;
		const copy = failed({
			kind: 'source',
			exitCode: null,
			message: "builder has no 'dist/app'.",
			advice: 'Name a file that is there, or run what makes it first.',
			missing,
			state: {kept: false, reason: 'A COPY leaves nothing behind.'},
		});
		expect(outcome(copy, 60, 16)).toEqual([
			'  RUN go test ./...                           Dockerfile:7',
			"  builder has no 'dist/app'.",
			'',
			'  it looked in builder:dist/, which has',
			'    App   meant this one?',
			'    app.js   meant this one?',
			'    … 3 more names',
			'',
			'  Name a file that is there, or run what makes it first.',
			'',
			'  s  shell before tests:1',
			'     A COPY leaves nothing behind.',
			'  C  shell at the end of builder, where it looked',
			'  E  edit Dockerfile:7 and reload; c tries again',
			'  l  the whole log',
			'  q  quit with exit code 1',
		]);
		expect(outcome(copy, 60, 30).slice(3, 9)).toEqual([
			'  it looked in builder:dist/, which has',
			'    App   meant this one?',
			'    app.js   meant this one?',
			'    index.html',
			'    styles.css',
			'    vendor/',
		]);
		expect(
			outcome(
				failed({
					exitCode: null,
					missing: {...missing, names: [], nearMisses: []},
				}),
			),
		).toContain('  it looked in builder:dist/, which is empty');
	});

	test('whose command had to be run again says so', () => {
		expect(outcome(failed({rerun: true}), 100)).toContain(
			'     The engine kept nothing of the first try: the command is run again for it.',
		);
	});

	test('outside of the instructions', () => {
		const rows = outcome(
			failed({
				step: null,
				exitCode: null,
				message: 'The engine could not export the image.',
				state: {kept: false, reason: 'Nothing failed in a step.'},
			}),
		);
		expect(rows.slice(0, 2)).toEqual([
			'  The build failed outside of its instructions',
			'  The engine could not export the image.',
		]);
	});

	test('fits a small pane', () => {
		for (const [width, height] of [
			[58, 15],
			[20, 6],
			[4, 2],
			[0, 0],
		] as const) {
			expect(
				outcome(failed({}, {logs: {5: 'one\ntwo\n'}}), width, height).length,
			).toBeLessThanOrEqual(height);
		}
	});
});

test('a finished build says what there is now', () => {
	const options: SceneOptions = {
		target: 'builder',
		policy: 'never',
		events: [
			{type: 'cached', step: 0},
			...done(1, 2, 3),
			{
				type: 'finished',
				result: {image: 'sha256:0123', tags: ['app:1', 'app:latest']},
			},
		],
	};
	expect(outcome(options)).toEqual([
		'  ✔ The build is finished',
		'',
		'  tagged  app:1',
		'  tagged  app:latest',
		'  image   sha256:0123',
		'  steps   4 instructions, 1 of them cached, 0.2 s (0.6 s for all steps)',
		'',
		'  s  shell in what is selected',
		'  f  its files',
		'  L  what the stages left behind',
		'  q  quit: what is not tagged is gone then',
	]);
});

test('a finished build sums up what its stages left behind', () => {
	const options: SceneOptions = {
		policy: 'never',
		events: [
			...done(0, 1, 2, 3, 6, 7, 8),
			{
				type: 'finished',
				result: {image: null, tags: ['app']},
				sizes: {
					stages: [
						{
							label: 'builder\u001B[2J',
							made: 200_000_000,
							shipped: 12_400_000,
							stayed: 187_600_000,
							deleted: 0,
						},
					],
					bases: [
						{
							name: 'golang:1.24',
							stages: ['builder'],
							size: 612_000_000,
							shipped: 0,
							isInFinal: false,
						},
					],
					final: {size: 12_400_000, hidden: 0},
					isExact: true,
				},
			},
		],
	};
	expect(outcome(options, 50).slice(5, 9)).toEqual([
		'',
		String.raw`  builder\x1b[2J made 200.0 MB → final 12.4 MB:`,
		'  799.6 MB left behind, 612.0 MB of it from',
		'  golang:1.24',
	]);
});

test('what the stages leave behind is shown once it is known', () => {
	const options = (sizes: 'counting' | null): SceneOptions => ({
		policy: 'never',
		events: [
			...done(0, 1, 2, 3, 6, 7, 8),
			{type: 'finished', result: {image: null, tags: []}, sizes},
		],
	});
	expect(outcome(options('counting')).join('\n')).toContain(
		'what the stages leave behind',
	);
	expect(outcome(options(null)).join('\n')).not.toContain('leave behind');
});

test('a session that can not go on says why', () => {
	expect(
		outcome(
			{
				events: [
					{
						type: 'broken',
						error: new Error(
							'The engine was lost: start it, and mstage again.',
						),
					},
				],
			},
			40,
		),
	).toEqual([
		'  The engine was lost: start it, and',
		'  mstage again.',
		'',
		'  r  load the build again',
		'  q  quit with exit code 1',
	]);
});
