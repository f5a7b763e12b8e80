import {expect, test} from 'vitest';
import {ContentHashes} from '../../source/debugger/content-hashes.js';
import type {Build, Point} from '../../source/engine/port.js';
import {compare} from '../../source/filesystem/comparison.js';
import {listWithRoot} from '../../source/filesystem/list-with-root.js';
import {readableOf} from '../../source/text/byte-path.js';
import {
	isOldEngine,
	openBuild,
	runSteps,
	stepWith,
} from '../buildkit/builds.js';

/** What other tools get wrong, all of it in one step. */
const cases: Readonly<Record<string, string>> = {
	'new files and directories': 'mkdir -p /new/a/b && echo x > /new/a/b/c',
	'a file in a deep directory': 'echo 2 > /deep/a/b/c/d/file',
	'a removed file': 'rm /deep/a/b/c/d/other',
	'a removed directory': 'rm -r /full',
	'a directory made again':
		'rm -r /again && mkdir /again && echo n > /again/new',
	'a file made again': 'rm /plain/one && echo 1 > /plain/one',
	'a file for a directory': 'rm -r /was/directory && echo f > /was/directory',
	'a directory for a file':
		'rm /was/file && mkdir /was/file && echo f > /was/file/x',
	'a link for a directory': 'rm -r /was/linked && ln -s /plain /was/linked',
	'links that lead elsewhere': 'ln -sfn /etc /was/link',
	'modes and owners':
		'chmod 4711 /plain/two && chown 3:4 /plain/three && chmod 700 /plain /',
	'times alone': 'touch /plain/two /plain',
	'devices and pipes': 'mknod /null c 1 3 && mkfifo /pipe',
	'names that are one file':
		'echo x > /linked/three && ln /linked/three /linked/four',
	'a directory of another name': 'mv /moved /elsewhere',
	'a name that sorts before a slash':
		'echo 1 > /sort/a-b && echo 1 > /sort/a/c && rm /sort/a!',
	'a line break in a name': String.raw`touch "$(printf '/new\nline')"`,
	'a directory whose name has a backslash and a line break in it': String.raw`mkdir "$(printf '/new \\0\ndirectory')" && echo x > "$(printf '/new \\0\ndirectory/x')"`,
	'a removed directory with names that are one file': 'rm -r /linked/together',
};

/** Where a file that was there may have had other names, only whole listings tell. */
const ofSeveralNames = [
	'rm /linked/two',
	'echo y >> /far/one && echo n > /far/two/new',
	'echo y >> /names/one',
];

/** No two of the files are of one size: files alike in two directories may be one. */
const dockerfile = [
	'FROM busybox',
	[
		'RUN n=0; w() { n=$((n+1)); printf "%*d" $n 1 > $1; }; mkdir -p /deep/a/b/c/d /full/of/things /again/sub /plain /was/directory/sub /was/linked /linked /names /far/two /moved/a /sort/a',
		'w /deep/a/b/c/d/file && w /deep/a/b/c/d/other && w /full/of/things/x && w /full/y',
		'w /again/old && w /again/sub/s && w /plain/one && w /plain/two && w /plain/three',
		'w /was/directory/sub/x && w /was/file && w /was/linked/x && ln -s / /was/link',
		'mkdir /linked/together && w /linked/together/a && ln /linked/together/a /linked/together/b',
		'w /linked/one && ln /linked/one /linked/two && w /names/one && ln /names/one /names/two && w /far/one && ln /far/one /far/two/two',
		'w /moved/a/x && w /sort/a! && w /sort/a/b',
	].join(' && '),
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
			'RUN cd /many && seq 1 1100 | xargs mkdir && rm /old',
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
		expect(many).toHaveLength(1101);
		expect(many).toContain('removed old 4 0');
		expect(two).toEqual(['added two 0 4']);
	}
});
