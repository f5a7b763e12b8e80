import {expect, test} from 'vitest';
import {describeMissing, lookFor} from '../../source/engine/missing-source.js';

const directories: Readonly<Record<string, readonly string[]>> = {
	'': ['Dockerfile', 'dist/', 'empty/', 'many/'],
	dist: ['App', 'app.js', 'other'],
	empty: [],
	many: Array.from({length: 7}, (_, index) => `file${index}`),
};

async function list(directory: string) {
	return (
		directories[directory]?.map(name => ({
			name: name.replace(/\/$/v, ''),
			isDirectory: name.endsWith('/'),
		})) ?? null
	);
}

test.each([
	['/dist/app', 'There is no dist/app in it all; dist/ has App, app.js.'],
	[
		'dist/deep/er/file',
		'There is no dist/deep/er/file in it all; dist/ has App, app.js, other.',
	],
	['dits/app', 'There is no dits/app in it all; it has dist/.'],
	['empty/x', 'There is no empty/x in it all; empty/ is empty.'],
	[
		'many/zzzzzz',
		'There is no many/zzzzzz in it all; many/ has file0, file1, file2, file3, file4 and 2 more.',
	],
	[
		'dist/*.txt',
		'There is no dist/*.txt in it all; dist/ has App, app.js, other.',
	],
	['Dockerfile/x', 'There is no Dockerfile/x in it all; it has Dockerfile.'],
])('%s', async (wanted, sentence) => {
	expect(describeMissing(await lookFor(wanted, list), 'it all')).toBe(sentence);
});
