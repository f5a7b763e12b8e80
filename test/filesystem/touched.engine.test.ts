import {expect, test} from 'vitest';
import {ContentHashes} from '../../source/inspect/content-hashes.js';
import type {Build, Point} from '../../source/engine/port.js';
import {compare} from '../../source/filesystem/compare/comparison.js';
import {listWithRoot} from '../../source/filesystem/tree/list-with-root.js';
import {readableOf} from '../../source/text/byte-path.js';
import {
	isOldEngine,
	openBuild,
	runSteps,
	stepWith,
} from '../engine/buildkit/builds.js';
import {cases, madeBefore} from './touched-cases.js';

/** Where a file that was there may have had other names, only whole listings tell. */
const ofSeveralNames = [
	'rm /linked/two',
	'echo y >> /far/one && echo n > /far/two/new',
	'echo y >> /names/one',
];

const dockerfile = [
	'FROM busybox',
	madeBefore,
	'RUN true',
	`RUN ${Object.values(cases).join(' && ')}`,
	...ofSeveralNames.map(command => `RUN ${command}`),
	'COPY one /copied/one',
	'COPY two /plain/',
];

async function changesOf(
	build: Build,
	from: Point,
	to: Point,
	by: 'what was touched' | 'whole listings',
): Promise<readonly string[] | null> {
	const touched =
		by === 'what was touched' ? await build.touched(from, to) : undefined;
	if (touched === null) {
		return null;
	}

	const [before, after] = await Promise.all([
		build.snapshot(from),
		build.snapshot(to),
	]);
	const {changes, timeChanges} = await compare(
		touched?.before ?? listWithRoot(before),
		touched?.after ?? listWithRoot(after),
		{
			keepTimes: true,
			differing: new ContentHashes().comparing(before, after),
		},
	);
	const files = timeChanges.filter(({to}) => to?.kind !== 'directory');
	return [...changes, ...files].map(change =>
		[
			change.kind,
			readableOf(change.path),
			change.bytes.from,
			change.bytes.to,
			...change.aspects,
		].join(' '),
	);
}

test(
	'what a step touched compares as the whole filesystems do',
	{timeout: 120_000},
	async () => {
		const build = await openBuild(dockerfile, {
			files: {one: 'one\n', two: 'two\n'},
		});
		const events = await runSteps(build);
		expect(events.at(-1)).toEqual({type: 'reached'});
		const steps = build.program.steps.slice(2);
		const byEngine: string[] = [];
		for (const step of steps) {
			const points = [
				{kind: 'before', step: step.id},
				{kind: 'after', step: step.id},
			] as const;
			// eslint-disable-next-line no-await-in-loop
			const found = await changesOf(build, ...points, 'what was touched');
			// eslint-disable-next-line no-await-in-loop
			const whole = await changesOf(build, ...points, 'whole listings');
			if (found !== null) {
				expect({step: step.text, changes: found}).toEqual({
					step: step.text,
					changes: whole,
				});
				byEngine.push(step.text);
			}
		}

		expect(
			steps.map(({text}) => text).filter(text => !byEngine.includes(text)),
		).toEqual(ofSeveralNames.map(command => `RUN ${command}`));
	},
);

test('several steps at once, and what was not made from the other', async () => {
	const build = await openBuild([
		'FROM busybox AS one',
		'RUN mkdir /a && echo 1 > /a/x && echo 1 > /a/y',
		'RUN rm /a/x && echo 1 > /a/z',
		'FROM one AS two',
		'RUN echo 2 > /a/z',
		'FROM busybox AS three',
		'COPY --from=two /a /a',
		'FROM scratch',
		'COPY --from=three /a /a',
	]);
	await runSteps(build);
	const {program} = build;
	const from: Point = {kind: 'after', step: stepWith(program, 'mkdir')};
	const two: Point = {kind: 'stage', stage: 1};
	await expect(
		changesOf(build, from, two, 'what was touched'),
	).resolves.toEqual(['removed a/x 2 0', 'added a/z 0 2']);
	await expect(build.touched(two, from)).resolves.toBeNull();
	await expect(
		build.touched(two, {kind: 'stage', stage: 2}),
	).resolves.toBeNull();
	await expect(
		build.touched(
			{kind: 'before', step: stepWith(program, 'from=three')},
			{kind: 'final'},
		),
	).resolves.toBeNull();
});

test('where too much was touched, and where there is no shell, by the engine itself', async () => {
	const build = await openBuild(
		[
			'FROM busybox AS one',
			'RUN mkdir /many && echo old > /old',
			'RUN cd /many && seq 1 2500 | xargs mkdir && rm /old',
			'FROM scratch AS two',
			'COPY one /one',
			'COPY two /two',
			'FROM scratch',
			'COPY --from=one /many/7 /7',
			'COPY --from=two / /',
		],
		{files: {one: 'one\n', two: 'two\n'}},
	);
	await runSteps(build);
	const changes = async (text: string) => {
		const {id: step} = build.program.steps[stepWith(build.program, text)]!;
		return changesOf(
			build,
			{kind: 'before', step},
			{kind: 'after', step},
			'what was touched',
		);
	};

	const many = await changes('seq');
	const two = await changes('COPY two');
	if (isOldEngine()) {
		expect([many, two]).toEqual([null, null]);
	} else {
		expect(many).toHaveLength(2501);
		expect(many).toContain('removed old 4 0');
		expect(two).toEqual(['added two 0 4']);
	}
});
