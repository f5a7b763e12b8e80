import fc from 'fast-check';
import {expect, test} from 'vitest';
import {breakpointPositions} from '../../../source/debugger/machine/breakpoints/breakpoints.js';
import {dependentsOf} from '../../../source/debugger/machine/dependents.js';
import type {PausePolicy} from '../../../source/debugger/machine/pause-policy.js';
import type {
	DebuggerEvent,
	Effect,
} from '../../../source/debugger/machine/state.js';
import type {Program} from '../../../source/engine/port.js';
import {Session, dockerfiles, failureOf, realProgramOf} from '../programs.js';

/** What happens next; what it is about is chosen among what is possible then. */
type Happening = {
	readonly kind: (typeof kinds)[number];
	readonly choice: number;
};

const kinds = [
	'continue',
	'next',
	'end-of-stage',
	'interrupt',
	'toggle-breakpoint',
	'set-breakpoint',
	'remove-breakpoint',
	'enable-breakpoint',
	'rerun',
	'select-failure',
	'reload',
	'started',
	'cached',
	'done',
	'reached',
	'failed',
	'failed-nowhere',
	'canceled',
	'finished',
	'broken',
	'reloaded',
	'reload-failed',
] as const;

/** What lets the build go on comes most often. */
const happening: fc.Arbitrary<Happening> = fc.record({
	kind: fc.oneof(
		{
			weight: 2,
			arbitrary: fc.constantFrom('continue', 'next', 'started', 'reached'),
		},
		{weight: 3, arbitrary: fc.constantFrom(...kinds)},
	),
	choice: fc.nat(),
});

const policies = fc.constantFrom<PausePolicy>(
	'stage',
	'instruction',
	'error',
	'never',
);

function ensure(holds: boolean, message: string): void {
	if (!holds) {
		throw new Error(message);
	}
}

/**
What an engine does, seen from the store: one call at a time, which says what it does and then how it ended; a run that
is canceled may still come to any end.
*/
class EngineModel {
	call: 'run' | 'finish' | 'load' | null = null;
	program: Program;
	#steps: readonly number[] = [];
	#isCanceled = false;

	/** The steps whose results are there and still count. */
	readonly #results = new Set<number>();

	constructor(program: Program) {
		this.program = program;
	}

	take(effects: readonly Effect[]): void {
		for (const effect of effects) {
			if (effect.type === 'cancel') {
				ensure(this.call === 'run', 'There is nothing to cancel.');
				this.#isCanceled = true;
				continue;
			}

			if (effect.type === 'retrace' || effect.type === 'stop-retrace') {
				// It runs away from the build.
				continue;
			}

			if (effect.type === 'stop-loading') {
				ensure(this.call === 'load', 'Nothing is being loaded.');
				continue;
			}

			ensure(this.call === null, `There is a ${this.call} under way.`);
			this.call = effect.type;
			if (effect.type === 'run') {
				this.#isCanceled = false;
				this.#steps = effect.steps;
				this.#checkRun(effect);
			}
		}
	}

	/** @returns What it says, or `undefined` where it can't say that now. */
	tell({kind, choice}: Happening, programs: readonly Program[]) {
		return this.call === null
			? undefined
			: this.#tellOf(this.call, {kind, choice}, programs);
	}

	/** What happened makes results, or makes them worthless. */
	learn(event: DebuggerEvent, session: Session): void {
		const {phase} = session.state;
		switch (event.type) {
			case 'done':
			case 'cached': {
				if (phase.kind === 'running' && phase.missed !== event.step) {
					this.#results.add(event.step);
				}

				break;
			}

			case 'reached': {
				for (const step of this.#steps) {
					if (phase.kind === 'running' && phase.missed !== step) {
						this.#results.add(step);
					}
				}

				this.call = null;
				break;
			}

			case 'rerun': {
				if (['paused', 'failed', 'finished'].includes(phase.kind)) {
					for (const step of dependentsOf(this.program, event.step)) {
						this.#results.delete(step);
					}
				}

				break;
			}

			case 'reloaded': {
				this.#results.clear();
				this.program = event.program;
				this.call = null;
				break;
			}

			case 'failed':
			case 'canceled':
			case 'finished':
			case 'reload-failed':
			case 'broken': {
				this.call = null;
				break;
			}

			default: {
				break;
			}
		}
	}

	#checkRun({steps, withoutCache}: Extract<Effect, {type: 'run'}>): void {
		ensure(steps.length > 0, 'A run of nothing.');
		for (const step of steps) {
			ensure(!this.#results.has(step), `Step ${step} runs again.`);
			const {executes, stage} = this.program.steps[step]!;
			ensure(executes, `Step ${step} has nothing to run.`);
			ensure(this.program.stages[stage]!.needed, `${step} isn't needed.`);
		}

		ensure(
			withoutCache.every(step => steps.includes(step)),
			'Without cache what isn’t run.',
		);
	}

	#tellOf(
		call: 'run' | 'finish' | 'load',
		{kind, choice}: Happening,
		programs: readonly Program[],
	): DebuggerEvent | undefined {
		if (kind === 'broken' && call !== 'load') {
			return {type: kind, error: new Error('gone')};
		}

		switch (call) {
			case 'load': {
				return kind === 'reloaded'
					? {
							type: kind,
							program: programs[choice % programs.length]!,
							changedInputs: choice % 3 === 0 ? [choice % 4] : [],
						}
					: kind === 'reload-failed'
						? {type: kind, error: new Error('unreadable')}
						: undefined;
			}

			case 'finish': {
				return kind === 'finished'
					? {type: kind, result: {image: null, tags: []}}
					: undefined;
			}

			case 'run': {
				return this.#tellOfRun({kind, choice});
			}
		}
	}

	#tellOfRun({kind, choice}: Happening): DebuggerEvent | undefined {
		// What steps share with others is told of all of them.
		const needed = this.program.steps
			.filter(({stage}) => this.program.stages[stage]!.needed)
			.map(({id}) => id);
		const step =
			choice % 4 === 0
				? needed[choice % needed.length]!
				: this.#steps[choice % this.#steps.length]!;
		switch (kind) {
			case 'started': {
				return {type: kind, step, at: 5};
			}

			case 'cached': {
				return {type: kind, step};
			}

			case 'done': {
				return {type: kind, step, seconds: 1};
			}

			case 'reached': {
				return {type: kind};
			}

			case 'canceled': {
				return this.#isCanceled ? {type: kind} : undefined;
			}

			case 'failed': {
				const open = this.#steps.filter(id => !this.#results.has(id));
				if (open.length === 0) {
					return undefined;
				}

				const own = open[choice % open.length]!;
				const other = open.at(-1)!;
				return {
					type: kind,
					failure: failureOf(own),
					others: other === own ? [] : [failureOf(other)],
				};
			}

			case 'failed-nowhere': {
				return {type: 'failed', failure: failureOf(null), others: []};
			}

			default: {
				return undefined;
			}
		}
	}
}

/** @returns What a user asks for, or `undefined` for what isn't a user's. */
function commandOf(
	{kind, choice}: Happening,
	{state}: Session,
): DebuggerEvent | undefined {
	switch (kind) {
		case 'continue':
		case 'next':
		case 'end-of-stage':
		case 'interrupt':
		case 'reload': {
			return {type: kind};
		}

		case 'toggle-breakpoint': {
			return {type: kind, position: (choice % 25) - 2};
		}

		case 'set-breakpoint': {
			const texts = ['1', 'RUN', 'miss', 'RUN if A0=0', 'COPY if A1!=1'];
			return {type: kind, text: texts[choice % texts.length]!};
		}

		case 'remove-breakpoint': {
			return {type: kind, id: choice % 4};
		}

		case 'enable-breakpoint': {
			return {type: kind, id: choice % 4, enabled: choice % 2 === 0};
		}

		case 'rerun': {
			return {
				type: kind,
				step: choice % state.steps.length,
				onward: choice % 2 === 0,
			};
		}

		case 'select-failure': {
			return {type: kind, index: choice % 3};
		}

		default: {
			return undefined;
		}
	}
}

function checkLegal({state}: Session, engine: EngineModel): void {
	const {phase, positions, cursor, steps, program, failures} = state;
	const calls = {running: 'run', finishing: 'finish', loading: 'load'} as const;
	const expected = Object.entries(calls).find(([kind]) => kind === phase.kind);
	ensure(
		engine.call === (expected?.[1] ?? null),
		`${phase.kind} while the engine does ${engine.call}.`,
	);
	ensure(positions[cursor] !== undefined, 'The cursor stands nowhere.');
	ensure(program === engine.program, 'Another program.');
	ensure(steps.length === program!.steps.length, 'Other steps.');
	for (const {id, stage} of program!.steps) {
		ensure(
			(steps[id]!.kind === 'skipped') === !program!.stages[stage]!.needed,
			`Step ${id} is ${steps[id]!.kind}.`,
		);
	}

	if (phase.kind === 'running') {
		ensure(cursor < phase.upTo && phase.upTo <= phase.goal, 'No way ahead.');
		ensure(phase.goal < positions.length, 'A goal nowhere.');
	} else {
		ensure(!steps.some(({kind}) => kind === 'running'), 'It still runs.');
	}

	if (phase.kind === 'paused') {
		const passed = positions.slice(0, cursor).flatMap(({step}) => step ?? []);
		ensure(
			passed.every(step => /^(?:cached|done)$/v.test(steps[step]!.kind)),
			'The cursor is past what isn’t done.',
		);
	}

	const failed = steps.flatMap(({kind}, id) => (kind === 'failed' ? [id] : []));
	const told = failures.flatMap(({step}) => step ?? []);
	ensure(
		failed.length === new Set(told).size &&
			failed.every(step => told.includes(step)),
		'Steps have failed that no failure tells of.',
	);
	if (phase.kind === 'failed') {
		ensure(failures.includes(phase.failure), 'A failure of no run.');
		ensure(
			phase.failure.step === null ||
				positions[cursor]!.step === phase.failure.step,
			'The cursor isn’t at the failure.',
		);
	}

	for (const index of breakpointPositions(state.breakpoints)) {
		ensure(
			typeof positions[index]?.step === 'number',
			'A breakpoint where nothing can stop.',
		);
	}
}

test('any sequence of what a user and an engine do leaves a legal state', () => {
	fc.assert(
		fc.property(
			fc.array(dockerfiles, {minLength: 1, maxLength: 3}),
			policies,
			fc.array(happening, {maxLength: 60}),
			(texts, policy, happenings) => {
				const programs = texts.map(text => realProgramOf(text));
				const session = new Session({policy, program: programs[0]!});
				const engine = new EngineModel(programs[0]!);
				engine.take(session.takeEffects());
				checkLegal(session, engine);
				for (const next of happenings) {
					const event = engine.tell(next, programs) ?? commandOf(next, session);
					if (event !== undefined) {
						engine.learn(event, session);
						session.tell(event);
						engine.take(session.takeEffects());
						checkLegal(session, engine);
					}
				}
			},
		),
		{numRuns: 300},
	);
}, 30_000);

test('whatever the stops, every needed step that has something to run is run once, in order', () => {
	fc.assert(
		fc.property(
			dockerfiles,
			policies,
			fc.array(
				fc.constantFrom(
					'continue' as const,
					'next' as const,
					'end-of-stage' as const,
				),
				{maxLength: 30},
			),
			(dockerfile, policy, commands) => {
				const program = realProgramOf(dockerfile);
				const session = new Session({policy, program});
				const ran: number[] = [];
				const settle = (): void => {
					let [effect] = session.takeEffects();
					while (effect?.type === 'run') {
						ran.push(...effect.steps);
						session.tell(
							...effect.steps.map(step => ({type: 'cached', step}) as const),
							{type: 'reached'},
						);
						[effect] = session.takeEffects();
					}
				};

				settle();
				for (const type of commands) {
					session.tell({type});
					settle();
				}

				while (session.state.phase.kind === 'paused') {
					session.tell({type: 'continue'});
					settle();
				}

				expect(session.state.phase.kind).toBe('finishing');
				expect(ran).toEqual(
					program.steps
						.filter(
							({stage, executes}) => executes && program.stages[stage]!.needed,
						)
						.map(({id}) => id),
				);
			},
		),
	);
});
