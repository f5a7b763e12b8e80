import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {onTestFinished} from 'vitest';
import {findSizes} from '../../source/inspect/left/sizes.js';
import type {DebuggerOptions} from '../../source/debugger/session/options.js';
import {DebuggerStore} from '../../source/debugger/session/store.js';
import type {PausePolicy} from '../../source/debugger/machine/pause-policy.js';
import type {
	DebuggerEvent,
	DebuggerState,
	Effect,
	Phase,
} from '../../source/debugger/machine/state.js';
import {settled} from '../../source/prompt/command.js';
import {
	initialState,
	transition,
} from '../../source/debugger/machine/transition.js';
import type {Build, Failure, Program, Shell} from '../../source/engine/port.js';
import {
	type FakeEngineOptions,
	fakeDescription,
	fakeEngine,
} from '../ui/fake-engine.js';
import {failureWith} from '../ui/failures.js';
import {programOf} from '../ui/program.js';

/** Three stages, of which the target needs two; each has instructions that only change the configuration. */
export const dockerfile = [
	'FROM busybox AS builder',
	'ENV A=1',
	'RUN make',
	'COPY . /src',
	'',
	'FROM busybox AS tests',
	'RUN test',
	'',
	'# the one that ships',
	'FROM scratch AS final',
	'COPY --from=builder /src \\',
	'  /bin',
	'CMD ["/bin/app"]',
].join('\n');

/**
@returns The program that BuildKit makes of a Dockerfile: FROM runs something only where it reads an image.
*/
export function realProgramOf(text: string, target?: string): Program {
	const program = programOf(text, target);
	return {
		...program,
		steps: program.steps.map(step => ({
			...step,
			executes:
				step.keyword === 'FROM'
					? program.graph.stages[step.stage]!.base.kind === 'image'
					: step.executes,
		})),
	};
}

export const program = realProgramOf(dockerfile);

/**
@param text - Of a step of `dockerfile`.
@returns Its id.
*/
export function stepWith(text: string): number {
	return program.steps.find(step => step.text.includes(text))!.id;
}

/** A failure of a step with exit code 1, whose state was kept. */
export function failureOf(step: number | null): Failure {
	return failureWith({
		step,
		message: 'process did not complete successfully: exit code: 1',
		seconds: 0.5,
	});
}

/** A session that hears what a test tells it, and what it wanted done. */
export class Session {
	state: DebuggerState;
	readonly effects: Effect[] = [];

	constructor(
		options: {
			readonly policy?: PausePolicy;
			readonly breakpoints?: readonly string[];
			readonly program?: Program;
		} = {},
	) {
		this.state = initialState({
			engine: fakeDescription,
			policy: options.policy ?? 'stage',
			breakpoints: options.breakpoints ?? [],
		});
		this.tell({type: 'loaded', program: options.program ?? program});
	}

	/** Where it stands: `builder:2`, or `builder:end`. */
	get place(): string {
		const {step, stage} = this.state.positions[this.state.cursor]!;
		const loaded = this.state.program!;
		const name = loaded.stages[stage]!.name ?? String(stage);
		return `${name}:${step === null ? 'end' : loaded.steps[step]!.index}`;
	}

	/** Tells it of something. */
	tell(...events: readonly DebuggerEvent[]): this {
		for (const event of events) {
			const [state, effects] = transition(this.state, event);
			this.state = state;
			this.effects.push(...effects);
		}

		return this;
	}

	/** Returns what it wanted done since the last time. */
	takeEffects(): readonly Effect[] {
		return this.effects.splice(0);
	}

	/** Asks for something that runs steps, and lets the engine do all of it. */
	go(type: 'continue' | 'next' | 'end-of-stage'): this {
		this.tell({type});
		for (const effect of this.takeEffects()) {
			if (effect.type === 'run') {
				this.tell(
					...effect.steps.map(
						step => ({type: 'done', step, seconds: 1}) as const,
					),
					{type: 'reached'},
				);
			}
		}

		return this;
	}
}

/** Dockerfiles of up to four stages, each of which may start from, or copy from, those before it. */
export const dockerfiles: fc.Arbitrary<string> = fc
	.array(
		fc.record({
			base: fc.nat(),
			steps: fc.array(
				fc.record({
					kind: fc.constantFrom('RUN', 'ENV', 'COPY', 'FROM', 'CMD'),
					source: fc.nat(),
				}),
				{maxLength: 4},
			),
		}),
		{minLength: 1, maxLength: 4},
	)
	.map(stages =>
		stages
			.flatMap(({base, steps}, index) => [
				`FROM ${baseName(base, index)} AS s${index}`,
				...steps.map(({kind, source}, line) => {
					switch (kind) {
						case 'ENV': {
							return `ENV A${line}=${line}`;
						}

						case 'COPY': {
							return 'COPY . /src';
						}

						case 'CMD': {
							return 'CMD ["/bin/true"]';
						}

						case 'FROM': {
							return index === 0
								? 'WORKDIR /work'
								: `COPY --from=s${source % index} / /`;
						}

						default: {
							return `RUN command ${line}`;
						}
					}
				}),
			])
			.join('\n'),
	);

function baseName(choice: number, index: number): string {
	const choices = [
		'busybox',
		'scratch',
		...Array.from({length: index}, (_, stage) => `s${stage}`),
	];
	return choices[choice % choices.length]!;
}

export type StoreOptions = Partial<FakeEngineOptions> & {
	/** What the engine's builds do otherwise. */
	readonly build?: Partial<Build>;

	/** What each loading after the first waits for, or fails with. */
	readonly opens?: ReadonlyArray<Promise<void> | Error | undefined>;
	readonly retraceStep?: DebuggerOptions['retraceStep'];
	readonly policy?: PausePolicy;
	readonly breakpoints?: readonly string[];
	readonly sizePatience?: number;
	readonly waits?: () => boolean;
};

/** A session with an engine that does what the options say; it is closed after the test. */
export function openStore(options: StoreOptions = {}): DebuggerStore {
	const engine = fakeEngine({program, ...options});
	const opens = [undefined, ...(options.opens ?? [])];
	const store = new DebuggerStore({
		findSizes,
		engine: {
			...engine,
			async openBuild(request, signal) {
				const open = opens.shift();
				if (open instanceof Error) {
					throw open;
				}

				await open;
				return {...(await engine.openBuild(request, signal)), ...options.build};
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
		policy: options.policy ?? 'stage',
		breakpoints: options.breakpoints ?? [],
		...(options.waits && {waits: options.waits}),
		...(options.retraceStep && {retraceStep: options.retraceStep}),
		...(options.sizePatience !== undefined && {
			sizePatience: options.sizePatience,
		}),
	});
	onTestFinished(async () => store.close());
	return store;
}

/** As `openStore`, with its program loaded. */
export async function startStore(
	options: StoreOptions = {},
): Promise<DebuggerStore> {
	const store = openStore(options);
	await store.start();
	return store;
}

/** Returns when the session is in a phase. */
export async function reachPhase(
	store: DebuggerStore,
	kind: Phase['kind'],
): Promise<void> {
	await new Promise<void>(resolve => {
		const check = (): void => {
			if (store.state.phase.kind === kind) {
				stop();
				resolve();
			}
		};

		const stop = store.onEvent(check);
		check();
	});
}

/** Lets the build go on at each pause, until nothing goes on any more. */
export async function runToEnd(store: DebuggerStore): Promise<void> {
	const {signal} = new AbortController();
	await settled(store, signal);
	while (store.state.phase.kind === 'paused') {
		store.dispatch({type: 'continue'});
		// eslint-disable-next-line no-await-in-loop -- each pause is followed by the next
		await settled(store, signal);
	}
}

/** A shell that prints something and exits with a code, and says when it is closed. */
export function shellThat({
	prints = [],
	code = 0,
	onClose,
}: {
	readonly prints?: ReadonlyArray<readonly [stream: 1 | 2, text: string]>;
	readonly code?: number | Error;
	readonly onClose?: () => void;
}): Shell {
	const exited =
		typeof code === 'number' ? Promise.resolve(code) : Promise.reject(code);
	exited.catch(() => undefined);
	return {
		command: ['/bin/sh'],
		isOfToolbox: false,
		output: (async function* () {
			for (const [stream, text] of prints) {
				yield {stream, data: Buffer.from(text)};
			}
		})(),
		exited,
		async write() {
			return undefined;
		},
		endInput() {
			return undefined;
		},
		resize() {
			return undefined;
		},
		signal() {
			return undefined;
		},
		async close() {
			onClose?.();
		},
	};
}
