import fc from 'fast-check';
import {DebuggerStore} from '../../source/debugger/store.js';
import type {
	DebuggerEvent,
	DebuggerState,
	Effect,
	PausePolicy,
} from '../../source/debugger/state.js';
import {initialState, transition} from '../../source/debugger/transition.js';
import type {Failure, Program} from '../../source/engine/port.js';
import {
	type FakeEngineOptions,
	fakeDescription,
	fakeEngine,
} from '../ui/fake-engine.js';
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
	return {
		step,
		message: 'process did not complete successfully: exit code: 1',
		exitCode: 1,
		seconds: 0.5,
		state: {kept: true},
	};
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

/** A session with an engine that does what the options say, and its store; the caller closes it. */
export function openStore(
	options: Partial<FakeEngineOptions> = {},
	debug: {
		readonly policy?: PausePolicy;
		readonly breakpoints?: readonly string[];
	} = {},
): DebuggerStore {
	return new DebuggerStore({
		engine: fakeEngine({program, ...options}),
		request: {
			context: '/context',
			dockerfile: '/context/Dockerfile',
			dockerfileName: 'Dockerfile',
			buildArguments: {},
			secrets: [],
			noCache: false,
			tags: [],
		},
		policy: debug.policy ?? 'stage',
		breakpoints: debug.breakpoints ?? [],
	});
}
