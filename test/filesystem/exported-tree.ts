import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {request} from 'node:http';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';
import {tmpdir} from 'node:os';
import {callEngine, type EngineAddress} from '../engine/engine.js';
import {parseJson} from '../engine/json.js';
import {attempt} from '../engine/process.js';

/** What `docker export` adds to an image's own files (moby/moby daemon/initlayer/setup_unix.go); `/dev` and `/etc` get its time. */
export const artefacts = [
	'.dockerenv',
	'dev',
	'etc/hostname',
	'etc/hosts',
	'etc/mtab',
	'etc/resolv.conf',
	'proc',
	'sys',
] as const;

/** Images as folders on this machine, without what the engine adds. */
export class ExportedTrees {
	static async make(engine: EngineAddress): Promise<ExportedTrees> {
		return new ExportedTrees(
			engine,
			await mkdtemp(path.join(tmpdir(), 'mstage-exported-')),
		);
	}

	readonly folder: string;
	readonly #engine: EngineAddress;

	private constructor(engine: EngineAddress, folder: string) {
		this.#engine = engine;
		this.folder = folder;
	}

	/** Exports an image as `docker export` would, and unpacks that with tar, as root. */
	async add(name: string, image: string): Promise<string> {
		const root = path.join(this.folder, name);
		await mkdir(root);
		const created = await callEngine(
			this.#engine,
			'POST',
			`/containers/create`,
			JSON.stringify({Image: image, Cmd: ['none']}),
		);
		const {Id: id} = parseJson<{Id: string}>(created.text);
		try {
			await unpack(this.#engine, `/containers/${id}/export`, root);
		} finally {
			await callEngine(this.#engine, 'DELETE', `/containers/${id}?force=true`);
		}

		await Promise.all(
			artefacts.map(async artefact =>
				rm(path.join(root, artefact), {recursive: true, force: true}),
			),
		);
		return root;
	}

	async remove(): Promise<void> {
		await rm(this.folder, {recursive: true, force: true});
	}
}

async function unpack(
	{dockerHost}: EngineAddress,
	from: string,
	root: string,
): Promise<void> {
	const url = new URL(dockerHost);
	const call = request({
		...(url.protocol === 'unix:'
			? {socketPath: url.pathname}
			: {host: url.hostname, port: url.port}),
		path: from,
	}).end();
	const [answer] = (await once(call, 'response')) as [NodeJS.ReadableStream];
	const tar = spawn(
		'tar',
		[
			'-x',
			'-p',
			'--numeric-owner',
			'--xattrs',
			'--xattrs-include=*',
			'-C',
			root,
		],
		{stdio: ['pipe', 'inherit', 'inherit']},
	);
	const ended = once(tar, 'exit');
	await pipeline(answer, tar.stdin);
	const [code] = (await ended) as [number];
	if (code !== 0) {
		throw new Error(`tar ended with ${code}.`);
	}
}

/**
@returns What `rsync -nai --checksum` would do to make `from` the same as `to`: by path, its code (rsync(1),
--itemize-changes), or `deleting`. Directories that differ in their time alone are left out.
*/
export async function rsyncChanges(
	from: string,
	to: string,
): Promise<ReadonlyMap<string, string>> {
	const {stdout} = await attempt('rsync', [
		'-naiX8',
		'--checksum',
		'--numeric-ids',
		'--delete',
		'--out-format=%i %n',
		`${to}/`,
		`${from}/`,
	]);
	return new Map(
		stdout
			.split('\n')
			.filter(Boolean)
			.map(line => /^(\S+)\s+(.*?)\/?$/v.exec(line)!)
			.map(([, code = '', name = '']) => [
				name === '.' ? '' : name,
				code.replace('*', ''),
			]),
	);
}

/** @returns What `diff -rq --no-dereference` says, with the paths from the two roots. */
export async function diffLines(
	from: string,
	to: string,
): Promise<readonly string[]> {
	const {stdout} = await attempt('diff', ['-rq', '--no-dereference', from, to]);
	return stdout
		.replaceAll(`${from}/`, 'a/')
		.replaceAll(`${to}/`, 'b/')
		.replaceAll(`${from}:`, 'a:')
		.replaceAll(`${to}:`, 'b:')
		.split('\n')
		.filter(Boolean)
		.toSorted();
}
