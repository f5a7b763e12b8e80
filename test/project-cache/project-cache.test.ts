import {
	mkdir,
	mkdtemp,
	readFile,
	readdir,
	rm,
	stat,
	symlink,
	writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {run as runProgram} from '../engine/process.js';
import {openProjectCache} from '../../source/project-cache/project-cache.js';

const run = {
	outline: [{name: 'a', steps: ['FROM b AS a', 'RUN c']}],
	inputs: [
		null,
		{
			key: 'k',
			text: 'RUN c',
			environment: {A: '1'},
			settings: {user: ''},
			inputs: [{name: 'the image b', key: '1'}],
			contextFiles: ['src'],
		},
	],
	failed: [1],
	downloads: [[1, {'http://x/y': 'sha256:0'}]] as const,
	context: new Map([['src', {fingerprint: 'f', stamp: 's'}]]),
};

async function cacheFolder(): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-cache-'));
	onTestFinished(async () => rm(folder, {recursive: true, force: true}));
	return folder;
}

test('what is left is found again, by the same Dockerfile only, and by its user only', async () => {
	const folder = await cacheFolder();
	const options = {
		builder: 'BuildKit',
		environment: {XDG_CACHE_HOME: folder},
	} as const;
	const cache = await openProjectCache('/a/Dockerfile', options);
	expect(cache.breakpoints).toEqual([]);
	expect(await cache.readRun()).toBeNull();
	await cache.writeBreakpoints([{text: 'RUN', enabled: false}]);
	await cache.writeRun(run);

	const again = await openProjectCache('/a/Dockerfile', options);
	expect(again.breakpoints).toEqual([{text: 'RUN', enabled: false}]);
	expect(await again.readRun()).toEqual(run);
	const other = await openProjectCache('/b/Dockerfile', options);
	expect(other.breakpoints).toEqual([]);

	const [project] = await readdir(path.join(folder, 'mstage'));
	const files = path.join(folder, 'mstage', project!);
	const names = await readdir(files);
	expect(names.toSorted()).toEqual(['breakpoints.json', 'run-BuildKit.json']);
	const {mode} = await stat(path.join(files, 'run-BuildKit.json'));
	expect((mode % 0o1000).toString(8)).toBe('600');
	const text = await readFile(path.join(files, 'run-BuildKit.json'), 'utf8');
	await writeFile(path.join(files, 'run-BuildKit.json'), text.slice(0, -5));
	await writeFile(
		path.join(files, 'breakpoints.json'),
		'[{"text": 3}, null, {"text": "1", "enabled": true}]',
	);
	const damaged = await openProjectCache('/a/Dockerfile', options);
	expect(damaged.breakpoints).toEqual([{text: '1', enabled: true}]);
	expect(await damaged.readRun()).toBeNull();
});

test('what steps depended on is kept apart for each builder; how long they took is told of both', async () => {
	const environment = {XDG_CACHE_HOME: await cacheFolder()};
	const legacy = await openProjectCache('/a/Dockerfile', {
		builder: 'legacy',
		environment,
	});
	const times = {outline: run.outline, seconds: [null, 1.5]};
	await legacy.writeRun(run);
	await legacy.writeTimes(times);
	const cache = await openProjectCache('/a/Dockerfile', {
		builder: 'BuildKit',
		environment,
	});
	expect(await cache.readRun()).toBeNull();
	expect(cache.times).toEqual(new Map([['legacy', times]]));
});

test('a folder that can’t be written keeps nothing, and harms nothing', async () => {
	const folder = await cacheFolder();
	const file = path.join(folder, 'file');
	await writeFile(file, '');
	const cache = await openProjectCache('/a', {
		builder: 'BuildKit',
		environment: {XDG_CACHE_HOME: file},
	});
	await cache.writeBreakpoints([]);
	await cache.writeRun({...run, context: null});
	expect(await cache.readRun()).toBeNull();
});

test('listings are found again by the names of their points; of too many, the oldest go', async () => {
	const options = {
		builder: 'BuildKit',
		environment: {XDG_CACHE_HOME: await cacheFolder()},
	} as const;
	const cache = await openProjectCache('/a/Dockerfile', options);
	expect(cache.listings.size).toBe(0);
	expect(await cache.readListing('builder:3')).toBeNull();
	const bytes = new Uint8Array([1, 2]);
	await cache.writeListings(
		new Map([
			['builder:3', bytes],
			['../../evil', bytes],
			['x'.repeat(300), bytes],
		]),
	);
	const again = await openProjectCache('/a/Dockerfile', options);
	expect([...again.listings.keys()].toSorted()).toEqual([
		'../../evil',
		'builder:3',
	]);
	expect([...(await again.readListing('../../evil'))!]).toEqual([1, 2]);
	await again.writeListings(
		new Map(Array.from({length: 30}, (_, index) => [`${index}`, bytes])),
	);
	const many = await openProjectCache('/a/Dockerfile', options);
	expect(many.listings.size).toBe(24);
});

test('what is in the folder of listings and is none hides no other', async () => {
	const folder = await cacheFolder();
	const options = {
		builder: 'BuildKit',
		environment: {XDG_CACHE_HOME: folder},
	} as const;
	const cache = await openProjectCache('/a/Dockerfile', options);
	await cache.writeListings(new Map([['builder:3', new Uint8Array([1])]]));
	const [own] = await readdir(path.join(folder, 'mstage'));
	const listings = path.join(folder, 'mstage', own!, 'listings');
	await writeFile(path.join(listings, '%zz.gz'), '');
	await symlink('nowhere', path.join(listings, 'gone.gz'));
	const again = await openProjectCache('/a/Dockerfile', options);
	expect([...again.listings.keys()]).toEqual(['builder:3']);
});

test("what can't be put in its place leaves no draft behind", async () => {
	const folder = await cacheFolder();
	const options = {
		builder: 'BuildKit',
		environment: {XDG_CACHE_HOME: folder},
	} as const;
	const cache = await openProjectCache('/a/Dockerfile', options);
	await cache.writeBreakpoints([{text: 'RUN', enabled: true}]);
	await cache.writeListings(new Map([['a:1', new Uint8Array(3)]]));
	const [project] = await readdir(path.join(folder, 'mstage'));
	const files = path.join(folder, 'mstage', project!);
	// Nothing takes the place of a folder with something in it.
	const names = [
		'breakpoints.json',
		`listings/${encodeURIComponent('a:1')}.gz`,
	];
	await Promise.all(
		names.map(async name => {
			const file = path.join(files, name);
			await rm(file);
			await mkdir(path.join(file, 'full'), {recursive: true});
		}),
	);

	await cache.writeBreakpoints([{text: 'COPY', enabled: true}]);
	await cache.writeListings(new Map([['a:1', new Uint8Array(4)]]));
	const left = await readdir(files, {recursive: true});
	expect(left.filter(name => name.endsWith(`.${process.pid}`))).toEqual([]);
});

test('a process that ends while it writes leaves no draft behind', async () => {
	const folder = await cacheFolder();
	const place = path.join(
		import.meta.dirname,
		'../../source/project-cache/replace-file.ts',
	);
	await runProgram(process.execPath, [
		'--import',
		'tsx',
		'--input-type=module',
		'--eval',
		[
			`const {replaceFile} = await import(${JSON.stringify(place)});`,
			"const {existsSync} = await import('node:fs');",
			`const file = ${JSON.stringify(path.join(folder, 'file'))};`,
			'void replaceFile(file, new Uint8Array(100_000_000));',
			'setInterval(() => { if (existsSync(file + "." + process.pid)) process.exit(); }, 1);',
		].join('\n'),
	]);
	expect(await readdir(folder)).toEqual([]);
});
