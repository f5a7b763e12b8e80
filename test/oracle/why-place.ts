/* eslint-disable no-await-in-loop -- a few small files, one after the other */
import {mkdir, symlink, utimes, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {networkInterfaces} from 'node:os';
import path from 'node:path';
import type {WhyProject} from './why-draft.js';

/** Where downloads come from. */
export type WhyServer = {
	readonly address: string;
	serve(files: ReadonlyMap<string, string>): void;
	close(): void;
};

/** @returns A server that what runs in a namespace of an engine reaches. */
export async function openWhyServer(): Promise<WhyServer> {
	let files: ReadonlyMap<string, string> = new Map();
	const server = createServer((request, response) => {
		const content = files.get(request.url?.slice(1) ?? '');
		response.writeHead(content === undefined ? 404 : 200);
		response.end(content);
	});
	await new Promise<void>(resolve => {
		server.listen(0, '0.0.0.0', resolve);
	});
	const {port} = server.address() as {readonly port: number};
	const host = Object.values(networkInterfaces())
		.flat()
		.find(one => one?.family === 'IPv4' && !one.internal)?.address;
	return {
		address: `http://${host ?? '127.0.0.1'}:${port}`,
		serve(served) {
			files = served;
		},
		close() {
			server.close();
		},
	};
}

/** Writes a project on disk: its Dockerfile, that of its image, and the folders `context` and `lib`. */
export async function writeProject(
	folder: string,
	{dockerfile, image, context, links, named}: WhyProject,
): Promise<void> {
	await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
	if (image) {
		await writeFile(path.join(folder, 'Dockerfile.image'), image.dockerfile);
	}

	for (const [name, files] of [
		['context', context],
		['lib', named],
	] as const) {
		for (const [file, content] of files) {
			const at = path.join(folder, name, file);
			await mkdir(path.dirname(at), {recursive: true});
			await writeFile(at, content);
			// Times must not tell them apart.
			await utimes(at, 1_600_000_000, 1_600_000_000);
		}
	}

	for (const [file, target] of links) {
		await symlink(target, path.join(folder, 'context', file));
	}
}
