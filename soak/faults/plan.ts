import {randomOf} from '../../test/oracle/random.js';
import {
	type Builder,
	builders,
	type Fault,
	faults,
	faultsAt,
	hasTerminal,
	type Mode,
	modes,
	type Phase,
	phasesOf,
	type Place,
	type Quit,
	quitsAt,
	mustBeQuit,
	tellsSilence,
} from './catalogue.js';

/** The commands that run once, and what of a build each asks for. */
export const errands = [
	'diff',
	'why',
	'left',
	'ls',
	'cp',
	'cat',
	'shell',
	'check',
	'tree',
] as const;

export type Errand = (typeof errands)[number];

/** What one trial does. It is made of its seed alone. */
export type Plan = {
	readonly seed: number;
	readonly builder: Builder;
	readonly mode: Mode;
	readonly phase: Phase;
	readonly fault: Fault;

	/** How the program is told to end where the fault alone doesn't end it. */
	readonly quit: Quit;

	/** The command of a mode that runs once. */
	readonly errand: Errand;

	/** Whether a command that runs once has a terminal. */
	readonly onTerminal: boolean;

	/** Of a fault at the start: how many connections there are before it. */
	readonly connections: number;

	/** What a program that is busy in a shell is: it has set modes, holds jobs in the background, or traps signals. */
	readonly busy: 'modes' | 'jobs' | 'traps';

	/** Whether it is told to end only after it has said that the engine doesn't answer. */
	readonly awaitsSilence: boolean;
};

/** What plans are drawn from, where not all. */
export type Choice = {
	readonly builder?: Builder;
	readonly mode?: Mode;
	readonly phase?: Phase;
	readonly fault?: Fault;
};

/**
@param choice - Trials are drawn from those that fit it.
@returns The plan of a seed, the same one each time.
@throws {Error} None fits.
*/
export function planOf(seed: number, choice: Choice = {}): Plan {
	const random = randomOf(seed * 7919);
	const builder = choice.builder ?? pick(builders, random);
	// First the fault and then where, so that each kind comes as often as others do.
	const kinds = faults.filter(
		fault =>
			fault === (choice.fault ?? fault) && placesOf(fault, choice).length > 0,
	);
	const fault = pick(kinds, random);
	const {mode, phase} = pick(placesOf(fault, choice), random);
	const draw = random() < 0.3;
	const onTerminal =
		hasTerminal(mode) ||
		(mode === 'one-shot' && (phase === 'busy shell' || draw));
	const errand = errandAt({builder, phase, fault}, random);
	const quits = quitsAt({builder, mode, phase, fault, onTerminal});
	return {
		seed,
		builder,
		mode,
		phase,
		fault,
		quit: mustBeQuit({mode, phase, fault}) ? pick(quits, random) : quits[0]!,
		errand,
		onTerminal,
		connections: pick([0, 1, 3], random),
		busy: pick(['modes', 'jobs', 'traps'], random),
		awaitsSilence:
			tellsSilence({builder, mode, phase, fault}) && random() < 0.3,
	};
}

/** Where each fault can happen. */
const places: ReadonlyMap<Fault, readonly Place[]> = new Map(
	faults.map(fault => [
		fault,
		modes.flatMap(mode =>
			phasesOf(mode)
				.filter(phase => faultsAt({mode, phase}).includes(fault))
				.map(phase => ({mode, phase, fault})),
		),
	]),
);

function placesOf(fault: Fault, choice: Choice): readonly Place[] {
	return places
		.get(fault)!
		.filter(
			({mode, phase}) =>
				mode === (choice.mode ?? mode) && phase === (choice.phase ?? phase),
		);
}

/** @returns The plan as a line: what it is drawn as, and what is drawn besides. */
export function describePlan(plan: Plan): string {
	const {seed, builder, mode, phase, fault, quit, errand, onTerminal} = plan;
	return [
		String(seed),
		builder,
		mode === 'one-shot'
			? `${errand}${onTerminal ? ' on a terminal' : ''}`
			: mode,
		`${phase}${phase === 'start' ? ` (${plan.connections} connections)` : ''}${phase === 'busy shell' ? ` (${plan.busy})` : ''}`,
		fault,
		`${plan.awaitsSilence ? 'when silence is told, ' : 'then '}${quit}`,
	].join(' · ');
}

function errandAt(
	{builder, phase, fault}: Pick<Plan, 'builder' | 'phase' | 'fault'>,
	random: () => number,
): Errand {
	switch (phase) {
		case 'listing': {
			return 'ls';
		}

		case 'diffing': {
			return 'diff';
		}

		case 'exporting': {
			return pick(['cp', 'cat'], random);
		}

		case 'shell':
		case 'busy shell': {
			return 'shell';
		}

		case 'start': {
			return pick(
				errands.filter(
					errand =>
						// The legacy builder knows no checks, and a tree asks no engine.
						(errand !== 'check' || builder === 'BuildKit') &&
						(errand !== 'tree' || !fault.startsWith('engine')),
				),
				random,
			);
		}

		default: {
			return pick(
				errands.filter(errand => errand !== 'tree' && errand !== 'check'),
				random,
			);
		}
	}
}

function pick<T>(from: readonly T[], random: () => number): T {
	const index = Math.floor(random() * from.length);
	const picked = from[index];
	if (picked === undefined) {
		throw new Error('No trial fits what was asked for.');
	}

	return picked;
}
