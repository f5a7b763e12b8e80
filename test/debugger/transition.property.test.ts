import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {
	DebuggerEvent,
	Effect,
	PausePolicy,
} from '../../source/debugger/state.js';
import {breakpointPositions} from '../../source/debugger/breakpoints/breakpoints.js';
import type {Program} from '../../source/engine/port.js';
import {Session, dockerfiles, failureOf, realProgramOf} from './programs.js';

/** What happens next; what it is about is chosen among what is possible then. */
type Happening = {
	readonly kind:
		| 'continue'
		| 'next'
		| 'end-of-stage'
		| 'interrupt'
		| 'toggle-breakpoint'
		| 'started'
		| 'cached'
		| 'done'
		| 'reached'
		| 'failed'
		| 'failed-nowhere'
		| 'canceled'
		| 'finished'
		| 'broken';
	readonly choice: number;
};

const happening: fc.Arbitrary<Happening> = fc.record({
	kind: fc.oneof(
		{
			weight: 4,
			arbitrary: fc.constantFrom('continue', 'next', 'end-of-stage', 'reached'),
		},
		{
			weight: 3,
			arbitrary: fc.constantFrom(
				'interrupt',
				'toggle-breakpoint',
				'started',
				'cached',
				'done',
				'canceled',
			),
		},
		{
			weight: 1,
			arbitrary: fc.constantFrom(
				'failed',
				'failed-nowhere',
				'finished',
				'broken',
			),
		},
	),
	choice: fc.nat(),
});

/** An engine speaks only of steps that the target needs. */
function eventOf(
	{kind, choice}: Happening,
	neededSteps: readonly number[],
): DebuggerEvent {
	const step = neededSteps[choice % neededSteps.length]!;
	switch (kind) {
		case 'toggle-breakpoint': {
			return {type: kind, position: (choice % 25) - 2};
		}

		case 'started': {
			return {type: kind, step, at: 5};
		}

		case 'cached': {
			return {type: kind, step};
		}

		case 'done': {
			return {type: kind, step, seconds: 1};
		}

		case 'failed': {
			return {type: 'failed', failure: failureOf(step)};
		}

		case 'failed-nowhere': {
			return {type: 'failed', failure: failureOf(null)};
		}

		case 'finished': {
			return {type: kind, result: {image: null, tags: []}};
		}

		case 'broken': {
			return {type: kind, error: new Error('gone')};
		}

		default: {
			return {type: kind};
		}
	}
}

/** What is under way, from the store's side: it has one run at a time, and ends it with what the engine says. */
class Work {
	running = false;
	finishing = false;

	take(effects: readonly Effect[]): void {
		for (const effect of effects) {
			switch (effect.type) {
				case 'run': {
					expect(this.running || this.finishing).toBe(false);
					this.running = true;
					break;
				}

				case 'load': {
					throw new Error('Nothing asked for it.');
				}

				case 'cancel': {
					expect(this.running).toBe(true);
					break;
				}

				case 'finish': {
					expect(this.running || this.finishing).toBe(false);
					this.finishing = true;
					break;
				}
			}
		}
	}

	end(event: DebuggerEvent): void {
		if (['reached', 'failed', 'canceled', 'broken'].includes(event.type)) {
			this.running = false;
		}

		if (event.type === 'finished' || event.type === 'broken') {
			this.finishing = false;
		}
	}
}

function checkLegal(session: Session, program: Program, work: Work): void {
	const {state} = session;
	const {phase, positions, cursor, steps, breakpoints} = state;

	expect(positions[cursor]).toBeDefined();
	expect(steps).toHaveLength(program.steps.length);
	expect(phase.kind === 'running').toBe(work.running);
	expect(phase.kind === 'finishing').toBe(work.finishing);

	for (const {id, stage} of program.steps) {
		expect(steps[id]!.kind === 'skipped').toBe(!program.stages[stage]!.needed);
	}

	if (phase.kind === 'running') {
		expect(phase.goal).toBeGreaterThan(cursor);
		expect(phase.goal).toBeLessThan(positions.length);
	} else {
		expect(steps.map(({kind}) => kind)).not.toContain('running');
	}

	if (phase.kind === 'paused') {
		const passed = positions.slice(0, cursor).flatMap(({step}) => step ?? []);
		for (const step of passed) {
			expect(steps[step]!.kind).toMatch(/^(?:cached|done)$/v);
		}
	}

	if (phase.kind === 'failed' && phase.failure.step !== null) {
		expect(positions[cursor]!.step).toBe(phase.failure.step);
		expect(steps[phase.failure.step]!.kind).toBe('failed');
	} else {
		expect(steps.map(({kind}) => kind)).not.toContain('failed');
	}

	for (const index of breakpointPositions(breakpoints)) {
		expect(positions[index]!.step).not.toBeNull();
	}
}

test('any sequence of events leaves a legal state', () => {
	fc.assert(
		fc.property(
			dockerfiles,
			fc.constantFrom<PausePolicy>('stage', 'error', 'never'),
			fc.array(happening, {maxLength: 40}),
			(dockerfile, policy, happenings) => {
				const program = realProgramOf(dockerfile);
				const session = new Session({policy, program});
				const work = new Work();
				work.take(session.takeEffects());
				const needed = program.steps
					.filter(step => program.stages[step.stage]!.needed)
					.map(({id}) => id);
				checkLegal(session, program, work);

				for (const next of happenings) {
					const event = eventOf(next, needed);
					// An engine says nothing of a run that isn't under way, and ends a finish only once.
					if (
						session.state.phase.kind === 'broken' ||
						(event.type === 'broken' && !work.running && !work.finishing)
					) {
						continue;
					}

					const before = session.state;
					work.end(event);
					session.tell(event);
					const effects = session.takeEffects();
					for (const effect of effects) {
						if (effect.type === 'run') {
							expect(effect.steps.length).toBeGreaterThan(0);
							for (const step of effect.steps) {
								expect(before.steps[step]!.kind).not.toMatch(
									/^(?:cached|done|skipped)$/v,
								);
								expect(program.steps[step]!.executes).toBe(true);
							}
						}

						if (effect.type === 'cancel') {
							expect(before.phase.kind).toBe('running');
						}
					}

					work.take(effects);
					checkLegal(session, program, work);
				}
			},
		),
		{numRuns: 200},
	);
});

test('whatever the stops, every needed step that has something to run is run once, in order', () => {
	fc.assert(
		fc.property(
			dockerfiles,
			fc.constantFrom<PausePolicy>('stage', 'error', 'never'),
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
