import {spawn} from 'node:child_process';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {dockerClient, type EngineInfo} from '../test/engine/engine.js';

/** Images made of the same files each, and of a second one in which 1 % of the files differ. */
export type LargeImage = {
	/** For people. */
	readonly name: string;
	readonly reference: string;

	/** The one that differs. */
	readonly other: string;
};

/** How many files are in a directory. */
const filesEach = 50;

/** As many files as the name says, all of one size. */
const shapes = [
	{name: '80,000 files, 830 MB', tag: '80k', files: 80_000, bytes: 10_375},
	{name: '300,000 files, 30 MB', tag: '300k', files: 300_000, bytes: 100},
] as const;

/**
Makes the images, each when the one before was used.

@param folder - For their build contexts.
@throws {Error} From the iterable: a build failed.
*/
export async function* makeLargeImages(
	engine: EngineInfo,
	folder: string,
): AsyncGenerator<LargeImage> {
	for (const {name, tag, files, bytes} of shapes) {
		const reference = `mstage-bench-${tag}:a`;
		const other = `mstage-bench-${tag}:b`;
		const made = ['FROM busybox', `RUN ${makeFiles(files, bytes)}`];
		/* eslint-disable no-await-in-loop -- the second is built on the first */
		await build(engine, path.join(folder, tag), reference, made);
		await build(engine, path.join(folder, `${tag}-other`), other, [
			`FROM ${reference}`,
			`RUN ${changeFiles(files)}`,
		]);
		/* eslint-enable no-await-in-loop */
		yield {name, reference, other};
	}
}

/** One process makes all of them: a process each would take minutes. */
function makeFiles(files: number, bytes: number): string {
	const directories = files / filesEach;
	const script = [
		`while (length(s) < ${bytes}) s = s "0123456789abcdef"`,
		`s = substr(s, 1, ${bytes - 9})`,
		`for (d = 1; d <= ${directories}; d++) for (f = 1; f <= ${filesEach}; f++) {`,
		`n = "/data/package-" d "/file-" f ".js"`,
		String.raw`printf "%s%08d\n", s, d * ${filesEach} + f > n`,
		'close(n) }',
	].join('; ');
	return `seq 1 ${directories} | sed 's|^|/data/package-|' | xargs mkdir -p && awk 'BEGIN { ${script.replaceAll('{;', '{')} }'`;
}

/** One file in every second directory of fifty: 1 %. */
function changeFiles(files: number): string {
	return `awk 'BEGIN { for (d = 1; d <= ${files / filesEach}; d += 2) { n = "/data/package-" d "/file-1.js"; print "more" >> n; close(n) } }'`;
}

async function build(
	engine: EngineInfo,
	context: string,
	tag: string,
	lines: readonly string[],
): Promise<void> {
	await mkdir(context, {recursive: true});
	await writeFile(path.join(context, 'Dockerfile'), lines.join('\n'));
	const {command, env} = await dockerClient(engine);
	const child = spawn(command, ['build', '-q', '-t', tag, context], {
		env,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const code = await new Promise(resolve => {
		child.on('close', resolve);
	});
	if (code !== 0) {
		throw new Error(`The build of ${tag} ended with ${String(code)}`);
	}
}
