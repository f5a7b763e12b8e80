import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {onTestFinished} from 'vitest';

/** Contents of a file; a name that ends in `/` is an empty directory, and `→ target` a symbolic link. */
export type TreeContents = Readonly<Record<string, string | Uint8Array>>;

/**
@param contents - What is in it, by path.
@returns The path of a new directory, which is removed after the test.
*/
export async function makeTree(contents: TreeContents = {}): Promise<string> {
	const root = await mkdtemp(join(tmpdir(), 'mstage-session-'));
	onTestFinished(async () => rm(root, {recursive: true, force: true}));
	for (const [path, content] of Object.entries(contents)) {
		// eslint-disable-next-line no-await-in-loop -- a link's target may be one of the files before it
		await makeEntry(join(root, path), content);
	}

	return root;
}

async function makeEntry(
	path: string,
	content: string | Uint8Array,
): Promise<void> {
	if (path.endsWith('/')) {
		await mkdir(path, {recursive: true});
		return;
	}

	await mkdir(dirname(path), {recursive: true});
	await (typeof content === 'string' && content.startsWith('→ ')
		? symlink(content.slice('→ '.length), path)
		: writeFile(path, content));
}
