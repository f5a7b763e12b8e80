import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';
import {readStageGraph} from '../../../../source/dockerfile/stage-graph.js';
import {
	explainDisk,
	explainDockerfile,
} from '../../../../source/engine/buildkit/program/load-errors.js';

const refuse = (text: string, message: string): string =>
	explainDockerfile(
		readStageGraph(text, {filename: 'Dockerfile'}),
		'Dockerfile',
		new ConnectError(message, Code.Unknown),
	).message;

test.each([
	[
		'RUN --security=insecure true',
		'dockerfile parse error on line 2: unknown flag: security',
		"Dockerfile:2: unknown flag: security: the engine's own frontend doesn't know it, # syntax=docker/dockerfile:1-labs in the first line brings one that does",
	],
	[
		'COPY --link a b',
		'dockerfile parse error line 2: Unknown flag: link',
		"Dockerfile:2: Unknown flag: link: the engine's own frontend doesn't know it, # syntax=docker/dockerfile:1 in the first line brings one that does",
	],
	[
		'RUN true --foo',
		'dockerfile parse error on line 2: unknown flag: --foo',
		'Dockerfile:2: unknown flag: --foo',
	],
])('%s says what the frontend lacks', (line, message, told) => {
	expect(refuse(`FROM busybox\n${line}\n`, message)).toBe(told);
});

test('a frontend that the Dockerfile names itself is left alone', () => {
	expect(
		refuse(
			'# syntax=docker/dockerfile:1\nFROM busybox\nRUN --security=insecure true\n',
			'dockerfile parse error on line 3: unknown flag: --security',
		),
	).toBe('Dockerfile:3: unknown flag: --security');
});

test('a full disk of the engine is no mistake of the Dockerfile', () => {
	const full = explainDisk(
		new ConnectError(
			'failed to read dockerfile: failed to prepare  as x: write /d/overlay2/x: no space left on device',
			Code.Unknown,
		),
	);
	expect(full?.exitCode).toBe(1);
	expect(full?.message).toContain('no space left on its disk');
	expect(
		explainDisk(new ConnectError('unknown flag: --x', Code.Unknown)),
	).toBeUndefined();
});

const refused =
	'pulling from host 127.0.0.1:5000 failed with status code [manifests 1]: 401 Unauthorized';

test('an image of which an old engine tells the registry and the tag only', () => {
	const told = refuse('FROM busybox\nFROM 127.0.0.1:5000/a/b:1\n', refused);
	expect(told).toContain('Dockerfile:2: The registry 127.0.0.1:5000');
	expect(told).toContain('127.0.0.1:5000/a/b:1');
});

test('is not guessed where several may be meant', () => {
	const told = refuse(
		'FROM 127.0.0.1:5000/c:1\nFROM 127.0.0.1:5000/a/b:1\n',
		refused,
	);
	expect(told).toBe(`Dockerfile: ${refused}`);
});
