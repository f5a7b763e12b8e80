import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {
	type Build,
	type BuildEvent,
	type Engine,
	type EngineDescription,
	type Failure,
	type Files,
	type Point,
	type Program,
	type Shell,
	type ShellOptions,
} from '../../source/engine/port.js';
import {UsageError} from '../../source/errors.js';
import {failureWith} from './failures.js';

/** What a step does when it runs; without a script it is done at once. */
export type StepScript = {
	readonly output?: string;
	readonly seconds?: number;
	readonly cached?: boolean;
	readonly exitCode?: number;
	readonly message?: string;
	readonly state?: Failure['state'];
	readonly missing?: Failure['missing'];

	/** It goes on until it is canceled or the engine is lost. */
	readonly endless?: boolean;
};

export type FakeEngineOptions = {
	readonly program: Program;

	/** By what a step's text contains. */
	readonly steps?: Readonly<Record<string, StepScript>>;

	/** Rejects when the engine is lost. */
	readonly lost?: Promise<never>;
	/** What each filesystem lists; default: nothing. */
	readonly list?: Files['list'];
	openShell?(point: Point, options: ShellOptions): Promise<Shell>;
};

export const fakeDescription: EngineDescription = {
	name: 'docker',
	version: '28.5.2',
	builder: 'BuildKit',
	address: 'unix:///var/run/docker.sock',
	platform: 'linux/amd64',
};

/** An engine that only does what a test says: for what can't be asked of a real one, or not at the right moment. */
export function fakeEngine(options: FakeEngineOptions): Engine {
	return {
		description: fakeDescription,
		async openBuild() {
			return fakeBuild(options);
		},
		async removeLeftBehind() {
			return {containers: 0, images: 0};
		},
		async openImages() {
			return {
				async snapshot() {
					throw new UsageError('There is no such image.');
				},
				touched: async () => null,
				async close() {
					return undefined;
				},
			};
		},
		async capabilities() {
			return [];
		},
		async close() {
			return undefined;
		},
	};
}

function fakeBuild(options: FakeEngineOptions): Build {
	return {
		program: options.program,
		run: (steps, signal) => runSteps(options, steps, signal),
		async snapshot(point) {
			const openShell = async (shellOptions: ShellOptions) => {
				if (!options.openShell) {
					throw new UsageError(
						'There is no shell in this image: give a command.',
					);
				}

				return options.openShell(point, shellOptions);
			};

			return {
				...noFiles,
				...(options.list && {list: options.list}),
				openShell,
				async openContainer() {
					return {
						isOpen: true,
						openShell,
						async close() {
							return undefined;
						},
					};
				},
			};
		},
		inputsOf: () => null,
		processOf: () => null,
		secretValues: () => [],
		secrets: () => [],
		buildArguments: {},
		copiesOf: () => null,
		copySource: async () => noFiles,
		touched: async () => null,
		layer: async () => ({names: null, bytes: null}),
		imageSize: async () => null,
		finalImage: async () => null,
		async contextListing() {
			return new Map();
		},
		async finish() {
			return {image: 'sha256:0123456789abcdef', tags: ['example:latest']};
		},
		async close() {
			return undefined;
		},
	};
}

/** The empty filesystem. */
const noFiles: Files = {
	async readDirectory() {
		return [];
	},
	async stat() {
		throw new UsageError('There is no such file.');
	},
	async *readFile() {
		yield* [];
	},
	async *list() {
		yield* [];
	},
	async *readFiles() {
		yield* [];
	},
};

async function* runSteps(
	options: FakeEngineOptions,
	steps: readonly number[],
	signal: AbortSignal,
): AsyncIterable<BuildEvent> {
	for (const step of steps) {
		const {text} = options.program.steps[step]!;
		const [, script = {}] =
			Object.entries(options.steps ?? {}).find(([part]) =>
				text.includes(part),
			) ?? [];
		yield* runStep(step, script, {lost: options.lost, signal});
		if (
			script.endless ||
			script.exitCode !== undefined ||
			script.message !== undefined
		) {
			return;
		}
	}

	yield {type: 'reached'};
}

async function* runStep(
	step: number,
	script: StepScript,
	{
		lost,
		signal,
	}: {readonly lost: Promise<never> | undefined; readonly signal: AbortSignal},
): AsyncIterable<BuildEvent> {
	if (script.cached) {
		yield {type: 'cached', step};
		return;
	}

	yield {type: 'started', step, at: Date.now()};
	if (script.output !== undefined) {
		yield {type: 'log', step, data: Buffer.from(script.output)};
	}

	const seconds = script.seconds ?? 0.1;
	if (script.endless) {
		const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
		await (lost ? Promise.race([aborted, lost]) : aborted);
		yield {type: 'canceled'};
	} else if (script.exitCode !== undefined || script.message !== undefined) {
		yield {
			type: 'failed',
			failure: failureOf(step, seconds, script),
			others: [],
		};
	} else {
		yield {type: 'done', step, seconds};
	}
}

function failureOf(step: number, seconds: number, script: StepScript): Failure {
	return failureWith({
		step,
		message: script.message ?? 'The command failed.',
		exitCode: script.exitCode ?? null,
		seconds,
		state: script.state ?? {kept: true},
		missing: script.missing ?? null,
	});
}
