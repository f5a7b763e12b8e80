import {PassThrough} from 'node:stream';
import {DebuggerStore} from '../../source/debugger/session/store.js';
import type {Snapshot} from '../../source/engine/port.js';
import {findSizes} from '../../source/inspect/left/sizes.js';
import {jsonConsole} from '../../source/prompt/json-console.js';
import {jsonPrinter} from '../../source/prompt/json-printer.js';
import {promptCommands} from '../../source/prompt/commands.js';
import {complete} from '../../source/prompt/completion.js';
import {runLinePrompt} from '../../source/prompt/line-prompt.js';
import {textPrinter} from '../../source/prompt/printer.js';
import {Script} from '../../source/prompt/script.js';
import {cellsOf} from '../../source/text/cells.js';
import {sanitise} from '../../source/text/sanitise.js';
import {pastedInto} from '../../source/ui/typed-key.js';
import {presentBody} from '../../source/ui/present/body.js';
import {presentBottom} from '../../source/ui/present/bottom.js';
import {presentHeader} from '../../source/ui/present/header.js';
import {layoutFor} from '../../source/ui/present/layout.js';
import type {PaneName, Typing} from '../../source/ui/view-state.js';
import {
	type StepScript,
	fakeDescription,
	fakeEngine,
} from '../ui/fake-engine.js';
import {failureWith} from '../ui/failures.js';
import {programOf} from '../ui/program.js';
import {done, now, sceneOf} from '../ui/scene.js';
import type {Told} from './checks.js';
import {forged} from './payloads.js';
import {filesOf, hostileDockerfile, hostileEntries} from './made.js';
import {type Surface, toldOf} from './text-surfaces.js';

/** What BuildKit reads of a line at most, less what stands around it. */
const longestLine = 20_000;

/** One that can be read; most of those that are made up can't. */
function readable(
	next: () => string,
	random: () => number,
): ReturnType<typeof programOf> {
	for (let tries = 0; tries < 3; tries++) {
		try {
			return programOf(hostileDockerfile(next, random));
		} catch {
			// Told by another surface.
		}
	}

	const text = next().replaceAll(/[\n\r]/gv, ' ');
	return programOf(
		`FROM busybox AS builder\nENV A="x ${text.replaceAll(/["\\$`]/gv, '')}"\nRUN echo ${text.replaceAll('<<', '')} .\nFROM busybox AS final\nCOPY --from=builder /out /out\n`,
	);
}

function stepsOf(
	next: () => string,
	random: () => number,
): Readonly<Record<string, StepScript>> {
	return {
		RUN: {
			// A build's output may have any line; `log` shows it as it is.
			output: `${next()}\n${next()}\r\n`.replaceAll(forged, ''),
			...(random() < 0.3 && {exitCode: 3, message: next()}),
		},
		...(random() < 0.2 && {COPY: {message: next()}}),
	};
}

function storeOf(next: () => string, random: () => number): DebuggerStore {
	const entries = hostileEntries(next);
	const engine = fakeEngine({
		program: readable(next, random),
		steps: stepsOf(next, random),
	});
	const files = filesOf(entries, next());
	return new DebuggerStore({
		findSizes,
		engine: {
			...engine,
			description: {...fakeDescription, name: next(), version: next()},
			async openBuild(request, signal) {
				const build = await engine.openBuild(request, signal);
				return {
					...build,
					async snapshot(point): Promise<Snapshot> {
						return {...(await build.snapshot(point)), ...files};
					},
				};
			},
		},
		request: {
			context: '/context',
			dockerfile: '/context/Dockerfile',
			dockerfileName: 'Dockerfile',
			buildArguments: {},
			secrets: [],
			noCache: false,
			tags: [],
		},
		policy: 'stage',
		breakpoints: [],
		cache: {
			listings: new Map(),
			times: new Map(),
			readRun: async () => null,
			writeBreakpoints: async () => undefined,
			writeTimes: async () => undefined,
			writeRun: async () => undefined,
			readListing: async () => null,
			writeListings: async () => undefined,
			breakpoints: Array.from({length: 3}, () => ({
				text: random() < 0.5 ? next() : `builder ${next()}`,
				enabled: random() < 0.5,
			})),
		},
		sizePatience: 0,
		explanationPatience: 0,
	});
}

const words = promptCommands
	.map(({name}) => name)
	.filter(
		name => !['quit', 'edit', 'cp', 'shell', 'cat', 'retrace'].includes(name),
	);

/** A session at the line prompt, as text and as JSON: every command with hostile words, and everything that is told on the way. */
const prompt: Surface = async (next, random) => {
	const isJson = random() < 0.5;
	const input = new PassThrough();
	const abort = new AbortController();
	const told: string[] = [];
	const write = (text: string): void => {
		told.push(text);
	};

	const store = storeOf(next, random);
	const word = (): string =>
		`'${next()
			.replaceAll("'", '')
			.replaceAll(/[\n\r]/gv, '')
			.slice(0, 2000)}'`;
	const script = new Script(input, abort.signal);
	const names = Array.from(
		{length: 6},
		() => words[Math.floor(random() * words.length)]!,
	);
	input.end(
		[
			...names.slice(0, 3).map(name => `${name} ${word()}`),
			'continue',
			`${word()} ${word()}`,
			...names.map(name =>
				random() < 0.5 ? name : `${name} builder:${word()}`,
			),
			'ls builder',
			'log builder:1',
			'diff builder final',
			'variables',
			'stages',
			'quit',
			'',
		].join('\n'),
	);
	const console = jsonConsole(write);
	store.onEvent(isJson ? jsonPrinter(write) : textPrinter(write));
	try {
		await store.start();
		await runLinePrompt({
			...(isJson
				? console
				: {
						write,
						refuse(message: string) {
							write(`${sanitise(message)}\n`);
						},
						bytes: new PassThrough().resume(),
					}),
			store,
			signal: abort.signal,
			commands: {kind: 'script', script, file: null},
			style: () => ({color: false, unicode: true, columns: 80, room: 40}),
			terminal: null,
			edit: async () => undefined,
			attach: async () => 0,
		});
		const [offers] = await complete(
			`ls builder:/${next().slice(0, 50)}`,
			store,
		);
		return [
			{text: told.join(''), as: isJson ? 'json-lines' : 'lines'},
			...offers.map((offer): Told => ({text: sanitise(offer), as: 'line'})),
		];
	} catch (error) {
		return toldOf(error);
	} finally {
		await store.close();
	}
};

const panes: readonly PaneName[] = [
	'outcome',
	'source',
	'log',
	'files',
	'diff',
	'left-behind',
	'where-from',
	'variables',
	'breakpoints',
	'warnings',
	'builders',
];
const purposes: ReadonlyArray<Typing['purpose']> = [
	'search',
	'filter',
	'breakpoint',
	'file-filter',
	'where-path',
	'diff-points',
];

/** Every pane of a screen over a hostile build, with what is said and typed at its bottom. */
const screen: Surface = (next, random) => {
	const one = <T>(items: readonly T[]): T =>
		items[Math.floor(random() * items.length)]!;
	const isFailed = random() < 0.5;
	const columns = one([80, 160, 40, 12]);
	const typing = pastedInto(
		{purpose: one(purposes), text: '', problem: random() < 0.5 ? next() : null},
		{text: next(), isCut: false},
	);
	let dockerfile = hostileDockerfile(next, random);
	try {
		programOf(dockerfile);
	} catch {
		dockerfile = `FROM busybox AS builder\nRUN echo ${next()
			.replaceAll(/[\n\r]|<</gv, ' ')
			.slice(0, longestLine)} .\n`;
	}

	const told: Told[] = [];
	for (const pane of panes) {
		const scene = sceneOf({
			dockerfile,
			columns,
			rows: one([24, 48, 8]),
			env: one([
				{TERM: 'xterm', LANG: 'C.UTF-8'},
				{TERM: 'xterm', LANG: 'C'},
			]),
			logs: {1: next()},
			events: [
				...done(0),
				...(isFailed
					? [
							{type: 'started', step: 1, at: now} as const,
							{
								type: 'failed',
								failure: failureWith({
									step: 1,
									message: next(),
									exitCode: null,
									seconds: 1,
								}),
								others: [],
							} as const,
						]
					: []),
			],
			view: [
				{type: 'focus', page: pane},
				{type: 'select', selection: {kind: 'step', step: 1}},
				{type: 'search', text: next()},
				one([
					{type: 'type', typing} as const,
					{type: 'message', message: {kind: 'problem', text: next()}} as const,
					{type: 'busy', text: next()} as const,
					{type: 'filter', text: next()} as const,
				]),
			],
		});
		const bottom = presentBottom(scene, columns);
		const rows = [
			presentHeader(scene, columns),
			...presentBody(scene, layoutFor(scene.view.size, bottom.length)).flatMap(
				column => column.rows,
			),
			...bottom,
		];
		for (const row of rows) {
			const text = row.map(segment => segment.text).join('');
			told.push({text, as: 'line'});
			if (cellsOf(text) > columns) {
				throw new Error(`${pane} is wider than ${columns}: ${text}`);
			}
		}
	}

	return told;
};

/** What needs a session. */
export const sessionSurfaces: Readonly<Record<string, Surface>> = {
	prompt,
	screen,
};
