import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {expect, onTestFinished, test} from 'vitest';
import {bundle} from '../terminal/bundle.js';

test('a stack trace has nothing in it that a terminal would act on', async () => {
	const cli = await bundle(
		path.join(import.meta.dirname, '../../cli.tsx'),
		`trace-${process.pid}`,
	);
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-trace-'));
	onTestFinished(async () => {
		await cli.remove();
		await rm(folder, {recursive: true});
	});
	const child = spawn(process.execPath, [
		cli.path,
		'tree',
		folder,
		'--file',
		'a\u001B[31mb',
		'--debug',
	]);
	const said = await text(child.stderr);
	expect(said).toMatch(/^mstage: There is no a\\x1b\[31mb: /v);
	expect(said).toMatch(/\n {4}at .*readDockerfile/v);
	expect(said).not.toContain('\u001B');
});
