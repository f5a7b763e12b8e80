import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {Readable} from 'node:stream';
import {pack} from 'tar-stream';
import {cachedFolder} from './cache.js';
import {debianMirror, installPackages, staticBusybox} from './debian.js';
import {callEngine, type EngineAddress} from './http.js';
import {run} from './process.js';

const searchPath =
	'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
@param engine - An engine.
@param reference - An image, as in `FROM`.
@returns Whether its store holds that image.
*/
export async function hasImage(
	engine: EngineAddress,
	reference: string,
): Promise<boolean> {
	const {status} = await callEngine(engine, 'GET', `/images/${reference}/json`);
	return status === 200;
}

/**
Makes an image of one layer.

@param engine - The engine.
@param reference - The image's name and tag.
@param archive - A tar of the layer.
@param changes - Instructions like those of a Dockerfile, for its configuration.
*/
export async function importImage(
	engine: EngineAddress,
	reference: string,
	archive: Readable,
	changes: readonly string[] = [],
): Promise<void> {
	const [repo = '', tag = ''] = reference.split(':');
	const query = new URLSearchParams({fromSrc: '-', repo, tag});
	for (const change of changes) {
		query.append('changes', change);
	}

	const {status, text} = await callEngine(
		engine,
		'POST',
		`/images/create?${query.toString()}`,
		archive,
	);
	if (status !== 200 || text.includes('"error"')) {
		throw new Error(`The engine didn't import ${reference}: ${text}`);
	}
}

/**
Makes an image of layers as they are, in the form that `docker save` writes.

@param layers - Tars, the lowest first.
*/
export async function loadImage(
	engine: EngineAddress,
	reference: string,
	layers: readonly Uint8Array[],
): Promise<void> {
	const digests = layers.map(layer =>
		createHash('sha256').update(layer).digest('hex'),
	);
	const files = new Map<string, string | Uint8Array>([
		[
			'config.json',
			JSON.stringify({
				architecture: process.arch === 'x64' ? 'amd64' : process.arch,
				os: 'linux',
				config: {},
				rootfs: {
					type: 'layers',
					diff_ids: digests.map(digest => `sha256:${digest}`),
				},
				history: digests.map(() => ({created_by: 'test'})),
			}),
		],
		[
			'manifest.json',
			JSON.stringify([
				{
					Config: 'config.json',
					RepoTags: [reference],
					Layers: digests.map(digest => `${digest}.tar`),
				},
			]),
		],
	]);
	for (const [index, layer] of layers.entries()) {
		files.set(`${digests[index]}.tar`, layer);
	}

	const archive = pack();
	for (const [name, data] of files) {
		archive.entry({name}, Buffer.from(data));
	}

	archive.finalize();
	const {status, text} = await callEngine(
		engine,
		'POST',
		'/images/load?quiet=1',
		Readable.from(archive),
	);
	if (status !== 200 || text.includes('"error"')) {
		throw new Error(`The engine didn't load ${reference}: ${text}`);
	}
}

/** The applets of Debian's busybox as links, and what a program expects around them. */
async function fillBusybox(root: string): Promise<void> {
	const busybox = await staticBusybox();
	const list = await run(busybox, ['--list']);
	const applets = list.trim().split('\n');
	const folders = [
		'bin',
		'dev',
		'etc',
		'home/app',
		'proc',
		'root',
		'sys',
		'tmp',
		'usr/bin',
		'usr/sbin',
		'var',
	];
	await Promise.all(
		folders.map(async folder =>
			mkdir(path.join(root, folder), {recursive: true}),
		),
	);
	await run('install', ['-m', '755', busybox, path.join(root, 'bin/busybox')]);
	await Promise.all(
		applets
			.filter(name => name !== 'busybox')
			.map(async name => symlink('busybox', path.join(root, 'bin', name))),
	);
	await symlink('../../bin/busybox', path.join(root, 'usr/bin/env'));
	await writeFile(
		path.join(root, 'etc/passwd'),
		[
			'root:x:0:0:root:/root:/bin/sh',
			'app:x:1000:1000:app:/home/app:/bin/sh',
			'nobody:x:65534:65534:nobody:/:/bin/false',
			'',
		].join('\n'),
	);
	await writeFile(
		path.join(root, 'etc/group'),
		'root:x:0:\napp:x:1000:\nnogroup:x:65534:\n',
	);
	await run('chmod', ['755', root]);
	await run('chmod', ['700', path.join(root, 'root')]);
	await run('chmod', ['1777', path.join(root, 'tmp')]);
}

async function packBusybox(archive: string): Promise<void> {
	const root = await mkdtemp(path.join(tmpdir(), 'mstage-busybox-'));
	try {
		await fillBusybox(root);
		const common = [
			'--numeric-owner',
			'--sort=name',
			'--mtime=@0',
			'-C',
			root,
			'-f',
			archive,
		];
		await run('tar', [
			'-c',
			'--owner=0',
			'--group=0',
			'--exclude=./home/app',
			...common,
			'.',
		]);
		await run('tar', [
			'-r',
			'--owner=1000',
			'--group=1000',
			...common,
			'./home/app',
		]);
	} finally {
		await rm(root, {recursive: true});
	}
}

/**
Puts `busybox:latest` into an engine's store unless it is there: Debian's static busybox, with the users root, app (1000) and nobody.
@param engine - The engine.
*/
export async function seedBusybox(engine: EngineAddress): Promise<void> {
	if (await hasImage(engine, 'busybox:latest')) {
		return;
	}

	const folder = await cachedFolder('image-busybox', async draft =>
		packBusybox(path.join(draft, 'image.tar')),
	);
	const archive = createReadStream(path.join(folder, 'image.tar'));
	await importImage(engine, 'busybox:latest', archive, [
		`ENV ${searchPath}`,
		'CMD ["sh"]',
	]);
}

async function packDebian(archive: string): Promise<void> {
	await installPackages(['debootstrap']);
	const root = await mkdtemp(path.join(tmpdir(), 'mstage-debian-'));
	try {
		const mirror = await debianMirror();
		// In a mount namespace of its own, so that an interrupted run leaves no mounts behind.
		await run('unshare', [
			'--mount',
			'debootstrap',
			'--variant=minbase',
			'bookworm',
			root,
			mirror,
		]);
		const unshipped = [
			'var/cache/apt',
			'var/lib/apt/lists',
			'var/log',
			'usr/share/doc',
			'usr/share/man',
			'usr/share/locale',
		];
		const excluded = [...unshipped, 'dev', 'proc', 'sys'].map(
			folder => `--exclude=./${folder}/*`,
		);
		await run('tar', [
			'-c',
			'--numeric-owner',
			'--xattrs',
			...excluded,
			'-C',
			root,
			'-f',
			archive,
			'.',
		]);
	} finally {
		await rm(root, {recursive: true, force: true});
	}
}

/**
Puts `debian:bookworm-slim` into an engine's store unless it is there. The first time on a machine this takes about a minute.
@param engine - The engine.
*/
export async function seedDebian(engine: EngineAddress): Promise<void> {
	if (await hasImage(engine, 'debian:bookworm-slim')) {
		return;
	}

	const folder = await cachedFolder('image-debian', async draft =>
		packDebian(path.join(draft, 'image.tar')),
	);
	const archive = createReadStream(path.join(folder, 'image.tar'));
	await importImage(engine, 'debian:bookworm-slim', archive, [
		`ENV ${searchPath}`,
		'CMD ["bash"]',
	]);
}
