import {Readable} from 'node:stream';
import {pack} from 'tar-stream';
import {expect, onTestFinished, test} from 'vitest';
import {ContentHashes} from '../../source/inspect/content-hashes.js';
import type {Snapshot, TouchedEntries} from '../../source/engine/port.js';
import {compare} from '../../source/filesystem/compare/comparison.js';
import {listWithRoot} from '../../source/filesystem/tree/list-with-root.js';
import {readableOf, rootPath} from '../../source/text/byte-path.js';
import {
	openBuild,
	openTestEngine,
	runSteps,
	unique,
} from '../engine/buildkit/builds.js';
import {removeImage} from '../engine/engine.js';
import {importImage} from '../engine/images.js';
import {testEngine} from '../engine/test-engine.js';
import {cases, madeBefore} from './touched-cases.js';

/** Builds an image, which is removed after the test; returns its name. */
async function imageOf(...dockerfile: readonly string[]): Promise<string> {
	const tag = `mstage-touched:${unique()}`;
	const build = await openBuild(dockerfile, {tags: [tag]});
	onTestFinished(async () => removeImage(testEngine(), tag));
	const events = await runSteps(build);
	expect(events.at(-1)).toEqual({type: 'reached'});
	await build.finish();
	await build.close();
	return tag;
}

/** An image of a file that has an extended attribute. */
async function notedImage(note: string): Promise<string> {
	const tag = `mstage-touched:${unique()}`;
	const archive = pack();
	const pax = {'SCHILY.xattr.user.note': note};
	archive.entry({name: 'noted', mtime: new Date(1_600_000_000_000), pax}, 'x');
	archive.finalize();
	onTestFinished(async () => removeImage(testEngine(), tag));
	await importImage(testEngine(), tag, Readable.from(archive));
	return tag;
}

async function changesOf(
	touched: TouchedEntries | null,
	before: Snapshot,
	after: Snapshot,
): Promise<readonly string[]> {
	const {changes, timeChanges} = await compare(
		touched?.before ?? listWithRoot(before),
		touched?.after ?? listWithRoot(after),
		{
			keepTimes: true,
			differing: new ContentHashes().comparing(before, after),
		},
	);
	// Docker 26 stamps the root anew with each look at it.
	const times = timeChanges.filter(({path}) => path !== rootPath);
	return [...changes, ...times].map(({path, kind, bytes, aspects}) =>
		[kind, readableOf(path), bytes.from, bytes.to, ...aspects].join(' '),
	);
}

/** Compares images by what was touched and by whole listings. */
async function bothWays(before: string, after: string) {
	const engine = await openTestEngine();
	const images = await engine.openImages({});
	const [from, to] = await Promise.all([
		images.snapshot(before),
		images.snapshot(after),
	]);
	const touched = await images.touched(before, after);
	return {
		touched: touched && (await changesOf(touched, from, to)),
		whole: await changesOf(null, from, to),
	};
}

test(
	'images that share layers compare by what was touched as by whole listings',
	{timeout: 120_000},
	async () => {
		const [one, other] = await Promise.all(
			['one', 'other'].map(async note => notedImage(note)),
		);
		const start = await imageOf(
			'FROM busybox',
			madeBefore,
			`COPY --from=${one} / /notes/`,
		);
		const changed = await imageOf(
			`FROM ${start}`,
			`RUN ${Object.values(cases).join(' && ')}`,
			`COPY --from=${other} / /notes/`,
		);
		const sibling = await imageOf(
			`FROM ${start}`,
			'RUN rm -r /was/directory && echo 1 > /was/directory && echo other > /plain/one && mkdir /new && chmod 700 /full/of',
		);
		for (const pair of [
			[start, changed],
			[changed, start],
			[changed, sibling],
		] as const) {
			// eslint-disable-next-line no-await-in-loop
			const {touched, whole} = await bothWays(...pair);
			expect(touched).toEqual(whole);
			expect(touched!.length).toBeGreaterThan(20);
		}

		const {touched} = await bothWays(start, changed);
		expect(touched).toContain('changed notes/noted 1 1 xattrs');
		expect(touched).toContainEqual(
			expect.stringMatching(/^changed plain\/three \d+ \d+ owner/v),
		);
	},
);

test('the end of a build compares with an image by what was touched', async () => {
	const start = await imageOf('FROM busybox', madeBefore);
	const build = await openBuild([
		`FROM ${start} AS one`,
		'RUN echo 1 > /plain/one && rm -r /full',
		`FROM one`,
	]);
	await runSteps(build);
	const points = [{kind: 'final'}, {kind: 'image', reference: start}] as const;
	const [from, to] = await Promise.all(
		points.map(async point => build.snapshot(point)),
	);
	const touched = await build.touched(...points);
	expect(touched).not.toBeNull();
	const changes = await changesOf(touched, from!, to!);
	expect(changes).toContain('added full/y 0 4');
	expect(changes).toEqual(await changesOf(null, from!, to!));
});

test(
	'images of which thousands of directories differ compare by what was touched',
	{timeout: 120_000},
	async () => {
		const awk = (script: string) => `awk 'BEGIN { ${script} }'`;
		const fill = awk(
			'for (d = 1; d <= 2100; d++) for (f = 1; f <= 30; f++) { n = "/many/" d "/" f; print d > n; close(n) }',
		);
		const change = awk(
			'for (d = 1; d <= 2100; d += 2) { n = "/many/" d "/7"; print "more" >> n; close(n) }',
		);
		const start = await imageOf(
			'FROM busybox',
			`RUN mkdir /many && cd /many && seq 1 2100 | xargs mkdir && ${fill}`,
		);
		const changed = await imageOf(
			`FROM ${start}`,
			`RUN ${change} && cd /many && rm -r 2 4/4 && mkdir 4/new`,
		);
		const {touched, whole} = await bothWays(start, changed);
		expect(touched).toEqual(whole);
		expect(touched).toContain('removed many/2/20 2 0');
		expect(touched!.length).toBeGreaterThan(1050);
	},
);

test('of unrelated images, and where names of a file may be elsewhere, only whole listings tell', async () => {
	const fill = (text: string) =>
		`RUN mkdir /all && cp -a /bin /etc /usr /all/ && cd /all && for f in $(seq 1 10500); do echo ${text} > $f; done`;
	const one = await imageOf('FROM busybox', fill('1'));
	const flat = await imageOf(
		'FROM scratch',
		`COPY --from=${one} / /`,
		'RUN echo more > /all/new',
	);
	const linked = await imageOf(
		`FROM ${one}`,
		'RUN mkdir /l /m && echo 1 > /l/1 && ln /l/1 /m/2',
	);
	const unlinked = await imageOf(`FROM ${linked}`, 'RUN rm /l/1');
	for (const pair of [
		[one, flat],
		[linked, unlinked],
	] as const) {
		// eslint-disable-next-line no-await-in-loop
		const {touched, whole} = await bothWays(...pair);
		expect(touched).toBeNull();
		expect(whole.length).toBeGreaterThan(0);
	}
});
