import {rename, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {casesForTests} from './case.js';

const open = casesForTests();
const builders = ['buildkit', 'legacy'] as const;

type Amount = {readonly files: number; readonly bytes: number};
type LeftJson = {
	readonly totals: Readonly<Record<string, number>>;
	readonly stages: ReadonlyArray<
		Readonly<Record<'made' | 'shipped' | 'stayed' | 'deleted', Amount>>
	>;
	readonly final: {
		readonly size: number;
		readonly visible: Amount;
		readonly hiddenBytes: number;
	};
};

/** Whatever is told: the parts add up to the whole. */
function expectAddsUp({stages, final}: LeftJson): void {
	for (const {made, shipped, stayed, deleted} of stages) {
		expect(shipped.bytes + stayed.bytes + deleted.bytes).toBe(made.bytes);
	}

	expect(final.visible.bytes + final.hiddenBytes).toBe(final.size);
}

test.each(builders)(
	'files that chown and chmod write again cost their size each time (%s)',
	async builder => {
		await using it = await open('chown-doubles');
		const {stdout} = await it.mstage(['left', '--builder', builder]);
		expect(stdout).toMatch(
			/^build made 20\.0 MB → final 62\.0 MB, 40\.0 MB of it hidden in lower layers: 0 B left behind\n/v,
		);
		expect(stdout).toMatch(
			/20\.0 MB {2}app\/lib\/big {2}from 1:1 \(line 4\), written anew by 1:2 \(line 5\)/v,
		);
		expect(stdout).toMatch(/20\.0 MB .*1:3 \(line 6\)/v);
		const {stdout: json} = await it.mstage([
			'left',
			'--json',
			'--builder',
			builder,
		]);
		expectAddsUp(JSON.parse(json) as LeftJson);
	},
);

// A session on a pipe waits for them for three seconds only, which is little on a busy machine.
test('a session ends with the same numbers', {retry: 4}, async () => {
	await using it = await open('chown-doubles');
	const {stdout} = await it.mstage(['debug', '--plain', '--pause', 'never']);
	expect(stdout).toContain(
		'build made 20.0 MB → final 62.0 MB, 40.0 MB of it hidden in lower layers: 0 B left behind\n',
	);
});

test('credentials and repositories are named one by one, and what the base image brought is not', async () => {
	await using it = await open('left-apt-git');
	const git = path.join(it.folder, 'dot-git');
	await rename(git, path.join(it.folder, '.git'));
	const {stdout} = await it.mstage(['left']);
	expect(stdout).toMatch(/10 B {2}app\/\.env {2}credentials/v);
	expect(stdout).toMatch(/2 B {2}app\/id_rsa {2}credentials/v);
	expect(stdout).toMatch(/app\/\.git\/? .*version control/v);
	expect(stdout).toMatch(/app\/node_modules\/\.cache\/ .*package cache/v);
	expect(stdout).toMatch(
		/500\.0 kB {2}var\/lib\/apt\/lists\/ .*package lists/v,
	);
	expect(stdout).toContain(
		'rm -rf /var/lib/apt/lists/* in line 2 would save 500.0 kB',
	);
	expect(stdout).not.toMatch(/usr\/share|dpkg|debconf/v);
});

test.each(builders)(
	'secrets that a later step deleted, and those in the history, are told (%s)',
	async builder => {
		await using it = await open('hidden-secret');
		const {stdout} = await it.mstage([
			'left',
			'--builder',
			builder,
			'--build-arg',
			'TOKEN=s3cr3t-value',
		]);
		expect(stdout).toContain('has the value of the build argument TOKEN');
		expect(stdout).toMatch(
			/run-token {2}holds the value of the build argument TOKEN, .*in a lower layer: deleted by 1:4 \(line 9\)/v,
		);
		expect(stdout).toMatch(
			/root\/\.netrc {2}credentials, in a lower layer: deleted by 1:4 \(line 9\)/v,
		);
		expect(stdout).not.toContain('s3cr3t-value');
		expect(stdout).toMatch(/^dep made .* 1 file \(47 B\) deleted again$/mv);
	},
);

test('a file that holds the value of a secret is told', async () => {
	await using it = await open('secret-env');
	await writeFile(
		path.join(it.folder, 'Dockerfile'),
		[
			'FROM busybox',
			'RUN --mount=type=secret,id=tok cat /run/secrets/tok > /leaked',
			'RUN --mount=type=secret,id=tok cat /run/secrets/tok > /gone',
			'RUN rm /gone && echo fine > /fine',
		].join('\n'),
	);
	const {stdout} = await it.mstage(['left', '--secret', 'id=tok,src=tok']);
	expect(stdout).toContain(
		'leaked  holds the value of the secret tok, written by 0:1 (line 2)\n',
	);
	expect(stdout).toMatch(
		/gone {2}holds the value of the secret tok, .*in a lower layer: deleted by 0:3/v,
	);
	expect(stdout).not.toMatch(/fine .*secret/v);
});

test.each(builders)(
	'what was copied through links was shipped (%s)',
	async builder => {
		await using it = await open('symlink-source');
		const {stdout} = await it.mstage(['left', '--builder', builder]);
		expect(stdout).toMatch(
			/^make made 9 files \(12 B\): 5 files \(12 B\) shipped/mv,
		);
		const {stdout: diff} = await it.mstage([
			'diff',
			'make',
			'--builder',
			builder,
			'--',
			'real',
		]);
		expect(diff).toMatch(/^4 B {2}→ +one +→ \/a\/one/mv);
		expect(diff).toMatch(/^4 B {2}→ +deep\/two +→ \/b\/deep\/two/mv);
	},
);

test.each(builders)('files of several names count once (%s)', async builder => {
	await using it = await open('hardlink-layers');
	const {stdout} = await it.mstage(['left', '--builder', builder]);
	expect(stdout).toMatch(/^l made 6\.0 MB → final 11\.0 MB: 0 B left behind/v);
});

test.each(builders)('what layers hide adds up (%s)', async builder => {
	await using it = await open('opaque');
	const {stdout} = await it.mstage(['left', '--json', '--builder', builder]);
	const left = JSON.parse(stdout) as LeftJson;
	expectAddsUp(left);
	expect(left.final.hiddenBytes).toBe(21);
});

test('what another stage takes is not advised to be removed (advice-taken)', async () => {
	await using folder = await open('advice-taken');
	const {stdout} = await folder.mstage(['left', '--json']);
	const {final} = JSON.parse(stdout) as {
		readonly final: {
			readonly advice: ReadonlyArray<{
				readonly command: string;
				readonly bytes: number;
				readonly line: number;
			}>;
		};
	};
	expect(final.advice).toEqual([
		expect.objectContaining({
			command: 'rm -rf /root/.npm/*',
			bytes: 40_000,
			line: 2,
		}),
	]);
});

test.each(builders)(
	'what packages of rpm and of apk put there isn’t accused, and their databases are one row (%s)',
	async builder => {
		await using it = await open('package-files');
		for (const [target, own, others, database] of [
			[
				'rpm',
				/ 5 B {2}usr\/include\/ {2}1 file, compilers and headers/v,
				/a\.h|server\.key|readme\.md/v,
				'var/lib/rpm',
			],
			[
				'apk',
				/etc\/ssl\/mine\.key {2}credentials/v,
				/zlib\.h|ca\.key/v,
				'lib/apk/db',
			],
		] as const) {
			const flags = ['--builder', builder, '--target', target];
			// eslint-disable-next-line no-await-in-loop -- one engine
			const {stdout} = await it.mstage(['left', ...flags]);
			const final = stdout.slice(stdout.indexOf('final: '));
			expect(final).toMatch(own);
			expect(final).not.toMatch(others);
			// eslint-disable-next-line no-await-in-loop
			const diff = await it.mstage(['diff', ...flags, `${target}:0`, target]);
			expect(diff.stdout).toMatch(
				new RegExp(`${database}/ .*package database`, 'v'),
			);
			expect(diff.stdout).not.toMatch(/rpmdb|scripts\.tar/v);
		}
	},
);

test.each(builders)(
	'what packages put there isn’t known of rpm’s other databases, and that is told (%s)',
	async builder => {
		await using it = await open('package-files');
		for (const [target, database] of [
			['berkeley', 'var/lib/rpm/Packages'],
			['ndb', 'usr/lib/sysimage/rpm/Packages.db'],
		] as const) {
			const flags = ['--builder', builder, '--target', target];
			// eslint-disable-next-line no-await-in-loop -- one engine
			const {stdout} = await it.mstage(['left', ...flags]);
			const final = stdout.slice(stdout.indexOf('final: '));
			expect(final).toContain('1 file (2 B) may be left in by mistake');
			expect(final).toContain(`rpm's database ${database} is not read`);
			expect(final).not.toMatch(/looks? left in by mistake/v);
			// eslint-disable-next-line no-await-in-loop
			const json = await it.mstage(['left', '--json', ...flags]);
			expect(JSON.parse(json.stdout)).toMatchObject({
				final: {unreadPackages: database},
			});
		}
	},
);

test.each(builders)(
	'what was copied beside a file that was touched was made there (copied-beside, %s)',
	async builder => {
		await using it = await open('copied-beside');
		const {stdout} = await it.mstage(['left', '--json', '--builder', builder]);
		const nothing = {files: 0, bytes: 0};
		const file = {files: 1, bytes: 1000};
		expect(JSON.parse(stdout)).toMatchObject({
			stages: [
				{stage: 'make', made: file, shipped: nothing, stayed: file},
				{
					stage: 'copy',
					made: {files: 2, bytes: 2000},
					shipped: file,
					stayed: file,
				},
			],
		});
	},
);

test('what a stage has from another is shipped, though nothing reads the stage itself (copied-beside)', async () => {
	await using it = await open('copied-beside');
	const {stdout} = await it.mstage(['diff', '--builder', 'legacy', 'unread']);
	expect(stdout).toMatch(/copy {2}→ \/app/v);
});

test('what a step writes again as it was is shipped where it was before (written-again)', async () => {
	await using it = await open('written-again');
	const {stdout} = await it.mstage(['left', '--json']);
	const json = JSON.parse(stdout) as LeftJson;
	expectAddsUp(json);
	expect(json).toMatchObject({
		stages: [
			{stage: 'a', shipped: {bytes: 4}, stayed: {bytes: 2}},
			{
				stage: 'b',
				made: {bytes: 7},
				shipped: {files: 2, bytes: 5},
				stayed: {files: 1, bytes: 2},
			},
			{stage: 'c'},
		],
	});
});
