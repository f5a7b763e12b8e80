/*
Makes the pictures of the readme from the real program: a session in a terminal emulator, on a private engine. It needs `dist/`.
Nothing is written unless the whole session went as it should.
*/
import {writeFileSync} from 'node:fs';
import {mkdtemp, rm, symlink} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {seedBusybox, seedDebian, startEngine} from '../test/engine/engine.js';
import {TestTerminal} from '../test/terminal/terminal.js';
import {type Screen, screenAfter, withoutEnd} from './screen.js';
import {animation, type Frame, still} from './svg.js';

const root = path.join(import.meta.dirname, '..');
const size = {columns: 100, rows: 28};
const debug = 'mstage debug examples/failing';
const compiled = 'mstage debug --pause never examples/static-c';
const tree = 'mstage tree examples/failing';

/** What mstage writes around each frame: DEC private mode 2026, synchronized output. */
const beginUpdate = '\u001B[?2026h';
const endUpdate = '\u001B[?2026l';

const failed = /failed in tests:7[\s\S]*quit with exit code 1[\s\S]*q quit$/v;

/** A shell of a user who has mstage installed. */
function startShell(bin: string, dockerHost: string): TestTerminal {
	return new TestTerminal('sh', [], {
		cols: size.columns,
		rows: size.rows,
		cwd: root,
		env: {
			DOCKER_HOST: dockerHost,
			PATH: `${bin}:${process.env['PATH'] ?? ''}`,
			PS1: '$ ',
			ENV: undefined,
		},
	});
}

/** Waits for a text on a screen that isn't in the middle of a frame. */
async function see(terminal: TestTerminal, wanted: RegExp): Promise<Screen> {
	await terminal.waitFor(
		() =>
			terminal.raw.lastIndexOf(endUpdate) >=
				terminal.raw.lastIndexOf(beginUpdate) &&
			wanted.test(terminal.text().trimEnd()),
		String(wanted),
	);
	return screenAfter(terminal.raw, {
		...size,
		cursor: terminal.modes.cursorVisible,
	});
}

async function press(
	terminal: TestTerminal,
	keys: string,
	wanted: RegExp,
): Promise<Screen> {
	terminal.press(keys);
	return see(terminal, wanted);
}

async function recordTree(terminal: TestTerminal): Promise<Screen> {
	await see(terminal, /^\$$/v);
	return press(terminal, `${tree}\r`, /2 tests +COPY --from \(line 26\)\n\$/v);
}

/** The session that the animation shows: what a user would do to find out why the build fails. */
async function recordSession(terminal: TestTerminal): Promise<Frame[]> {
	const frames: Frame[] = [];
	const show = async (
		seconds: number,
		caption: string,
		keys: string,
		wanted: RegExp,
	) => {
		const screen = await press(terminal, keys, wanted);
		frames.push({screen, caption, seconds});
	};

	await see(terminal, /^\$$/v);
	await show(1.4, '', debug, /\$ mstage debug examples\/failing$/v);
	await show(1.8, '', '\r', /paused before builder:0[\s\S]*q quit$/v);
	await show(1.8, 'c continue', 'c', /paused before tests:0[\s\S]*q quit$/v);
	await show(2.6, 'c continue', 'c', failed);
	await show(1.2, 's shell', 's', /\/checks \$$/v);
	await show(
		2,
		'',
		'cat /report/report.txt\r',
		/links lead to pages\n\/checks \$$/v,
	);
	await show(2, '', 'ls /site\r', /index\.html[\s\S]*\n\/checks \$$/v);
	await show(
		1.2,
		'Ctrl-D',
		'\u0004',
		/failed in tests[\s\S]*exited with code 0\.$/v,
	);
	await press(terminal, 'q', /\n\$$/v);
	return frames;
}

/** What the stage that compiles a program leaves behind. */
async function recordLeft(terminal: TestTerminal): Promise<Screen> {
	await see(terminal, /^\$$/v);
	await press(terminal, `${compiled}\r`, /finished[\s\S]*q quit$/v);
	return press(terminal, 'L', /base image[\s\S]*by mistake[\s\S]*q quit$/v);
}

/** The frames of the session that are pictures of their own too. */
const stages = 2;
const failing = 3;
const report = 5;

/** The pictures by the names of their files. */
function draw(
	session: readonly Frame[],
	graph: Screen,
	left: Screen,
): ReadonlyArray<readonly [name: string, svg: string]> {
	return [
		[
			'stages.svg',
			still(session[stages]!.screen, {
				title:
					'mstage, paused before the stage tests: on the left the stages, on the right the Dockerfile with what is done',
				command: debug,
			}),
		],
		[
			'failing.svg',
			still(session[failing]!.screen, {
				title:
					'mstage after a RUN that failed: the instruction, its exit code, the end of its output, and what can be done',
				command: debug,
			}),
		],
		[
			'shell.svg',
			still(withoutEnd(session[report]!.screen), {
				title:
					'A shell in what the failed RUN left behind, printing the report that it wrote',
				command: debug,
			}),
		],
		[
			'tree.svg',
			still(withoutEnd(graph), {
				title:
					'mstage tree: the stages of a Dockerfile, what each needs, and which of them the target needs',
				command: tree,
			}),
		],
		[
			'left.svg',
			still(left, {
				title:
					'mstage after a build: what the stage that compiles a program leaves behind, by what it is and how large it is',
				command: compiled,
			}),
		],
		[
			'session.svg',
			animation(session, failing, {
				title:
					'A session of mstage: a build pauses before each stage, fails in its tests, and a shell opens where it failed',
				command: debug,
			}),
		],
	];
}

async function record(bin: string): Promise<void> {
	await symlink(path.join(root, 'dist/cli.js'), path.join(bin, 'mstage'));
	const engine = await startEngine();
	try {
		await seedBusybox(engine);
		await seedDebian(engine);
		await using first = startShell(bin, engine.dockerHost);
		const graph = await recordTree(first);
		await using second = startShell(bin, engine.dockerHost);
		const session = await recordSession(second);
		await using third = startShell(bin, engine.dockerHost);
		const left = await recordLeft(third);
		for (const [name, svg] of draw(session, graph, left)) {
			writeFileSync(path.join(import.meta.dirname, name), svg);
			console.log(`media/${name}: ${Math.ceil(svg.length / 1000)} kB`);
		}
	} finally {
		await engine.stop();
	}
}

const bin = await mkdtemp(path.join(tmpdir(), 'mstage-media-'));
try {
	await record(bin);
} finally {
	await rm(bin, {recursive: true});
}
