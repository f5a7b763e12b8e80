import {execFileSync} from 'node:child_process';
import {constants} from 'node:os';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test, vi} from 'vitest';
import {bundle} from './bundle.js';
import {TestTerminal, type TerminalOptions} from './terminal.js';

const source = fileURLToPath(new URL('fixtures/screen.ts', import.meta.url));
let fixture: string;

beforeAll(async () => {
	const {path, remove} = await bundle(source, `screen-${process.pid}`);
	fixture = path;
	return remove;
});

vi.setConfig({testTimeout: 60_000});
const ctrlC = '\u0003';

function start(
	options: TerminalOptions = {},
	shell: readonly string[] = ['sh'],
): TestTerminal {
	return new TestTerminal(process.execPath, [fixture, ...shell], options);
}

/** What a terminal looks like to the next program. */
const restored = {
	alternateScreen: false,
	cursorVisible: true,
	bracketedPaste: false,
	applicationCursorKeys: false,
	mouse: false,
};

/** Runs the program under a shell that prints the terminal's settings before and after it. */
function startBetweenSettings(options: TerminalOptions = {}): TestTerminal {
	const command = `stty -g > "$SETTINGS.before"; ${process.execPath} ${fixture} sh; echo "code $?"; stty -g > "$SETTINGS.after"`;
	return new TestTerminal('sh', ['-c', command], options);
}

describe('the screen in a real terminal', () => {
	test('takes the alternate screen, and q gives everything back', async () => {
		await using terminal = start();
		await terminal.waitForText('paused before builder:0');
		expect(terminal.modes).toMatchObject({
			alternateScreen: true,
			cursorVisible: false,
		});
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		expect(terminal.modes).toEqual(restored);
		expect(terminal.history()).toBe('ended: quit');
	});

	test('leaves the settings of the terminal as they were', async () => {
		const {mkdtempSync, readFileSync, rmSync} = await import('node:fs');
		const folder = mkdtempSync('/tmp/mstage-settings-');
		try {
			await using terminal = startBetweenSettings({
				env: {SETTINGS: `${folder}/stty`},
			});
			await terminal.waitForText('paused before builder:0');
			terminal.press('q');
			await terminal.waitForExit();
			expect(readFileSync(`${folder}/stty.after`, 'utf8')).toBe(
				readFileSync(`${folder}/stty.before`, 'utf8'),
			);
		} finally {
			rmSync(folder, {recursive: true});
		}
	});

	test.each([
		'SIGHUP',
		'SIGQUIT',
		'SIGTRAP',
		'SIGABRT',
		'SIGUSR1',
		'SIGUSR2',
		'SIGALRM',
		'SIGTERM',
		'SIGXCPU',
		'SIGVTALRM',
		'SIGPROF',
		'SIGIO',
		'SIGSYS',
	] as const)('%s gives everything back', async signal => {
		await using terminal = start();
		await terminal.waitForText('paused before builder:0');
		terminal.signal(signal);
		expect(await terminal.waitForExit()).toEqual({
			code: 128 + constants.signals[signal],
			signal: null,
		});
		expect(terminal.modes).toEqual(restored);
		expect(terminal.history()).toBe(`ended: aborted ${signal}`);
	});

	test('an error that nobody caught gives everything back', async () => {
		await using terminal = start();
		await terminal.waitForText('paused before builder:0');
		terminal.signal('SIGTTIN');
		expect(await terminal.waitForExit()).toEqual({code: 70, signal: null});
		expect(terminal.modes).toEqual(restored);
		expect(terminal.history()).toBe('uncaught: a defect');
	});

	test('a lost engine is told, and q ends it', async () => {
		await using terminal = start({env: {ENDLESS: '1'}});
		await terminal.waitForText('paused before builder:0');
		terminal.press('c');
		await terminal.waitForText('running builder:4');
		terminal.signal('SIGURG');
		const screen = await terminal.waitForText('The engine was lost');
		expect(screen).toContain('r  connect again, and load the build');
		expect(screen).toContain('q  quit with exit code 3');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		expect(terminal.modes).toEqual(restored);
		expect(terminal.history()).toBe('ended: quit');
	});

	test('Ctrl-C cancels what runs and pauses; when nothing runs it quits', async () => {
		await using terminal = start({env: {ENDLESS: '1'}});
		await terminal.waitForText('paused before builder:0');
		terminal.press('c');
		await terminal.waitForText('running builder:4');
		terminal.press(ctrlC);
		await terminal.waitForText(
			text =>
				text.includes('paused before builder:4') && !text.includes('Canceling'),
		);
		terminal.press(ctrlC);
		expect(await terminal.waitForExit()).toEqual({code: 9, signal: null});
		expect(terminal.modes).toEqual(restored);
		expect(terminal.history()).toBe('ended: interrupted');
	});

	test('q asks once while something runs', async () => {
		await using terminal = start({env: {ENDLESS: '1'}});
		await terminal.waitForText('paused before builder:0');
		terminal.press('c');
		await terminal.waitForText('running builder:4');
		terminal.press('q');
		await terminal.waitForText('q again cancels it and quits');
		terminal.press('j');
		await terminal.waitForText(text => !text.includes('q again'));
		terminal.press('q');
		await terminal.waitForText('q again cancels it and quits');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
	});

	test('is drawn whole at every size it is given', async () => {
		await using terminal = start({cols: 80, rows: 24});
		await terminal.waitForText('paused before builder:0');
		for (const [cols, rows] of [
			[60, 20],
			[160, 48],
			[100, 12],
			[300, 100],
			[30, 8],
			[80, 24],
		] as const) {
			terminal.resize(cols, rows);
			// eslint-disable-next-line no-await-in-loop -- one size after the other
			await terminal.waitFor(() => {
				const lines = terminal.screen();
				return (
					lines.at(1)?.length === cols &&
					lines.at(1)!.startsWith('┌') &&
					lines.at(-2)!.startsWith('└') &&
					lines.at(-2)!.length === cols &&
					lines
						.slice(2, -2)
						.every(line => line.startsWith('│') && line.endsWith('│')) &&
					lines.at(-1)!.includes('q quit')
				);
			}, `a whole frame at ${cols}×${rows}`);
		}
	});
});

describe('the terminal lent to a shell', () => {
	test('and back: nothing of the shell is left on the screen, its exit code is told', async () => {
		await using terminal = start();
		const before = await terminal.waitForText('paused before builder:0');
		terminal.press('s');
		await terminal.waitForText('inside>');
		expect(terminal.modes).toMatchObject({
			alternateScreen: false,
			cursorVisible: true,
		});
		expect(terminal.screen()[0]).toBe(
			'mstage: a shell in the base of builder. What it changes is thrown away; exit or',
		);
		terminal.press('echo $((6*7))\r');
		await terminal.waitForText(/^42$/mv);
		terminal.press('exit 3\r');
		await terminal.waitForText(
			'The shell in the base of builder exited with code 3.',
		);
		expect(terminal.modes).toMatchObject({
			alternateScreen: true,
			cursorVisible: false,
		});
		expect(terminal.screen().slice(0, -1)).toEqual(
			before.split('\n').slice(0, -1),
		);
		terminal.press('?');
		await terminal.waitForText('Help');
		terminal.press('\u001B');
		await terminal.waitForText('Stages');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
		expect(terminal.modes).toEqual(restored);
	});

	test('Ctrl-C and q go to the shell, and what is typed while it opens does too', async () => {
		await using terminal = start();
		await terminal.waitForText('paused before builder:0');
		terminal.press('secho early q\r');
		// What is typed before the shell prints its prompt is echoed before that.
		await terminal.waitForText(/^(?:inside> )?early q$/mv);
		// Before it has the terminal, Ctrl-C is not for it.
		terminal.press(`sh -c 'echo $((40+1)); exec sleep 1000'\r`);
		await terminal.waitForText(/^41$/mv);
		terminal.press(ctrlC);
		terminal.press('echo $((40+2))\r');
		await terminal.waitForText(/42$/mv);
		terminal.press('\u0004');
		await terminal.waitForText('exited with code 0');
	});

	test('learns of a new size, and so does the screen after it', async () => {
		await using terminal = start({cols: 90, rows: 30});
		await terminal.waitForText('paused before builder:0');
		terminal.press('s');
		await terminal.waitForText('inside>');
		terminal.press('stty size\r');
		await terminal.waitForText(/^30 90$/mv);
		terminal.resize(120, 40);
		terminal.press(
			'until [ "$(stty size)" = "40 120" ]; do sleep 0.01; done; echo resized\r',
		);
		await terminal.waitForText(/^resized$/mv);
		terminal.press('exit\r');
		await terminal.waitForText('exited with code 0');
		expect(terminal.screen()[1]).toHaveLength(120);
		expect(terminal.screen().at(-2)).toMatch(/^└─/v);
	});

	test('a full-screen program works, and being killed in it leaves nothing behind', async () => {
		await using terminal = start({}, ['vi', '-u', 'NONE', '-n']);
		await terminal.waitForText('paused before builder:0');
		terminal.press('s');
		await terminal.waitFor(
			() => terminal.modes.alternateScreen && terminal.screen()[1] === '~',
			'vi',
		);
		terminal.press('ihello from vi\u001B');
		await terminal.waitForText('hello from vi');
		execFileSync('pkill', ['-9', '-P', String(terminal.pid), 'vi']);
		await terminal.waitForText(
			'The shell in the base of builder exited with code',
		);
		terminal.press('q');
		await terminal.waitForExit();
		expect(terminal.modes).toEqual(restored);
	});

	test('Ctrl-C gives up on a shell that does not open; what was typed is not taken for keys', async () => {
		await using terminal = start({env: {NEVER_OPENS: '1'}});
		await terminal.waitForText('paused before builder:0');
		terminal.press('s');
		await terminal.waitForText('opening a shell');
		terminal.press(`ccnq${ctrlC}`);
		await terminal.waitForText('No shell was opened.');
		expect(terminal.text()).toContain('paused before builder:0');
		terminal.press('q');
		expect(await terminal.waitForExit()).toEqual({code: 0, signal: null});
	});

	test('SIGTERM takes it back at once', async () => {
		await using terminal = start();
		await terminal.waitForText('paused before builder:0');
		terminal.press('s');
		await terminal.waitForText('inside>');
		terminal.signal('SIGTERM');
		expect(await terminal.waitForExit()).toEqual({code: 143, signal: null});
		expect(terminal.modes).toEqual(restored);
		expect(terminal.history()).toContain('ended: aborted SIGTERM');
	});
});
