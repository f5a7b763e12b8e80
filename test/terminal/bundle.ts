import {mkdirSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {bundled} from '../../scripts/bundled.mjs';

const folder = fileURLToPath(
	new URL('../../node_modules/.cache/mstage-test/', import.meta.url),
);

/**
Makes one file of a program and what it imports, libraries too: it starts in a third of the time, and tests start it often.

@param source - The path of a TypeScript file.
@param name - For the bundle, without an extension.
@returns The path of a file that Node runs, and what removes it.
*/
export async function bundle(
	source: string,
	name: string,
): Promise<{readonly path: string; remove(): Promise<void>}> {
	mkdirSync(folder, {recursive: true});
	const outfile = `${folder}${name}.mjs`;
	await build({
		entryPoints: [source],
		outfile,
		...bundled,
		logLevel: 'warning',
	});
	return {
		path: outfile,
		async remove() {
			await rm(outfile);
		},
	};
}
