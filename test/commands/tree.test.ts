import {mkdtemp, mkdir, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {printTree, type TreeOptions} from '../../source/commands/tree.js';
import {DockerfileError, UsageError} from '../../source/errors.js';

const dockerfile = String.raw`ARG GO=1.24
FROM golang:$GO AS builder
WORKDIR /src
COPY . .
RUN --mount=from=busybox,target=/tools \
  # the output
  go build -o /app
FROM scratch AS final
COPY --from=builder /app /app
COPY --from=0 /etc/passwd /etc/
FROM --platform=linux/arm64 builder AS tests
RUN go test ./...
`;

let directory: string;

beforeEach(async () => {
	directory = await mkdtemp(path.join(os.tmpdir(), 'mstage-tree-'));
	await writeFile(path.join(directory, 'Dockerfile'), dockerfile);
});

afterEach(async () => {
	await rm(directory, {recursive: true});
});

const show = async (
	options: Partial<TreeOptions> = {},
	input = '',
): Promise<string> => {
	let output = '';
	await printTree(
		{context: directory, format: 'text', color: false, ...options},
		{
			stdin: Readable.from([input]),
			stdout: {
				write(text: string) {
					output += text;
				},
			},
		},
	);
	return output;
};

describe('text', () => {
	test('each stage with its base, its standing, its size and its edges', async () => {
		expect(await show({target: 'FINAL'})).toBe(
			[
				`${directory}/Dockerfile → stage 1 final`,
				'',
				'├─ ● 0 builder  golang:1.24             needed      4 instructions, lines 2-7',
				'│    ├─ ← golang:1.24  FROM (line 2)',
				'│    └─ ← busybox      RUN --mount (line 5)',
				'├─ ◎ 1 final    scratch                 target      3 instructions, lines 8-10',
				'│    └─ ← 0 builder  COPY --from (lines 9, 10)',
				'└─ ⊘ 2 tests    0 builder  linux/arm64  not needed  2 instructions, lines 11-12',
				'     └─ ← 0 builder  FROM (line 11)',
				'',
			].join('\n'),
		);
	});

	test('a stage that only the legacy builder builds is told apart', async () => {
		expect(await show()).toContain(
			'├─ ○ 1 final    scratch                 legacy builder only  3',
		);
	});

	test('ASCII alone, where the terminal has no more', async () => {
		const text = await show({unicode: false});

		expect(text).toMatch(/^[\n\u0020-\u007E]*$/v);
		expect(text).toContain('|- o 1 final');
		expect(text).toContain('`- * 2 tests');
		expect(text).toContain('|    `- <- busybox      RUN --mount (line 5)');
	});

	test('colour changes nothing but the colour', async () => {
		const colored = await show({color: true});

		expect(colored).toContain('\u001B[');
		// eslint-disable-next-line no-control-regex
		expect(colored.replaceAll(/\u001B\[\d+m/gv, '')).toBe(await show());
	});

	test('no control sequence of a file name reaches the terminal', async () => {
		const name = path.join(directory, 'evil\u001B[31m\u202E');
		await writeFile(name, 'FROM scratch\n');

		expect(await show({file: name})).toContain(
			String.raw`/evil\x1b[31m\u202e → stage 0`,
		);
	});
});

test('JSON as the design describes it', async () => {
	const source =
		'FROM golang:1.24 AS builder\nRUN x\nFROM scratch\nCOPY --from=builder /a /b\n';

	expect(
		JSON.parse(await show({file: '-', format: 'json'}, source)),
	).toStrictEqual({
		target: 1,
		warnings: [],
		stages: [
			{
				index: 0,
				name: 'builder',
				platform: null,
				base: {kind: 'image', reference: 'golang:1.24'},
				lines: [1, 2],
				needed: {buildkit: true, legacy: true},
				dependencies: [
					{kind: 'image', reference: 'golang:1.24', via: 'FROM', line: 1},
				],
				instructions: [
					{keyword: 'FROM', lines: [1, 1]},
					{keyword: 'RUN', lines: [2, 2]},
				],
			},
			{
				index: 1,
				name: null,
				platform: null,
				base: {kind: 'scratch'},
				lines: [3, 4],
				needed: {buildkit: true, legacy: true},
				dependencies: [{kind: 'stage', stage: 0, via: 'COPY --from', line: 4}],
				instructions: [
					{keyword: 'FROM', lines: [3, 3]},
					{keyword: 'COPY', lines: [4, 4]},
				],
			},
		],
	});
});

test('Mermaid', async () => {
	expect(await show({format: 'mermaid', target: 'final'})).toBe(
		[
			'flowchart LR',
			'\toutside0(["golang:1.24"])',
			'\toutside1(["busybox"])',
			'\tstage0["0 builder"]',
			'\tstage1["1 final (scratch)"]',
			'\tstage2["2 tests"]',
			'\toutside0 -->|"FROM (line 2)"| stage0',
			'\toutside1 -.->|"RUN --mount (line 5)"| stage0',
			'\tstage0 -.->|"COPY --from (lines 9, 10)"| stage1',
			'\tstage0 -->|"FROM (line 11)"| stage2',
			'\tclassDef target stroke-width:3px',
			'\tclass stage1 target',
			'\tclassDef unneeded stroke-dasharray:4 4',
			'\tclass stage2 unneeded',
			'',
		].join('\n'),
	);
});

test('DOT', async () => {
	expect(await show({format: 'dot', target: 'final'})).toBe(
		[
			'digraph stages {',
			'\trankdir=LR',
			'\tnode [shape=box]',
			'\toutside0 [label="golang:1.24", shape=ellipse]',
			'\toutside1 [label="busybox", shape=ellipse]',
			'\tstage0 [label="0 builder"]',
			'\tstage1 [label="1 final (scratch)", style=bold]',
			'\tstage2 [label="2 tests", style=dashed]',
			'\toutside0 -> stage0 [label="FROM (line 2)"]',
			'\toutside1 -> stage0 [label="RUN --mount (line 5)", style=dashed]',
			'\tstage0 -> stage1 [label="COPY --from (lines 9, 10)", style=dashed]',
			'\tstage0 -> stage2 [label="FROM (line 11)"]',
			'}',
			'',
		].join('\n'),
	);
});

describe('options', () => {
	test('a build argument, a platform and a named context change the graph', async () => {
		const source =
			'ARG BASE=busybox\nFROM --platform=$TARGETPLATFORM $BASE\nCOPY --from=assets /a /b\n';
		const text = await show(
			{
				file: '-',
				buildArguments: {BASE: 'debian:bookworm-slim'},
				platform: 'linux/s390x',
				namedContexts: ['assets'],
			},
			source,
		);

		expect(text).toContain('debian:bookworm-slim  linux/s390x');
		expect(text).toContain('← context assets        COPY --from (line 3)');
	});

	test('a context of - is a Dockerfile on standard input', async () => {
		expect(await show({context: '-'}, 'FROM scratch AS it\n')).toContain(
			'Dockerfile → stage 0 it',
		);
	});

	test('--file is taken from the working directory, not from the context', async () => {
		const name = path.join(directory, 'other.Dockerfile');
		await writeFile(name, 'FROM scratch AS other\n');

		expect(
			await show({context: '/nowhere', file: path.relative('.', name)}),
		).toContain('other.Dockerfile → stage 0 other');
	});

	test('a default name in lower case is found', async () => {
		const context = path.join(directory, 'lower');
		await mkdir(context);
		await writeFile(path.join(context, 'dockerfile'), 'FROM scratch\n');

		expect(await show({context})).toContain('lower/dockerfile → stage 0');
	});
});

describe('errors', () => {
	test('no context, no Dockerfile, a folder as Dockerfile', async () => {
		await expect(show({context: '/nowhere'})).rejects.toThrow(
			new UsageError(
				'There is no build context /nowhere: name the folder that holds your Dockerfile.',
			),
		);
		await rm(path.join(directory, 'Dockerfile'));
		await expect(show()).rejects.toThrow(
			`There is no ${directory}/Dockerfile: name your Dockerfile with --file.`,
		);
		await expect(show({file: directory})).rejects.toThrow(
			/can't be read: it is a folder/v,
		);
	});

	test('an unknown target, and a refused file, by its name', async () => {
		await expect(show({target: 'finel'})).rejects.toThrow(
			`${directory}/Dockerfile has no stage called 'finel': did you mean final?`,
		);
		await expect(show({file: '-'}, 'FROM\n')).rejects.toThrow(DockerfileError);
		await expect(show({file: '-'}, 'FROM\n')).rejects.toThrow(
			/^Dockerfile:1: /v,
		);
	});
});
