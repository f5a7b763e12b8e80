import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {keyTable} from '../../source/ui/keys.js';
import {cellsOf} from '../../source/text/cells.js';
import {themeFor} from '../../source/ui/present/theme.js';
import {drawn} from './frame.js';
import {type Session, type SessionOptions, startSession} from './session.js';

const unicode = themeFor({LANG: 'C.UTF-8', TERM: 'xterm'});
const ascii = themeFor({LANG: 'C', TERM: 'dumb'});

const failing: SessionOptions = {
	target: 'tests',
	policy: 'error',
	steps: {
		'go build': {seconds: 12.3},
		'go.mod': {cached: true},
		'go test': {
			output: `${'=== RUN\n'.repeat(30)}--- FAIL: TestParse (0.01s)\n    parse_test.go:42: got "a b"\n`,
			exitCode: 1,
			seconds: 3.2,
		},
	},
};

async function failed(columns: number, rows: number): Promise<Session> {
	const session = await startSession({...failing, columns, rows});
	await session.settled();
	session.views.dispatch({type: 'ended'});
	return session;
}

function plain(session: Session, theme = unicode): readonly string[] {
	return drawn(session, theme).map(line => stripVTControlCharacters(line));
}

describe('whole frames', () => {
	test('60×20: one page, the outcome of a failure', async () => {
		expect(plain(await failed(60, 20))).toEqual([
			' mstage  Dockerfile → tests    ✖ failed in tests:1 · exit 1',
			'┌ Stages ──┤Failure├── Source ── Log ── Files ── Diff …────┐',
			'│  RUN go test ./...                         Dockerfile:7  │',
			'│  exited with code 1 after 3.2 s                          │',
			'│                                                          │',
			'│  … 27 more lines (l)                                     │',
			'│  === RUN                                                 │',
			'│  === RUN                                                 │',
			'│  === RUN                                                 │',
			'│  --- FAIL: TestParse (0.01s)                             │',
			'│      parse_test.go:42: got "a b"                         │',
			'│                                                          │',
			'│  s  shell where it failed, with its mounts and           │',
			'│     environment                                          │',
			'│  t  run it again, to see which part fails                │',
			'│  E  edit Dockerfile:7 and reload; c tries again          │',
			'│  l  the whole log                                        │',
			'│  q  quit with exit code 1                                │',
			'└──────────────────────────────────────────────────────────┘',
			' s shell  c continue  n next  e end of stage  ? help  q quit',
		]);
	});

	test('80×24: signs, numbers and names', async () => {
		expect(plain(await failed(80, 24)).slice(0, 10)).toEqual([
			' mstage  Dockerfile → tests                        ✖ failed in tests:1 · exit 1',
			'┌┤Stages├─────────────────┬ Failure ── Source ── Log ── Files ── Diff …────────┐',
			'│ ▸ ✔ 0 builder           │  RUN go test ./...                   Dockerfile:7  │',
			'│ ▾ ✖ 1 tests             │  exited with code 1 after 3.2 s                    │',
			'│▌  ▶ ✖ RUN go test ./... │                                                    │',
			'│ ▸ ⊘ 2 final             │  … 23 more lines (l)                               │',
			'│                         │  === RUN                                           │',
			'│                         │  === RUN                                           │',
			'│                         │  === RUN                                           │',
			'│                         │  === RUN                                           │',
		]);
	});

	test('160×48: what each stage is made from, the source with the time of each instruction', async () => {
		const session = await failed(160, 48);
		session.type('tab', 'tab');
		const lines = plain(session);
		expect(lines.slice(0, 10)).toEqual([
			' mstage  Dockerfile → tests   docker 28.5.2 · BuildKit   pauses: error                                                             ✖ failed in tests:1 · exit 1',
			'┌ Stages ────────────────────────────────────┬ Failure ──┤Source├── Log ── Files ── Diff ── Left behind ── From ── Variables ── Breakpoints …───── Dockerfile ─┐',
			'│ ▸ ✔ 0 builder  golang:1.24                 │     1  FROM golang:1.24 AS builder                                                                   ✔    0.1 s │',
			'│ ▾ ✖ 1 tests    ← builder                   │     2  WORKDIR /src                                                                                  ✔    0.1 s │',
			'│▌  ▶ ✖ RUN go test ./...                    │     3  COPY go.mod .                                                                                 ✔   cached │',
			'│ ▸ ⊘ 2 final    not needed                  │     4  RUN go build -o /app                                                                          ✔     12 s │',
			'│                                            │     5                                                                                                           │',
			'│                                            │     6  FROM builder AS tests                                                                         ✔    0.1 s │',
			'│                                            │▌ ▶  7  RUN go test ./...                                                                             ✖    3.2 s │',
			'│                                            │     8                                                                                                           │',
		]);
		expect(lines).toHaveLength(48);
	});

	test('in ASCII', async () => {
		const session = await startSession({columns: 70, rows: 10});
		expect(plain(session, ascii)).toEqual([
			' mstage  Dockerfile > final                 = paused before builder:0',
			'+[Stages]--------------+ Source -- Log -- Files -- Diff ~------------+',
			'|*v = 0 builder        |* >  1  FROM golang:1.24 AS buil~ .          |',
			'|     . WORKDIR /src   |     2  WORKDIR /src              .          |',
			'|     . COPY go.mod .  |     3  COPY go.mod .             .          |',
			'|     . RUN go build ~ |     4  RUN go build -o /app      .          |',
			'| > / 1 tests          |     5                                       |',
			'| > . 2 final          |     6  FROM builder AS tests     /          |',
			'+----------------------+ Dockerfile --------------------- 1-6 of 12 -+',
			' c continue  n next  e end of stage  b break  s shell  ? help  q quit',
		]);
	});
});

const sizes = [
	[60, 20],
	[80, 24],
	[160, 48],
	[300, 100],
	[69, 20],
	[70, 20],
	[99, 30],
	[100, 5],
	[20, 6],
	[10, 3],
	[2, 2],
] as const;

describe('at every size', () => {
	test.each(sizes)('%i×%i fills the screen exactly', async (columns, rows) => {
		const session = await failed(columns, rows);
		for (const keys of [
			[],
			['tab'],
			['tab'],
			['tab'],
			['?'],
			['?', 'n'],
			['/', 'x'],
		]) {
			session.type(...keys);
			const lines = plain(session);
			expect(lines.length).toBe(rows);
			for (const line of lines) {
				expect(cellsOf(line)).toBeLessThanOrEqual(columns);
			}

			if (columns >= 20 && rows >= 6) {
				const bottom = lines.findLastIndex(line => line.startsWith('└'));
				expect(
					lines.slice(1, bottom + 1).every(line => cellsOf(line) === columns),
				).toBe(true);
			}
		}
	});

	test('whatever is pressed, wherever', async () => {
		const keys = fc.constantFrom(
			...keyTable.flatMap(binding => binding.keys),
			'x',
			'backspace',
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(keys, {maxLength: 30}),
				fc.integer({min: 2, max: 130}),
				fc.integer({min: 2, max: 40}),
				fc.boolean(),
				async (pressed, columns, rows, fails) => {
					const session = await startSession({
						...(fails ? failing : {}),
						columns,
						rows,
					});
					for (const key of pressed) {
						session.type(key);
						// eslint-disable-next-line no-await-in-loop -- the keys come one after the other
						await session.settled();
					}

					const lines = plain(session);
					expect(lines).toHaveLength(rows);
					expect(
						Math.max(...lines.map(line => cellsOf(line))),
					).toBeLessThanOrEqual(columns);
				},
			),
			{numRuns: 60},
		);
	});
});
