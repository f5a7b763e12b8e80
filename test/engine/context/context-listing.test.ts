import {chmod, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {
	listContext,
	readExclusions,
} from '../../../source/engine/context/context-listing.js';
import {UsageError} from '../../../source/errors.js';
import {makeTree} from './temporary-tree.js';

test('the ignore file beside the Dockerfile counts in place of that of the context', async () => {
	const context = await makeTree({
		'.dockerignore': 'a\n',
		'Dockerfile.dockerignore': '# none of these\nb\n',
	});
	const read = async (dockerfile: string | null) =>
		readExclusions({context, dockerfile});
	expect(await read(join(context, 'Dockerfile'))).toEqual(['b']);
	expect(await read(join(context, 'Other'))).toEqual(['a']);
	expect(await read(null)).toEqual(['a']);
	const bare = await makeTree({});
	expect(await readExclusions({context: bare, dockerfile: null})).toEqual([]);
});

test('a context is listed without what the engine does not get', async () => {
	const context = await makeTree({
		'.dockerignore': '.dockerignore\nlogs\n',
		'logs/today': 'x',
		'src/main.c': 'main',
		link: '→ src/main.c',
	});
	const listing = await listContext({context, dockerfile: null});
	expect([...listing.keys()]).toEqual(['link', 'src', 'src/main.c']);
	expect(listing.get('link')!.fingerprint).toMatch(/ src\/main\.c$/v);
});

test('a fingerprint is of the contents and the mode, not of the time', async () => {
	const context = await makeTree({same: 'a', other: 'a', text: 'a', mode: 'a'});
	const request = {context, dockerfile: null};
	const before = await listContext(request);
	await writeFile(join(context, 'same'), 'a');
	await writeFile(join(context, 'text'), 'b');
	await chmod(join(context, 'mode'), 0o700);
	const after = await listContext(request);
	const changed = [...after.keys()].filter(
		path => after.get(path)!.fingerprint !== before.get(path)!.fingerprint,
	);
	expect(changed).toEqual(['mode', 'text']);
	expect(after.get('same')!.fingerprint).toBe(after.get('other')!.fingerprint);
});

test('what looks as it did earlier is not read again', async () => {
	const context = await makeTree({file: 'a', changed: 'a'});
	const request = {context, dockerfile: null};
	const listing = await listContext(request);
	const earlier = new Map(
		[...listing].map(([path, {stamp}]) => [
			path,
			{fingerprint: `as it was: ${path}`, stamp},
		]),
	);
	await writeFile(join(context, 'changed'), 'longer');
	const again = await listContext(request, {earlier});
	expect(again.get('file')!.fingerprint).toBe('as it was: file');
	expect(again.get('changed')!.fingerprint).not.toMatch(/^as it was/v);
});

test('a large file of which nothing is wanted is not read', async () => {
	const context = await makeTree({small: 'a', large: '', wanted: ''});
	await truncate(join(context, 'large'), 2 ** 40);
	await truncate(join(context, 'wanted'), 2_000_000);
	const request = {context, dockerfile: null};
	const listing = await listContext(request, {
		reads: path => path === 'wanted',
	});
	const read = [...listing].filter(([, {fingerprint}]) => fingerprint !== null);
	expect(read.map(([path]) => path)).toEqual(['small', 'wanted']);
	const again = await listContext(request, {
		earlier: new Map([
			['wanted', {...listing.get('wanted')!, fingerprint: null}],
		]),
		reads: path => path === 'wanted',
	});
	expect(again).toEqual(listing);
});

test('reading a large file ends when nobody wants it any more', async () => {
	const context = await makeTree({large: ''});
	await truncate(join(context, 'large'), 2 ** 40);
	await expect(
		listContext(
			{context, dockerfile: null},
			{signal: AbortSignal.timeout(100)},
		),
	).rejects.toThrow(/abort|timeout/iv);
});

test('a .dockerignore that is no file is told', async () => {
	const context = await makeTree({'.dockerignore/': ''});
	await expect(readExclusions({context, dockerfile: null})).rejects.toThrow(
		/\/\.dockerignore can't be read: it is a folder/v,
	);
	await expect(readExclusions({context, dockerfile: null})).rejects.toThrow(
		UsageError,
	);
});
