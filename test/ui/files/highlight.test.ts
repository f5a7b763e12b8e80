import fc from 'fast-check';
import {expect, test} from 'vitest';
import {highlight} from '../../../source/ui/files/highlight.js';
import {languageOf, loadGrammar} from '../../../source/ui/files/languages.js';

test.each([
	['main.go', '', 'go'],
	['Dockerfile', '', 'dockerfile'],
	['Dockerfile.dev', '', 'dockerfile'],
	['GNUmakefile', '', 'makefile'],
	['nginx.conf', '', 'nginx'],
	['other.conf', '', 'ini'],
	['.env', '', 'properties'],
	['pip3', '#!/usr/bin/env python3.11 -u', 'python'],
	['run', '#!/bin/sh -e', 'bash'],
	['tool', '#! /usr/bin/env -S node --flag', 'javascript'],
	['passwd', 'root:x:0:0', null],
	['README', '', null],
	['日本', '#!/opt/日本', null],
])('%s with the first line %j is %s', (name, firstLine, language) => {
	expect(languageOf(name, firstLine)).toBe(language);
});

test('every language that a name stands for can be loaded', async () => {
	const names = [
		'c',
		'cc',
		'cs',
		'css',
		'patch',
		'go',
		'toml',
		'java',
		'js',
		'json',
		'kt',
		'lua',
		'mk',
		'md',
		'pl',
		'php',
		'env',
		'py',
		'rb',
		'rs',
		'sql',
		'swift',
		'ts',
		'xml',
		'yml',
		'sh',
		'dockerfile',
	];
	for (const name of names) {
		const language = languageOf(`a.${name}`, '');
		// eslint-disable-next-line no-await-in-loop -- one after the other is as fast
		expect(await loadGrammar(language!)).toBeTypeOf('function');
	}
});

test('words get their styles, also those of a comment over several lines', async () => {
	expect(
		await highlight('go', ['func main() { // hi', '/* one', 'two */ x := "y"']),
	).toEqual([
		[
			{text: 'func', style: 'keyword'},
			{text: ' ', style: 'plain'},
			{text: 'main', style: 'name'},
			{text: '()', style: 'plain'},
			{text: ' { ', style: 'plain'},
			{text: '// hi', style: 'comment'},
		],
		[{text: '/* one', style: 'comment'}],
		[
			{text: 'two */', style: 'comment'},
			{text: ' x := ', style: 'plain'},
			{text: '"y"', style: 'string'},
		],
	]);
});

test('whatever the colours are, the lines stay what they are', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom('bash', 'c', 'xml', 'markdown', 'json', 'dockerfile'),
			fc.array(fc.string({unit: fc.constantFrom(...'a{}<>"\'#/*$`\\ 日-')}), {
				minLength: 1,
			}),
			async (language, lines) => {
				const coloured = await highlight(language, lines);
				expect(coloured.map(row => row.map(({text}) => text).join(''))).toEqual(
					lines,
				);
			},
		),
	);
});
