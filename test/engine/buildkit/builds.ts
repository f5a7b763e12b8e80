import {randomBytes} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {BuildkitEngine} from '../../../source/engine/buildkit/engine.js';
import type {BuilderKind} from '../../../source/dockerfile/stages/stage-queries.js';
import {LegacyEngine} from '../../../source/engine/legacy/engine.js';
import {parseDockerAddress} from '../../../source/engine/docker/address.js';
import type {
	Build,
	BuildEvent,
	BuildRequest,
	Engine,
	Failure,
	Point,
	Program,
	Shell,
	ShellOptions,
} from '../../../source/engine/port.js';
import type {EngineAddress} from '../engine.js';
import {testEngine} from '../test-engine.js';

export type BuildOptions = Partial<BuildRequest> & {
	/** What is in the build context besides the Dockerfile. */
	readonly files?: Readonly<Record<string, string>>;

	/** Default: the engine of the run. */
	readonly engine?: EngineAddress;

	/** Default: BuildKit. */
	readonly builder?: BuilderKind;
};

/** Something that no other test and no other run has. */
export function unique(): string {
	return randomBytes(8).toString('hex');
}

/** A number of seconds that names its process among all others, and is long enough. */
export function uniqueSeconds(): string {
	return `1${randomBytes(4).readUInt32BE().toString().padStart(10, '0')}`;
}

/**
@param dockerfile - Its lines.
@returns The build, in a context of its own, closed after the test.
*/
export async function openBuild(
	dockerfile: readonly string[],
	{files = {}, engine: address, builder, ...request}: BuildOptions = {},
): Promise<Build> {
	const context = await mkdtemp(path.join(tmpdir(), 'mstage-build-'));
	onTestFinished(async () => rm(context, {recursive: true, force: true}));
	const contents = {...files, Dockerfile: `${dockerfile.join('\n')}\n`};
	for (const [name, content] of Object.entries(contents)) {
		// eslint-disable-next-line no-await-in-loop -- a few small files
		await mkdir(path.dirname(path.join(context, name)), {recursive: true});
		// eslint-disable-next-line no-await-in-loop -- a few small files
		await writeFile(path.join(context, name), content);
	}

	const engine = await openTestEngine(builder, address);
	return engine.openBuild({
		context,
		dockerfile: path.join(context, 'Dockerfile'),
		dockerfileName: 'Dockerfile',
		buildArguments: {},
		secrets: [],
		noCache: false,
		tags: [],
		...request,
	});
}

/** Opens an engine, which is closed after the test; by default BuildKit of the engine of the run. */
export async function openTestEngine(
	builder: BuilderKind = 'buildkit',
	address: EngineAddress = testEngine(),
): Promise<Engine> {
	const kind = builder === 'legacy' ? LegacyEngine : BuildkitEngine;
	const engine = await kind.open(parseDockerAddress(address.dockerHost));
	onTestFinished(async () => engine.close());
	return engine;
}

/** The engine of the run keeps no state of a failed RUN by itself, and knows no `COPY --link` and no heredocs. */
export function isOldEngine(): boolean {
	return testEngine().version.startsWith('20.');
}

/**
@param text - What the text of one step contains.
@returns Its id.
*/
export function stepWith({steps}: Program, text: string): number {
	return steps.find(step => step.text.includes(text))!.id;
}

/** The steps that the target needs and that have something to run, in order. */
export function stepsToRun({steps, stages}: Program): readonly number[] {
	return steps
		.filter(({stage, executes}) => executes && stages[stage]!.needed)
		.map(({id}) => id);
}

/** Runs steps, by default all of them, to the end, whatever that is. */
export async function runSteps(
	build: Build,
	steps: readonly number[] = stepsToRun(build.program),
	signal: AbortSignal = new AbortController().signal,
): Promise<readonly BuildEvent[]> {
	const events: BuildEvent[] = [];
	for await (const event of build.run(steps, signal)) {
		events.push(event);
	}

	return events;
}

/** What became of each step, in the order of the reports: `done RUN make`. */
export function endsOf(
	{steps}: Program,
	events: readonly BuildEvent[],
): readonly string[] {
	return events.flatMap(event =>
		event.type === 'done' || event.type === 'cached'
			? [`${event.type} ${steps[event.step]!.text}`]
			: [],
	);
}

/** The output of one step. */
export function logOf(events: readonly BuildEvent[], step: number): string {
	const decoder = new TextDecoder();
	return events
		.flatMap(event =>
			event.type === 'log' && event.step === step
				? [decoder.decode(event.data, {stream: true})]
				: [],
		)
		.join('');
}

/** Runs all of a build that must fail. */
export async function failureOf(
	build: Build,
	steps?: readonly number[],
): Promise<Failure> {
	const events = await runSteps(build, steps);
	const last = events.at(-1);
	if (last?.type !== 'failed') {
		throw new Error(`The build ended with ${last?.type}.`);
	}

	return last.failure;
}

/** A shell that is closed after the test. */
export async function openShell(
	build: Build,
	point: Point,
	options: Partial<ShellOptions> = {},
): Promise<Shell> {
	const snapshot = await build.snapshot(point);
	const shell = await snapshot.openShell({terminal: null, ...options});
	onTestFinished(async () => shell.close());
	return shell;
}

/** Runs a program at a point, with nothing to read; returns what it prints and its exit code. */
export async function runAt(
	build: Build,
	point: Point,
	...command: readonly string[]
): Promise<{
	readonly stdout: string;
	readonly stderr: string;
	readonly code: number;
}> {
	const shell = await openShell(build, point, {command});
	shell.endInput();
	const printed = {1: '', 2: ''};
	const decoders = {1: new TextDecoder(), 2: new TextDecoder()};
	for await (const {stream, data} of shell.output) {
		printed[stream] += decoders[stream].decode(data, {stream: true});
	}

	const code = await shell.exited;
	await shell.close();
	return {stdout: printed[1], stderr: printed[2], code};
}
