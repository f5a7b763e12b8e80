import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {testEngine} from '../engine/test-engine.js';
import {casesForTests} from './case.js';
import {serve} from './web-server.js';

const open = casesForTests();
const builders = ['buildkit', 'legacy'] as const;

/** Where the file is on this machine isn't told with the path of the test. */
const inContext = [
	[
		'docker/Dockerfile',
		'proj',
		{
			buildkit:
				"../shared/lib.txt leads out of the build context: it is cut to shared/lib.txt, which isn't there.",
			legacy:
				'../shared/lib.txt leads out of the build context: the legacy builder refuses that.',
		},
		'where it is shared/lib.txt',
	],
	[
		'docker/Dockerfile',
		'proj/docker',
		'There is no app/main.txt in the build context',
		'one folder above the context',
	],
	[
		'docker/Dockerfile.abs',
		'proj',
		'/etc/hostname is looked for in the build context, whose root / is',
		'outside of it',
	],
	[
		'docker/Dockerfile.link',
		'proj',
		'app/shared in the build context is a link to ../../shared, which leads out of the context',
		'is outside.',
	],
	[
		'docker/Dockerfile.dir',
		'proj',
		'There is no /app/shared/lib.txt: /app/shared is a link to ../../shared, which leads to /shared',
		'copied the link as it is: it leads out of the build context.',
	],
] as const;

test.each(
	builders.flatMap(builder =>
		inContext.map(variant => [builder, ...variant] as const),
	),
)(
	'outside-context (%s, %s in %s)',
	async (builder, file, context, why, where) => {
		await using it = await open('outside-context');
		if (context === 'proj/docker') {
			// Neither source is there, and which of them BuildKit misses first is a matter of luck.
			const place = path.join(it.folder, 'proj', file);
			const lines = await readFile(place, 'utf8');
			await writeFile(place, lines.split('\n').slice(0, 2).join('\n'));
		}

		const {stdout, code} = await it.mstage([
			'debug',
			'--builder',
			builder,
			'--plain',
			'--pause',
			'never',
			'-f',
			`proj/${file}`,
			context,
		]);
		expect(code).toBe(1);
		expect(stdout).toContain(typeof why === 'string' ? why : why[builder]);
		expect(stdout).toContain(where);
		expect(stdout).not.toContain('meant ');
	},
);

test.each([
	['buildkit', 'docker/App.Dockerfile.dockerignore:1 (b) keeps b out'],
	['legacy', '.dockerignore:1 (a) keeps a out'],
])(
	'ignore-files: the file that counts, and its line (%s)',
	async (builder, why) => {
		await using it = await open('ignore-files');
		const {stdout, code} = await it.mstage([
			'debug',
			'--builder',
			builder,
			'--plain',
			'--pause',
			'never',
			'-f',
			'docker/App.Dockerfile',
			'.',
		]);
		expect(code).toBe(1);
		expect(stdout).toContain(why);
		const file = why.split(':')[0]!;
		expect(stdout).toContain(`as the last line of ${file}, and reload.`);
	},
);

test('dockerignore: the line that decides, with negations', async () => {
	await using it = await open('dockerignore');
	const {stdout} = await it.mstage([
		'debug',
		'--plain',
		'--pause',
		'never',
		'.',
	]);
	expect(stdout).toContain(
		'.dockerignore:1 (*) keeps dist/app.js out of the build context.',
	);
});

test('odd-context: the legacy builder gets names that are no UTF-8', async () => {
	await using it = await open('odd-context');
	await writeFile(
		Buffer.concat([
			Buffer.from(`${it.folder}/bad`),
			Buffer.from([0xe9]),
			Buffer.from('.txt'),
		]),
		'x',
	);
	const {code, stderr} = await it.mstage([
		'debug',
		'--builder',
		'legacy',
		'--plain',
		'--pause',
		'never',
		'.',
	]);
	expect(stderr).toBe('');
	expect(code).toBe(0);
});

test.each([
	['from-arg', [], /^mstage: Dockerfile:8: --from=\$\{STAGE\} can't hold/v],
	['target-typo', ['--target', 'relase'], /did you mean release\?$/mv],
	['target-typo', ['--target', '1'], /use the name of stage 1, release\.$/mv],
	['nbsp', [], /^mstage: Dockerfile:4: .*a no-break space \(U\+00A0\)/v],
])('%s is refused with the way around it', async (name, flags, words) => {
	await using it = await open(name);
	const {stderr, code} = await it.mstage(['debug', '--plain', ...flags, '.']);
	expect(code).toBe(2);
	expect(stderr).toMatch(words);
});

test('a secret, an agent and an owner that are not there', async () => {
	await using it = await open('absent');
	const failures = await Promise.all(
		['secret', 'ssh', 'owner'].map(async stage => {
			const {stdout} = await it.mstage([
				'debug',
				'--plain',
				'--pause',
				'never',
				'--target',
				stage,
				'.',
			]);
			return stdout;
		}),
	);
	expect(failures[0]).toContain(
		"No secret tok was given, so /run/secrets/tok isn't there: give it with --secret id=tok,src=FILE.",
	);
	expect(failures[1]).toContain('No SSH agent default was given');
	expect(failures[2]).toContain(
		"--chown=app can't be looked up: the stage has no /etc/passwd.",
	);
});

test.each(builders)(
	'add-url: a status, a sum and a refused connection are told with the address (%s)',
	async builder => {
		await using it = await open('add-url');
		const address = await serve((request, response) => {
			response.statusCode = request.url!.startsWith('/none') ? 404 : 200;
			response.end('<html>what a server says</html>');
		});
		const told = async (...lines: readonly string[]): Promise<string> => {
			await writeFile(
				path.join(it.folder, 'Dockerfile'),
				`FROM busybox\n${lines.join('\n')}\n`,
			);
			const {stdout, code} = await it.mstage([
				'debug',
				'--builder',
				builder,
				'--plain',
				'--pause',
				'never',
				'.',
			]);
			expect(code).toBe(1);
			expect(stdout).not.toMatch(/✔ 0:1|html|dockerignore/v);
			return stdout;
		};

		expect(await told(`ADD ${address}/none-1 /x`)).toContain(
			`${address}/none-1 can't be fetched: its server answers with the status 404 (not found).`,
		);
		expect(await told('ADD http://127.0.0.1:9/x /x')).toContain(
			"http://127.0.0.1:9/x can't be fetched: connection refused.",
		);
		if (builder === 'buildkit') {
			const wanted = `sha256:${'0'.repeat(64)}`;
			const found = `sha256:${createHash('sha256').update('<html>what a server says</html>').digest('hex')}`;
			// An engine of 2020 takes no --checksum.
			if (!testEngine().version.startsWith('20.')) {
				expect(
					await told(`ADD --checksum=${wanted} ${address}/ok.txt /got/README`),
				).toContain(
					`${address}/ok.txt has another checksum than --checksum says: it is ${found}, not ${wanted}.`,
				);
			}
		}
	},
);

test('target-typo: the case of a name does not matter, and the legacy builder takes stages in order', async () => {
	await using it = await open('target-typo');
	for (const builder of builders) {
		// eslint-disable-next-line no-await-in-loop -- one after the other
		const {stdout, code} = await it.mstage([
			'debug',
			'--builder',
			builder,
			'--plain',
			'--pause',
			'never',
			'--target',
			'RELEASE',
			'.',
		]);
		expect(code).toBe(0);
		expect(stdout).toContain('release:1  RUN true');
	}

	const order = ['debug', '--plain', '--pause', 'never', '-f'];
	const refused = await it.mstage([
		...order,
		'Dockerfile.order',
		'--builder',
		'legacy',
		'.',
	]);
	expect(refused.code).toBe(2);
	expect(refused.stderr).toContain(
		'a reads from b, a later stage (COPY --from): move that one up',
	);
});
