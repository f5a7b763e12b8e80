import {expect, onTestFinished, test} from 'vitest';
import {unique} from '../engine/buildkit/builds.js';
import {removeImage} from '../engine/engine.js';
import {testEngine} from '../engine/test-engine.js';
import {type Case, casesForTests} from './case.js';

const open = casesForTests();

async function printed(it: Case, ...args: readonly string[]): Promise<string> {
	const {stdout, stderr} = await it.mstage(args);
	return `${stdout}${stderr}`;
}

test('special bits and the parents of --chmod are as docker export has them (setuid-modes)', async () => {
	await using it = await open('setuid-modes');
	const kept = await printed(it, 'ls', 'final:/two');
	expect(kept).toMatch(/^-rwsr-xr-x {2}0:0 .* tool$/mv);
	const owned = await printed(it, 'ls', 'final:/three');
	expect(owned).toMatch(/^-rwsr-xr-x {2}1000:1000 .* tool$/mv);
	expect(await printed(it, 'diff', 'a', '--', 'sticky')).toContain(
		'~ sticky/  mode 1777 → 755',
	);
});

test('capabilities are told where they are kept, and where a chown drops them (caps-lost)', async () => {
	await using it = await open('caps-lost');
	const kept = await printed(it, 'ls', '--target', 'out', 'out:/');
	expect(kept).toMatch(/ probe {2}cap_net_raw\+ep$/mv);
	const dropped = await printed(it, 'ls', '--target', 'rechown', 'rechown:/');
	expect(dropped).toMatch(/^-rwxr-xr-x {2}1000:0 .* probe$/mv);
	expect(
		await printed(it, 'diff', '--target', 'out', 'grant', '--', 'probe'),
	).toContain('1 file shipped in place');
});

test.skipIf(!testEngine().version.startsWith('26.'))(
	'a linked copy follows the link /bin where the engine does (copy-link)',
	async () => {
		await using it = await open('copy-link');
		const links = ['--target', 'links'];
		expect(await printed(it, 'diff', ...links, 'links:0', 'links:1')).toMatch(
			/^3 B {2}\+ usr\/bin\/note\.txt\nlinks:0 → links:1: 1 file added/mv,
		);
		expect(await printed(it, 'why', ...links, '/bin/note.txt')).toMatch(
			/^\/bin\/note\.txt ← COPY build context \/note\.txt \(Dockerfile:6\) in links/v,
		);
	},
);

test('two images differ as docker export tells it (image-diff)', async () => {
	await using it = await open('image-diff');
	const images = ['a', 'b'].map(name => `mstage-diff-${unique()}-${name}`);
	for (const [index, image] of images.entries()) {
		onTestFinished(async () => removeImage(testEngine(), image));
		const file = `${index === 0 ? 'a' : 'b'}.Dockerfile`;
		const flags = ['--plain', '--pause', 'never', '-t', image, '-f', file];
		// eslint-disable-next-line no-await-in-loop -- one engine
		expect(await printed(it, 'debug', ...flags, '.')).toContain('✔ finished');
	}

	const told = await printed(
		it,
		'diff',
		...images.map(image => `image:${image}`),
	);
	expect(told).toMatch(/\+ +issue$/mv);
	expect(told).toMatch(/~ +issue\.net {2}mode 600 → 644, owner 0:0 → 33:0$/mv);
	expect(told).toMatch(/~ +one {2}contents$/mv);
	expect(told).toMatch(/\+ +two {2}→ one$/mv);
	expect(told).toContain('3 files added');
});
