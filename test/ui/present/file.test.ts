import {Buffer} from 'node:buffer';
import {expect, test} from 'vitest';
import {asBytePath} from '../../../source/text/byte-path.js';
import {type FileView, fileViewOf} from '../../../source/ui/files/file-view.js';
import {noFiles} from '../../../source/ui/files/files-view.js';
import {presentFile} from '../../../source/ui/present/file.js';
import {sceneOf, textOf, textsOf} from '../scene.js';

const path = asBytePath('src/\u001B]0;x\u0007\n');

function viewOf(contents: Buffer | string): FileView {
	const data = Buffer.from(contents);
	return fileViewOf(path, data.length, data);
}

function present(file: FileView, {width = 40, height = 10, left = 0} = {}) {
	const scene = sceneOf({
		view: [
			{
				type: 'files',
				files: {...noFiles, name: 'builder', status: {kind: 'ready'}, file},
			},
			{type: 'focus', page: 'files'},
			{type: 'shift', cells: left},
		],
	});
	return presentFile(scene, file, width, height);
}

test('a text has the numbers of its lines, and nothing of it reaches the terminal as it is', () => {
	const {rows, label, position} = present(
		viewOf('one\n\tt\u001B[2Jw\u0007o\r\n\r日本\n'),
	);
	expect(textsOf(rows)).toEqual([
		'   1  one',
		String.raw`   2          t\x1b[2Jw\x07o`,
		String.raw`   3  \r日本`,
	]);
	expect(label).toBe(String.raw`builder /src/\x1b]0;x\x07\n`);
	expect(position).toBe('lines 1-3, 23 B');
});

test('a long line is cut, and moves sideways by cells', () => {
	const file = viewOf(`${'ab'.repeat(40)}\n日本語日本語\n`);
	expect(textsOf(present(file, {width: 20}).rows)).toEqual([
		'   1  ababababababa…',
		'   2  日本語日本語',
	]);
	expect(textsOf(present(file, {width: 20, left: 3}).rows)).toEqual([
		'   1  bababababababa'.slice(0, 19) + '…',
		'   2   語日本語',
	]);
});

test('what is searched for is marked in its colours, also over several pieces', () => {
	const file: FileView = {
		...viewOf('let x = 1\n'),
		search: 'T X',
		colours: {
			offset: 0,
			from: 0,
			rows: [
				[
					{text: 'let', style: 'keyword'},
					{text: ' x = ', style: 'plain'},
					{text: '1', style: 'number'},
				],
			],
		},
	};
	const [row] = present(file).rows;
	expect(row!.slice(1)).toEqual([
		{text: 'le', style: 'keyword'},
		{text: 't', style: 'match'},
		{text: ' x', style: 'match'},
		{text: ' = ', style: 'plain'},
		{text: '1', style: 'number'},
	]);
	expect(textOf(row!)).toBe('   1  let x = 1');
});

test('colours of lines that are not held any more are not used', () => {
	const file: FileView = {
		...viewOf('one\n'),
		colours: {offset: 7, from: 0, rows: [[{text: 'other', style: 'plain'}]]},
	};
	expect(textsOf(present(file).rows)).toEqual(['   1  one']);
});

test('what is no text is shown in bytes, an empty file says so', () => {
	const {rows, position} = present(
		viewOf(
			Buffer.from([0, 0x41, 0x1b, 0xff, ...Buffer.from('sixteen bytes!')]),
		),
		{width: 80},
	);
	expect(textsOf(rows)).toEqual([
		' 00000000  00 41 1b ff 73 69 78 74 65 65 6e 20 62 79 74 65  ·A··sixteen byte',
		' 00000010  73 21                                            s!',
	]);
	expect(position).toBe('0 of 18 B');
	expect(textsOf(present(viewOf('')).rows)).toEqual([' The file is empty.']);
});
