import {Buffer} from 'node:buffer';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {run} from '../engine/process.js';
import {bundle} from '../terminal/bundle.js';
import {testEngine} from '../engine/test-engine.js';

const dockerfile = String.raw`FROM busybox AS builder
RUN mkdir -p /out/lib /root/.cache/go-build /file /d/e && echo hello > /out/app && ln /out/app /out/app2 \
 && echo 1 > /out/lib/a.so && echo 2 > /out/lib/b.txt && echo c > /root/.cache/go-build/c \
 && echo old > /d/e/old && echo x > /file/x && echo y > /directory && ln -s a /link \
 && mknod /device c 1 3 && touch "$(printf '/a\033[2Jb\nc')" "$(printf '/caf\351')"
FROM builder AS changed
RUN rm -rf /d && mkdir /d && echo n > /d/new && rm -rf /file && echo f > /file && rm /directory && mkdir /directory \
 && ln -sf b /link && rm /device && mknod /device c 1 5 && chmod 4755 /out/app && rm /out/app2 && cp -p /out/app /out/app2
FROM changed AS unused
FROM busybox AS final
RUN mkdir /opt && ln -s /opt /srv
COPY --from=builder --chown=1000:1000 /out/app /bin/app
COPY --from=changed /out/lib/*.so /srv/lib/
RUN chmod 700 /opt/lib/a.so
`;

let folder: string;
let cli: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'mstage-diff-'));
	await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
	cli = await bundle(
		path.join(import.meta.dirname, '../../cli.tsx'),
		`points-${process.pid}`,
	);
});

afterAll(async () => {
	await cli.remove();
	await rm(folder, {recursive: true});
});

const mstage = async (...args: readonly string[]): Promise<string> =>
	run(process.execPath, [cli.path, ...args, '-C', folder], {
		env: {
			...process.env,
			DOCKER_HOST: testEngine().dockerHost,
			TERM: 'xterm',
		},
	});

test('what one step changed, with all that other tools get wrong', async () => {
	const text = await mstage('diff', 'builder', 'changed', '--name-status');
	expect(text.split('\n')).toEqual([
		'D\td/e',
		'D\td/e/old',
		'A\td/new',
		'M\tdevice',
		'T\tdirectory',
		'T\tfile',
		'D\tfile/x',
		'M\tlink',
		'M\tout/app',
		'M\tout/app2',
		'',
	]);
	const json = JSON.parse(
		await mstage('diff', 'builder', 'changed', '--json'),
	) as {changes: ReadonlyArray<{path: string; aspects: readonly string[]}>};
	const aspects = new Map(
		json.changes.map(change => [
			change.path,
			change.aspects.filter(aspect => aspect !== 'time'),
		]),
	);
	expect(aspects.get('device')).toEqual(['device']);
	expect(aspects.get('link')).toEqual(['link target']);
	expect(aspects.get('out/app')).toEqual(['mode']);
	expect(aspects.get('out/app2')).toEqual(['mode', 'hard link']);
});

test('a point is the same as itself, and names never reach the terminal raw', async () => {
	await expect(
		mstage('diff', 'builder', 'builder:1', '--exit-code'),
	).resolves.toBe('builder → builder:1: no difference\n');
	const text = await mstage('diff', 'builder', 'final', '--sort', 'name');
	expect(text).toContain(String.raw`a\x1b[2Jb\nc`);
	expect(text).toContain(String.raw`caf\xe9`);
	expect(Buffer.from(text).includes(0x1b)).toBe(false);
});

test('images are looked into where there is no Dockerfile', async () => {
	const nowhere = await mkdtemp(path.join(tmpdir(), 'mstage-images-'));
	onTestFinished(async () => rm(nowhere, {recursive: true}));
	const there = async (...args: readonly string[]): Promise<string> =>
		mstage(...args, '-C', nowhere);
	await expect(there('ls', 'image:busybox:/bin/sh')).resolves.toContain(
		'busybox',
	);
	await expect(there('cat', 'image:busybox:/etc/passwd')).resolves.toContain(
		'root:',
	);
	await expect(
		there('diff', 'image:busybox', 'image:busybox:latest', '--exit-code'),
	).resolves.toContain('no difference');
	await expect(there('ls', 'builder')).rejects.toThrow(/Dockerfile/v);
});

test('where files came from, and where they went', async () => {
	const app = await mstage('why', '/bin/app');
	expect(app).toMatch(
		/^\/bin\/app ← COPY --from=builder \/out\/app \(.*Dockerfile:12\) in final, same contents ← RUN mkdir -p .* \(.*Dockerfile:2\) in builder\n$/v,
	);
	const library = await mstage('why', '/srv/lib/a.so');
	expect(library).toMatch(
		/ ← mode, owner or time by RUN chmod .* in final ← COPY --from=changed \/out\/lib\/a\.so .*, same contents ← RUN mkdir -p .* in builder\n$/v,
	);
	await expect(mstage('why', 'builder:/out/lib/b.txt')).resolves.toContain(
		'stayed behind: no copy takes it to final',
	);
	await expect(mstage('why', 'builder:/out/app')).resolves.toContain(
		'builder:/out/app → final:/bin/app ← COPY',
	);
	expect(JSON.parse(await mstage('why', '/bin/app', '--json'))).toMatchObject({
		stage: 'final',
		path: 'bin/app',
		origin: [
			{
				kind: 'copied',
				line: 12,
				source: 'out/app',
				from: {kind: 'stage', stage: 'builder'},
				contents: 'same contents',
			},
			{kind: 'written', line: 2, path: 'out/app'},
		],
	});
});

test('what was left behind', async () => {
	const text = await mstage('left');
	expect(text).toMatch(
		/^made: builder \d.*, changed \d.* → final \d.*left behind/v,
	);
	expect(text).toContain('package cache 2 B');
	expect(text).toMatch(/2 files \([^\)]*\) shipped/v);
	const {stages} = JSON.parse(await mstage('left', '--json')) as {
		stages: ReadonlyArray<Record<string, unknown>>;
	};
	expect(stages).toHaveLength(2);
	expect(stages[0]).toMatchObject({shipped: {files: 2}});
});
