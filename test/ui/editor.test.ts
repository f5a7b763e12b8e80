import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {editorCommand} from '../../source/ui/editor.js';

describe('the editor', () => {
	test.each([
		['vim', ['+14', 'Dockerfile']],
		['/usr/bin/nano -w', ['+14', 'Dockerfile']],
		['emacsclient -t', ['+14', 'Dockerfile']],
		['code', ['--wait', '--goto', 'Dockerfile:14']],
		['code -w', ['--goto', 'Dockerfile:14']],
		['hx', ['Dockerfile:14']],
		['subl --wait', ['Dockerfile:14']],
		['my-editor', ['Dockerfile']],
	])('%s opens the line', (editor, words) => {
		expect(editorCommand({EDITOR: editor}, 'Dockerfile', 14)).toEqual([
			'sh',
			'-c',
			`${editor} "$@"`,
			editor,
			...words,
		]);
	});

	test('VISUAL goes before EDITOR; what is empty is not there', () => {
		const named = (env: Readonly<Record<string, string>>) =>
			editorCommand(env, 'Dockerfile', 1)?.[3];
		expect(named({VISUAL: 'one', EDITOR: 'two'})).toBe('one');
		expect(named({VISUAL: ' ', EDITOR: 'two'})).toBe('two');
	});

	test('without both it is vi or nano, whichever is on the PATH', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'mstage-editor-'));
		try {
			expect(editorCommand({PATH: folder}, 'Dockerfile', 1)).toBeNull();
			const nano = path.join(folder, 'nano');
			await writeFile(nano, '');
			expect(editorCommand({PATH: folder}, 'Dockerfile', 1)).toBeNull();
			await chmod(nano, 0o755);
			expect(editorCommand({PATH: folder}, 'Dockerfile', 1)?.[3]).toBe('nano');
		} finally {
			await rm(folder, {recursive: true});
		}
	});
});
