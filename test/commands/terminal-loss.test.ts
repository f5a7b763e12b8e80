import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {watchFor} from '../engine/process.js';
import {bundle} from '../terminal/bundle.js';
import {TestTerminal} from '../terminal/terminal.js';

test('a terminal that goes while the program starts ends it as one that goes later', async () => {
	const program = await bundle(
		path.join(import.meta.dirname, '../terminal/fixtures/late-terminal.ts'),
		`late-terminal-${process.pid}`,
	);
	onTestFinished(program.remove);
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-terminal-'));
	onTestFinished(async () => rm(folder, {recursive: true}));
	const terminal = new TestTerminal('sh', [
		'-c',
		'ulimit -c 0; trap : HUP; "$@"; echo "$?" > "$0/code"',
		folder,
		process.execPath,
		program.path,
	]);
	await terminal.waitForText('started');
	terminal.hangUp();
	const code = await watchFor(async () => {
		const text = await readFile(path.join(folder, 'code'), 'utf8').catch(
			() => '',
		);
		return text.endsWith('\n') ? text.trim() : undefined;
	}, 20_000);
	expect(code).toBe('129');
});
