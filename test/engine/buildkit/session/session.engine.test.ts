import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {chmod, link, lutimes, rm, utimes, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {basename, join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {dockerCredentials} from '../../../../source/engine/docker/credentials.js';
import {openSecrets} from '../../../../source/engine/buildkit/session/secrets.js';
import {defaultVersion, dockerClient, removeImage} from '../../engine.js';
import {attempt, run} from '../../process.js';
import {makeTree, type TreeContents} from '../../context/temporary-tree.js';
import {testEngine} from '../../test-engine.js';
import {buildImage, type EngineBuild} from './engine-build.js';

const engine = testEngine();

// The client decides what is sent, and that of Docker 20.10 didn't know `**` well.
const client = dockerClient({...engine, version: defaultVersion});

async function docker(...args: string[]): Promise<string> {
	const {command, env} = await client;
	return run(command, args, {env});
}

async function buildOurs(context: string): Promise<EngineBuild> {
	return buildImage(
		engine,
		new Map([
			['context', context],
			['dockerfile', context],
		]),
	);
}

/** Docker's own build of a directory: the image, or what went wrong. */
async function buildTheirs(
	context: string,
): Promise<{image: string; failure: string}> {
	const {command, env} = await client;
	const image = `mstage-theirs-${basename(context).toLowerCase()}`;
	onTestFinished(async () => removeImage(engine, image));
	const {code, stderr} = await attempt(
		command,
		['build', '--no-cache', '-q', '-t', image, context],
		{env},
	);
	return {image, failure: code === 0 ? '' : stderr};
}

/** An image's files as an archive, in a folder of its own. */
async function exportImage(image: string): Promise<string> {
	const folder = await makeTree();
	const output = await docker('create', image, '/none');
	const container = output.trim();
	await docker('export', '-o', join(folder, 'image.tar'), container);
	await docker('rm', container);
	return folder;
}

// What the engine itself puts into every container.
const foreign = [
	'--anchored',
	...['dev', 'etc', 'proc', 'sys', '.dockerenv'].map(
		name => `--exclude=${name}`,
	),
];

/** What is in an image, entry by entry as `tar` tells it. */
async function listImage(folder: string): Promise<string[]> {
	const list = await run('tar', [
		'-tvf',
		join(folder, 'image.tar'),
		...foreign,
		'--full-time',
		'--numeric-owner',
		'--quoting-style=escape',
	]);
	return list.trim().split('\n');
}

/** The same, and the digests of its files. */
async function contentOf(image: string): Promise<string[]> {
	const folder = await exportImage(image);
	const list = await listImage(folder);
	await run('tar', [
		'-xf',
		join(folder, 'image.tar'),
		'-C',
		folder,
		...foreign,
	]);
	await rm(join(folder, 'image.tar'));
	const digests = await run('sh', [
		'-c',
		`cd ${folder} && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum`,
	]);
	return [
		// Engine 20.10 gives directories the time of the COPY.
		...list.map(line => (line.startsWith('d') ? withoutTime(line) : line)),
		...digests.split('\n'),
	];
}

async function countFiles({image}: EngineBuild): Promise<number> {
	const list = await listImage(await exportImage(image));
	return list.filter(line => line.includes('/file-')).length;
}

function withoutTime(line: string): string {
	return line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/v, '');
}

const copyAll = 'FROM scratch\nCOPY . /\n';

describe('the build context', () => {
	test('makes the same image as Docker’s own client', async () => {
		const root = await makeTree({
			Dockerfile: copyAll,
			'dir/sub/deep/file': 'deep',
			'dir.d/file': 'after dir/ and before dir0',
			dir0: '',
			'empty/': '',
			'with space': 'a',
			'ünïcode-é-😀-日本': 'b',
			'new\nline\tand tab': 'c',
			[String.raw`back\slash`]: 'd',
			'*star?': 'e',
			'[class]': 'f',
			big: Buffer.alloc(3_000_001, 'mstage'),
			even: Buffer.alloc(65_536, 'x'),
			nothing: '',
			program: '#!/bin/sh',
			secret: 'mine',
			old: 'old',
			link: '→ dir/sub/deep/file',
			'dir/up': '→ ../..',
			absolute: '→ /etc/passwd',
			dangling: '→ nowhere',
		});
		await link(join(root, 'big'), join(root, 'dir/big'));
		await link(join(root, 'link'), join(root, 'link2'));
		await chmod(join(root, 'program'), 0o6751);
		await chmod(join(root, 'secret'), 0o000);
		await chmod(join(root, 'empty'), 0o1777);
		await utimes(join(root, 'old'), 1, 987_654_321);
		await lutimes(join(root, 'link'), 1, 123_456_789);
		await run('mkfifo', [join(root, 'pipe')]);
		const server = createServer().listen(join(root, 'socket'));
		await once(server, 'listening');
		const ours = await buildOurs(root);
		const theirs = await buildTheirs(root);
		server.close();
		expect([ours.failure, theirs.failure]).toEqual(['', '']);
		const content = await contentOf(ours.image);
		expect(content.length).toBeGreaterThan(30);
		expect(content).toEqual(await contentOf(theirs.image));
	});

	test('may have names that aren’t UTF-8 where the engine takes them', async () => {
		const root = await makeTree({Dockerfile: copyAll, 'dir/': ''});
		const name = Buffer.from(`${root}/dir/caf\u00E9`, 'latin1');
		await writeFile(name, 'au lait');
		const ours = await buildOurs(root);
		const theirs = await buildTheirs(root);
		if (theirs.failure === '') {
			expect(ours.failure).toBe('');
			expect(await contentOf(ours.image)).toEqual(
				await contentOf(theirs.image),
			);
		} else {
			expect(ours.failure).toContain('invalid UTF-8');
			expect(ours.errors[0]?.message).toContain(
				String.raw`dir/caf\xe9 is or has another`,
			);
		}
	});

	const files: TreeContents = {
		'a/keep/1': '',
		'a/keep/2.md': '',
		'a/no/1': '',
		'a/1.md': '',
		'b/a/1': '',
		'node_modules/x/y.js': '',
		'src/node_modules/z.js': '',
		'src/é.txt': '',
		'src/a,b.txt': '',
		'README.md': '',
		'README-secret.md': '',
		'.git/config': '',
		'^caret': '',
	};

	test.each([
		['nothing', '# nothing\n'],
		['names and directories', 'a\n/README.md\nsrc/\n'],
		['wildcards', '*.md\n*/*/1\nsrc/?.txt\n[a-b]/no\n'],
		['any depth', '**/node_modules\n**/*.md\n'],
		['exceptions', '*\n!a\na/no\n!README*.md\nREADME-secret.md\n'],
		['exceptions in a directory', 'a\n!a/keep/*.md\nb/a\n!b\n'],
		['exceptions at any depth', '**\n!**/*.js\n'],
		['an empty context', '**\n!Dockerfile\n'],
		['characters of other kinds', '\uFEFFsrc/é.txt\r\n src/a,b.txt \r\n^*\r\n'],
		['many patterns', 'not/here/at/all\n'.repeat(3000) + 'a\n'],
	])('is what .dockerignore leaves: %s', async (_, ignore) => {
		const root = await makeTree({
			...files,
			Dockerfile: copyAll,
			'.dockerignore': ignore,
		});
		const ours = await buildOurs(root);
		const theirs = await buildTheirs(root);
		expect([ours.failure, theirs.failure]).toEqual(['', '']);
		expect(await contentOf(ours.image)).toEqual(await contentOf(theirs.image));
	});

	test('is followed over links', async () => {
		const root = await makeTree({
			Dockerfile: 'FROM scratch\nCOPY link/file many/* /out/\n',
			'real/file': 'real',
			'real/other': 'not copied',
			'far/away': 'far',
			link: '→ real',
			'many/a': '→ ../far/away',
			'many/b': 'b',
		});
		const ours = await buildOurs(root);
		const theirs = await buildTheirs(root);
		expect([ours.failure, theirs.failure]).toEqual(['', '']);
		expect(await contentOf(ours.image)).toEqual(await contentOf(theirs.image));
	});

	test('of 5,000 files goes once, and then only what is new', async () => {
		const names = Array.from(
			{length: 5000},
			(_, index) => `folder-${index % 100}/file-${index}`,
		);
		const root = await makeTree({
			Dockerfile: copyAll,
			...Object.fromEntries(names.map(name => [name, `${name}\n`.repeat(10)])),
		});
		const first = await buildOurs(root);
		expect(first.failure).toBe('');
		expect(await countFiles(first)).toBe(5000);

		await writeFile(join(root, 'folder-1/file-1'), 'changed');
		await rm(join(root, 'folder-2'), {recursive: true});
		const second = await buildOurs(root);
		expect(second.failure).toBe('');
		expect(second.sent).toBeLessThan(first.sent / 3);
		expect(await countFiles(second)).toBe(4950);
	});

	test('that isn’t there is said to be missing', async () => {
		const root = await makeTree({Dockerfile: copyAll});
		const {failure, errors} = await buildImage(
			engine,
			new Map([
				['context', join(root, 'no')],
				['dockerfile', root],
			]),
		);
		const message = `${root}/no was deleted before it could be sent to the engine; run the build again.`;
		expect(failure).toContain(message);
		expect(errors[0]?.message).toBe(message);
	});

	test('with a malformed .dockerignore is refused', async () => {
		const root = await makeTree({
			Dockerfile: copyAll,
			'.dockerignore': 'a[',
		});
		const {failure} = await buildOurs(root);
		// Engine 28 looks at the patterns itself.
		expect(failure).toMatch(
			/The pattern .* is malformed|syntax error in pattern/v,
		);
	});

	test('may come with a Dockerfile that is on no disk', async () => {
		const root = await makeTree({file: 'from the context'});
		const {failure, image} = await buildImage(
			engine,
			new Map<string, string | Map<string, Uint8Array>>([
				['context', root],
				['dockerfile', new Map([['Dockerfile', Buffer.from(copyAll)]])],
			]),
		);
		expect(failure).toBe('');
		const content = await contentOf(image);
		expect(content.filter(line => line.endsWith(' file'))).toHaveLength(1);
	});
});

describe('secrets', () => {
	const readSecret = (id: string): string =>
		`FROM busybox\nRUN --mount=type=secret,id=${id},required cat /run/secrets/${id} > /copy\n`;

	test('reach the step that mounts them', async () => {
		const root = await makeTree({
			Dockerfile: readSecret('known'),
			value: 's3cret\0',
		});
		const path = join(root, 'value');
		const {failure, image} = await buildImage(
			engine,
			new Map([
				['context', root],
				['dockerfile', root],
			]),
			{secrets: await openSecrets([{id: 'known', kind: 'file', path}])},
		);
		expect(failure).toBe('');
		expect(await docker('run', '--rm', image, 'cat', '/copy')).toBe('s3cret\0');
	});

	test('that nobody gave fail it', async () => {
		const root = await makeTree({Dockerfile: readSecret('unknown')});
		const {failure, errors} = await buildOurs(root);
		expect(failure).toMatch(/secret unknown.*not found/v);
		expect(errors).toEqual([]);
	});
});

test('credentials reach the registry that asks for them', async () => {
	// A registry that wants a password and has no images, inside the engine's own network. The engine tries TLS first.
	const registry = String.raw`
		authorized=no
		case "$(dd bs=1 count=1 2>/dev/null)" in
			[A-Z]) ;;
			*) printf "HTTP/1.1 400 Bad Request\r\n\r\n"; exit ;;
		esac
		while read -r line && [ "$line" != "$(printf "\r")" ]; do
			case "$line" in Authorization:*) authorized=yes; echo "$line" >&2 ;; esac
		done
		if [ $authorized = yes ]; then status="404 Not Found"; else status="401 Unauthorized"; fi
		printf "HTTP/1.1 $status\r\nWWW-Authenticate: Basic realm=mstage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
	`;
	const script = `printf '%s' '${registry}' > /registry; exec nc -ll -p 5000 -e sh /registry`;
	const container = await docker(
		'run',
		'-d',
		'--rm',
		'-p',
		'127.0.0.1:5000:5000',
		'busybox',
		'sh',
		'-c',
		script,
	);
	onTestFinished(async () => {
		await docker('rm', '-f', container.trim());
	});
	const isServing = 'wget -O- http://localhost:5000/ 2>&1 | grep -q 401';
	await docker(
		'exec',
		container.trim(),
		'sh',
		'-c',
		`until ${isServing}; do :; done`,
	);
	const root = await makeTree({
		Dockerfile: 'FROM localhost:5000/private/image\n',
	});
	const {failure, errors} = await buildImage(
		engine,
		new Map([
			['context', root],
			['dockerfile', root],
		]),
		{
			credentials: dockerCredentials(async () => ({
				file: 'config.json',
				credentials: new Map([
					['localhost:5000', {username: 'user', secret: 'pass'}],
				]),
				credentialsStore: '',
				credentialHelpers: new Map(),
				currentContext: '',
			})),
		},
	);
	expect(failure).toContain('localhost:5000/private/image');
	expect(errors).toEqual([]);
	const {command, env} = await client;
	const {stderr} = await attempt(command, ['logs', container.trim()], {env});
	const expected = Buffer.from('user:pass').toString('base64');
	expect(stderr).toContain(`Authorization: Basic ${expected}`);
});
