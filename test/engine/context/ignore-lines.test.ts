import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {explainMissingInContext} from '../../../source/engine/context/explain-missing.js';
import {findExcluded} from '../../../source/engine/context/ignore-lines.js';

/** Makes a folder with these files; a name that ends in `->` is a link to what the text says. */
async function folderOf(
	files: Readonly<Record<string, string>>,
): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-ignore-'));
	onTestFinished(async () => {
		await rm(folder, {recursive: true});
	});
	await Promise.all(
		Object.entries(files).map(async ([name, text]) => {
			const file = path.join(folder, name);
			await mkdir(path.dirname(file), {recursive: true});
			await (name.endsWith('->')
				? symlink(text, file.slice(0, -2))
				: writeFile(file, text));
		}),
	);

	return folder;
}

test.each([
	['*\n!src\n!assets/keep', 'dist/app.js', {line: 1, pattern: '*'}],
	['# none\n\ndist\n*.js', 'dist/app.js', {line: 3, pattern: 'dist'}],
	['dist\n!dist\ndist/*.js', 'dist/app.js', {line: 3, pattern: 'dist/*.js'}],
	['**/*.js', 'dist/*.js', {line: 1, pattern: '**/*.js', path: 'dist/app.js'}],
	['*.css\n!dist', 'dist/app.js', null],
	['dist', 'dist/none', null],
])('of %j, the line that keeps %s out', async (ignore, wanted, expected) => {
	const context = await folderOf({'.dockerignore': ignore, 'dist/app.js': ''});
	expect(await findExcluded({context, dockerfile: null}, wanted)).toEqual(
		expected && {path: wanted, file: '.dockerignore', ...expected},
	);
});

async function explain(
	context: string,
	text: string,
	wanted: string,
	dockerfile: string | null = null,
): Promise<string> {
	const {message, advice} = await explainMissingInContext(
		{text, lines: [2, 2]},
		{wanted, directory: '', names: [], nearMisses: []},
		{context, dockerfile},
	);
	return `${message} ${advice ?? ''}`;
}

test('a file of that name in another folder of the context', async () => {
	const context = await folderOf({'src/app/main.txt': '', 'x/other.txt': ''});
	expect(
		await explain(context, 'COPY app/main.txt /', 'app/main.txt'),
	).toContain('Did you mean src/app/main.txt?');
	expect(await explain(context, 'COPY other.txt /', 'other.txt')).toContain(
		'Did you mean x/other.txt?',
	);
	expect(await explain(context, 'COPY none.txt /', 'none.txt')).not.toContain(
		'Did you mean',
	);
});

test('a link to nowhere, and one that stays in the context', async () => {
	const context = await folderOf({'a->': 'none', 'b->': 'c', 'c/x': ''});
	expect(await explain(context, 'COPY a /', 'a')).toContain(
		"a in the build context is a link to none, which isn't there.",
	);
	expect(await explain(context, 'COPY b/y /', 'b/y')).not.toContain('a link');
});

test('a path that leads out, in JSON, with nothing there', async () => {
	const context = await folderOf({'proj/Dockerfile': ''});
	const told = await explain(
		path.join(context, 'proj'),
		'COPY ["../../none x", "/"]',
		'none x',
		'/Dockerfile',
	);
	expect(told).toContain(
		'../../none x leads out of the build context: it is cut',
	);
	expect(told).toContain('Name something in the context.');
});
