import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {run} from '../test/engine/process.js';

const root = path.join(import.meta.dirname, '..');

/** What dist/ is made from. */
const sources = ['cli.tsx', 'source', 'scripts/build.mjs', 'package.json'];

/**
@returns The path of dist/cli.js, which is made anew when it is missing or older than what it is made from.
@throws {Error} It can't be made, with what the compiler says.
*/
export async function builtCli(): Promise<string> {
	const cli = path.join(root, 'dist/cli.js');
	const builtAt = await stat(cli).then(
		({mtimeMs}) => mtimeMs,
		() => 0,
	);
	const changes = await Promise.all(
		sources.map(async name => lastChange(name)),
	);
	if (Math.max(...changes) > builtAt) {
		await run('npm', ['run', 'build'], {cwd: root});
	}

	return cli;
}

async function lastChange(name: string): Promise<number> {
	const start = path.join(root, name);
	const status = await stat(start);
	if (!status.isDirectory()) {
		return status.mtimeMs;
	}

	const inside = await readdir(start, {recursive: true});
	const all = await Promise.all(
		inside.map(async file => stat(path.join(start, file))),
	);
	return Math.max(status.mtimeMs, ...all.map(({mtimeMs}) => mtimeMs));
}
