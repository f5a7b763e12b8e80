import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import path from 'node:path';
import {writeFile} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {projectForTests} from './project.js';
import {shellPrompt} from './shell-prompt.js';

const project = projectForTests();

test('each instruction is a step, also one that only tells; time goes back and forward, and into what is read', async () => {
	await project.dockerfile(
		'FROM busybox AS one',
		'ENV COLOUR=blue',
		'RUN echo $COLOUR > /colour && cat /colour',
		'FROM busybox AS two',
		'COPY --from=one /colour /',
		'LABEL done=yes',
	);
	await using it = await project.debug('--pause', 'instruction');
	const {terminal} = it;
	await terminal.waitForText('paused before one:0');
	for (const place of ['one:1', 'one:2']) {
		terminal.press('c');
		// eslint-disable-next-line no-await-in-loop -- one pause after the other
		await terminal.waitForText(`paused before ${place}`);
	}

	terminal.press('n');
	await terminal.waitForText('paused at the end of one');
	terminal.press('c');
	await terminal.waitForText('paused before two:0');
	terminal.press('n');
	await terminal.waitForText('paused before two:1');
	terminal.press('i');
	await terminal.waitForText(/▌▾ ✔ 0 one/v);
	terminal.press('[');
	await terminal.waitForText(/▌[^\n]*two|▌[^\n]*FROM/v);
	terminal.press(']');
	terminal.press('c');
	await terminal.waitForText('paused before two:2');
	terminal.press('c');
	await terminal.waitForText('paused at the end of two');
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
});

test('what a failed COPY looked for is told with what is there; files that change load it again', async () => {
	await project.write('dist/App', 'upper');
	await project.dockerfile('FROM scratch', 'COPY dist/app /app');
	await using it = await project.debug(
		'--watch',
		'--pause',
		'error',
		'--toolbox',
		'busybox',
	);
	const {terminal} = it;
	await terminal.waitForText('failed in 0:1');
	await terminal.waitForText('App');
	terminal.press('s');
	await terminal.waitForText(shellPrompt);
	terminal.press('echo kept > /mine; echo in the $((1+1))nd\r');
	await terminal.waitForText(/in the 2nd$/mv);
	terminal.press('exit\r');
	await terminal.waitForText('exited with code 0');
	terminal.press('s');
	await terminal.waitForText('with its changes until mstage ends');
	terminal.press('cat /mine\r');
	await terminal.waitForText(/^kept$/mv);
	terminal.press('exit\r');
	await terminal.waitForText('exited with code 0');
	await project.write('dist/app', 'lower');
	await terminal.waitForText('paused before 0:1');
	await project.dockerfile('FROM scratch', 'COPI x y');
	await terminal.waitForText(/COPI/v);
	await project.dockerfile('FROM scratch', 'COPY dist/app /app', 'LABEL x=y');
	await terminal.waitForText(
		text => !text.includes('COPI') && text.includes('paused before 0:1'),
	);
	terminal.press('c');
	await terminal.waitForText('finished');
	terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
});

test('breakpoints are there in the next session; a script of commands ends at the first that fails', async () => {
	await project.dockerfile(
		'FROM busybox',
		'ARG MODE=fast',
		'RUN echo one',
		'RUN echo two',
	);
	const script = path.join(project.folder, 'script');
	const session = async (...lines: readonly string[]) => {
		await writeFile(script, `${lines.join('\n')}\n`);
		const {stdout, stderr, code} = await project.onPipe([
			'debug',
			project.context,
			'--commands',
			script,
		]);
		return {text: `${stdout.toString()}${stderr.toString()}`, code};
	};

	const atPrompt = async (...typed: readonly string[]) => {
		await using it = await project.start('debug', project.context, '--plain');
		await it.terminal.waitForText('before 0:0');
		it.terminal.press(typed.map(line => `${line}\r`).join(''));
		expect(await it.terminal.waitForExit()).toEqual({code: 0, signal: null});
		return it.terminal.text();
	};

	await atPrompt(
		'break 3 if MODE=fast',
		'break 3 if MODE=slow',
		'break COPY',
		'break 4',
		'disable 4',
		'quit',
	);
	const second = await session(
		'break',
		'continue',
		'where',
		'variables',
		'continue',
		'rerun 0:3',
		'quit',
	);
	// A script isn't stopped by what was kept for people.
	expect(second.text).toContain('no breakpoints');
	expect(second.text).not.toMatch(/before 0:2/v);
	expect(second.text).toContain('MODE');
	expect(second.code).toBe(0);
	const kept = await atPrompt('break', 'quit');
	expect(kept).toContain('3 if MODE=fast');
	expect(kept).toContain('3 if MODE=slow');
	expect(kept).toContain('COPY');
	const third = await session('continue', 'nonsense', 'continue');
	expect(third.code).toBe(1);
	expect(third.text).toContain('nonsense');
});

test('bytes go through a command both ways as they are', async () => {
	await project.dockerfile('FROM busybox', 'RUN true');
	const input = randomBytes(1024 * 1024);
	const {stdout, stderr, code} = await project.onPipe(
		['shell', '0:1', '--context', project.context, '--', 'cat'],
		input,
	);
	expect([stderr.toString(), code]).toEqual(['', 0]);
	expect(stdout.equals(input)).toBe(true);
});

test('a command in a shell ends by itself on a terminal, whose input never ends', async () => {
	await project.dockerfile('FROM busybox', 'RUN true');
	await using it = await project.start(
		'shell',
		'0:1',
		'--context',
		project.context,
		'--',
		'sh',
		'-c',
		'tty; exit 3',
	);
	expect(await it.terminal.waitForExit()).toEqual({code: 3, signal: null});
	expect(it.terminal.text()).toContain('/dev/pts/');
});

test('the prompt looks at the files of what is reached', async () => {
	await project.dockerfile(
		'FROM busybox AS made',
		'RUN mkdir /out && echo shipped > /out/app && echo left > /out/note',
		'FROM scratch',
		'COPY --from=made /out/app /bin/app',
	);
	const {stdout, code} = await project.onPipe(
		['debug', project.context],
		Buffer.from(
			'left\ncontinue\nls made:/out\ncontinue\nleft made\nwhy made:/out/note\nw /bin/app\nquit\n',
		),
	);
	const [early, middle, late] = stdout
		.toString()
		.split(/^⏸ .*$/mv)
		.slice(1);
	expect(early).toMatch(/The build hasn't reached \S+ yet/v);
	expect(middle).toContain('note');
	expect(late).toMatch(
		/^made made 2 files .*: 1 file .*shipped, 1 file .*left behind$/mv,
	);
	expect(late).toMatch(/^made:\/out\/note stayed behind/mv);
	expect(late).toMatch(/^\/bin\/app ← COPY --from=made \/out\/app /mv);
	// The first command asked too early.
	expect(code).toBe(1);
});

test('the id of an image that can not be written ends the session all the same', async () => {
	await project.dockerfile('FROM busybox');
	const {stderr, code} = await project.onPipe([
		'debug',
		project.context,
		'--pause',
		'never',
		'--iidfile',
		path.join(project.folder, 'none/id'),
	]);
	expect(stderr.toString()).toContain("none/id can't be written");
	expect(code).toBe(2);
});

test('a folder is no file of commands', async () => {
	await project.dockerfile('FROM busybox');
	const {stderr, code} = await project.onPipe([
		'debug',
		project.context,
		'--commands',
		project.folder,
	]);
	expect(stderr.toString()).toContain(
		"can't be read: it is a folder. Name a file of commands",
	);
	expect(code).toBe(2);
});

test('a secret that a failed command printed is in none of what is told of the failure, which ends in one sentence', async () => {
	await project.dockerfile(
		'FROM busybox',
		'RUN --mount=type=secret,id=token $(cat /run/secrets/token)',
	);
	const secret = path.join(project.folder, 'token');
	await writeFile(secret, 'the-token-itself\n');
	const flags = ['--secret', `id=token,src=${secret}`];
	// One after the other: what two sessions run at once is one step of the engine, whose output one of them may miss.
	const session = await project.onPipe([
		'debug',
		project.context,
		'--pause',
		'never',
		...flags,
	]);
	const command = await project.onPipe([
		'left',
		'-C',
		project.context,
		...flags,
	]);
	expect(session.stdout.toString()).toContain(
		'The program •••• couldn\'t be started: the answer was "not found".',
	);
	expect(session.stdout.toString()).not.toContain('the-token-itself');
	const told = command.stderr.toString();
	expect(told).not.toContain('the-token-itself');
	expect(told.trimEnd().split('\n').at(-1)).toBe(
		'mstage: The build failed: The program •••• couldn\'t be started: the answer was "not found" (exit code 127). mstage debug steps through it.',
	);
});
