import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {pack} from 'tar-stream';
import {dockerClient, type EngineInfo, removeImage} from '../engine.js';
import {callEngine} from '../http.js';
import {importImage} from '../images.js';
import {run} from '../process.js';
import {registryUser} from './registry.js';

/** @returns What Docker's configuration has of the registry's user. */
export function authOf(password = registryUser.password): {
	readonly auth: string;
} {
	const text = `${registryUser.username}:${password}`;
	return {auth: Buffer.from(text).toString('base64')};
}

/**
Makes an image of one file that is nowhere else, and leaves it only in a registry.

@param name - Of the image: `HOST:PORT/REPOSITORY:1`.
@param file - Its name.
@param size - Its size in bytes, which no compression makes smaller.
*/
export async function pushImage(
	engine: EngineInfo,
	name: string,
	file: string,
	size = 1_000_000,
): Promise<void> {
	const tar = pack();
	tar.entry({name: file}, randomBytes(size));
	tar.finalize();
	const [, port, repository] = /^[^:]+:(\d+)\/(.+):1$/v.exec(name)!;
	const local = `mstage-test/${repository}:${port}`;
	await importImage(engine, local, Readable.from(tar));
	await callEngine(
		engine,
		'POST',
		`/images/${local}/tag?repo=${name.slice(0, -2)}&tag=1`,
	);
	const {command, env} = await dockerClient(engine);
	const home = await mkdtemp(path.join(tmpdir(), 'mstage-push-'));
	await writeFile(
		path.join(home, 'config.json'),
		JSON.stringify({auths: {[name.split('/', 1)[0]!]: authOf()}}),
	);
	try {
		await run(command, ['push', name], {env: {...env, DOCKER_CONFIG: home}});
	} finally {
		await rm(home, {recursive: true});
	}

	await removeImage(engine, name);
	await removeImage(engine, local);
}
