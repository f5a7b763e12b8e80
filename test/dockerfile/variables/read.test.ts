import {describe, expect, test} from 'vitest';
import {
	type ImageConfiguration,
	readImageConfiguration,
} from '../../../source/dockerfile/variables/image-configuration.js';
import {readStageGraph} from '../../../source/dockerfile/stage-graph.js';
import {
	type VariableOptions,
	VariableReader,
} from '../../../source/dockerfile/variables/read.js';

const golang = readImageConfiguration({
	architecture: 'arm64',
	os: 'linux',
	variant: 'v8',
	config: {
		Env: ['PATH=/go/bin:/bin', 'GOPATH=/go'],
		User: 'go',
		WorkingDir: '/go',
		Cmd: ['bash'],
		Labels: {vendor: 'x'},
		ExposedPorts: {'80/tcp': {}},
		OnBuild: ['ENV BUILT=on'],
	},
});

function readerOf(
	lines: readonly string[],
	options: VariableOptions = {},
	bases: ReadonlyMap<number, ImageConfiguration> = new Map(),
): VariableReader {
	const graph = readStageGraph(lines.join('\n'), {
		filename: 'Dockerfile',
		...options,
	});
	return new VariableReader(graph, bases, options);
}

/** Returns what holds after an instruction, as texts; what the instruction changed has a star. */
function after(
	reader: VariableReader,
	instruction: number,
	stage = 0,
): readonly string[] {
	const {variables, settings} = reader.after(stage, instruction);
	return [...variables, ...settings].map(
		({name, value, origin, changed}) =>
			`${changed ? '*' : ' '} ${name}=${String(value)} ${Object.values(origin).join(' ')}`,
	);
}

describe('variables', () => {
	test('come from the base image, and FROM brings them', () => {
		const reader = readerOf(
			['FROM golang', 'ENV GOPATH=$GOPATH/new'],
			{},
			new Map([[0, golang]]),
		);
		expect(after(reader, 0)).toEqual([
			'* PATH=/go/bin:/bin base golang',
			'* GOPATH=/go base golang',
			'* BUILT=on instruction 1',
			'* user=go base golang',
			'* workdir=/go base golang',
			'* shell=["/bin/sh","-c"] predefined',
			'* platform=linux/arm64/v8 base golang',
			'* command=["bash"] base golang',
			'* labels=vendor=x base golang',
			'* ports=80/tcp base golang',
		]);
		expect(after(reader, 1)).toContain('* GOPATH=/go/new instruction 2');
		expect(after(reader, 1)).toContain('  PATH=/go/bin:/bin base golang');
	});

	test('that are arguments say where their value comes from', () => {
		const reader = readerOf(
			[
				'ARG GLOBAL=g',
				'FROM scratch',
				'ARG GLOBAL',
				'ARG GIVEN=default',
				'ARG OWN=default',
				'ARG NONE',
				'ARG TARGETARCH',
			],
			{buildArguments: {GIVEN: 'given'}, targetPlatform: 'linux/arm64'},
		);
		expect(after(reader, 5).slice(0, 5)).toEqual([
			'  GLOBAL=g global 1',
			'  GIVEN=given build-arg',
			'  OWN=default instruction 5',
			'  NONE=null instruction 6',
			'* TARGETARCH=arm64 predefined',
		]);
	});

	test('go on into the stages that start from theirs', () => {
		const reader = readerOf([
			'FROM scratch AS base',
			'ENV A=1',
			'ARG B=2',
			'USER me',
			'WORKDIR /app',
			'CMD ["x"]',
			'ONBUILD ENV C=$A',
			'FROM base',
			'WORKDIR sub',
			'ENTRYPOINT ["y"]',
		]);
		expect(after(reader, 1, 1)).toContain('* C=1 instruction 7');
		expect(after(reader, 2, 1)).toEqual([
			'  B=2 stage 0',
			expect.stringMatching(/^ {2}PATH=.* predefined$/v),
			'  A=1 stage 0',
			'  C=1 instruction 7',
			'  shell=["/bin/sh","-c"] predefined',
			'  platform=linux/amd64 predefined',
			'  user=me stage 0',
			'  command=["x"] stage 0',
			'* workdir=/app/sub instruction 9',
		]);
		expect(after(reader, 3, 1)).toContain('* command= instruction 10');
		expect(after(reader, 3, 1)).toContain('* entrypoint=["y"] instruction 10');
	});

	test('of a RUN with a secret tell its name only', () => {
		const reader = readerOf([
			'FROM scratch',
			'RUN --mount=type=secret,id=token,env=TOKEN true',
			'RUN true',
		]);
		expect(after(reader, 1)).toContain('* TOKEN=null secret token');
		const others = readerOf([
			'FROM scratch',
			'RUN --mount=type=secret,src=token,env=TOKEN true',
			'RUN --mount=type=secret,target=/run/token,env=TOKEN true',
		]);
		expect(after(others, 1)).toContain('* TOKEN=null secret token');
		expect(after(others, 2)).toContain('* TOKEN=null secret token');
		expect(after(reader, 2).join('\n')).not.toContain('TOKEN');
	});

	test('of an image that isn’t known are not told', () => {
		const reader = readerOf(['FROM unknown', 'ENV A=$B C=1']);
		expect(after(reader, 1)).toEqual([
			'* A=null instruction 2',
			'* C=1 instruction 2',
			'  platform=linux/amd64 base unknown',
		]);
	});

	test('before an instruction are what it expands', () => {
		const reader = readerOf(['ARG V=1', 'FROM scratch', 'ENV A=1', 'ENV A=2']);
		expect(reader.valuesBefore(0, 0).get('V')).toBe('1');
		expect(reader.valuesBefore(0, 2).get('A')).toBe('1');
		expect(reader.valuesBefore(0, 1).get('V')).toBeUndefined();
	});
});

describe('settings', () => {
	test('are what the instructions say', () => {
		const reader = readerOf([
			'FROM scratch',
			'ENV P=81',
			'LABEL a=1 b="two words"',
			'LABEL a=3',
			'EXPOSE 80 $P',
			'VOLUME /data',
			'STOPSIGNAL SIGINT',
			'HEALTHCHECK CMD true',
			'SHELL ["/bin/bash", "-c"]',
		]);
		expect(after(reader, 8)).toEqual(
			expect.arrayContaining([
				'  labels=a=3\nb=two words instruction 4',
				'  ports=80\n81 instruction 5',
				'  volumes=/data instruction 6',
				'  stop signal=SIGINT instruction 7',
				'  healthcheck=CMD true instruction 8',
				'* shell=["/bin/bash", "-c"] instruction 9',
			]),
		);
	});
});

describe('an image’s configuration', () => {
	test.each([null, 1, [], 'text', {config: []}, {config: {Env: 3, Labels: 1}}])(
		'%j says nothing',
		json => {
			expect(readImageConfiguration(json)).toEqual({
				environment: [],
				user: '',
				workingDirectory: '/',
				shell: null,
				entrypoint: null,
				command: null,
				labels: {},
				exposedPorts: [],
				volumes: [],
				stopSignal: null,
				onBuild: [],
				platform: null,
			});
		},
	);
});

test('a stage that starts from another has its arguments, but for those that the image has a variable of', () => {
	const reader = readerOf([
		'FROM image AS a',
		'ENV A=env B=$UNKNOWN',
		'ARG A=arg',
		'ARG B=arg',
		'ARG C=arg',
		'RUN first',
		'FROM a',
		'RUN second',
		'ARG A',
		'RUN third',
	]);
	const before = (stage: number, instruction: number) =>
		Object.fromEntries(reader.valuesBefore(stage, instruction));
	expect(before(0, 5)).toEqual({A: 'arg', B: 'arg', C: 'arg'});
	expect(before(1, 1)).toEqual({A: 'env', C: 'arg'});
	expect(before(1, 3)).toEqual({A: 'env', C: 'arg'});
});
