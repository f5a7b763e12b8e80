import {constants} from 'node:os';
import type {Plan} from './plan.js';
import {
	type Fault,
	hasTerminal,
	isLoss,
	isLooking,
	isStall,
	takesInterrupt,
} from './catalogue.js';

/** How a trial has to end. */
export type Expected = {
	/** The exit codes of which one is right. */
	readonly codes: readonly number[];

	/** How long it may take to end since it was told to, in seconds of a machine that does nothing else. */
	readonly seconds: number;
};

/** What quitting may take where the engine says nothing any more. */
const secondsOfStall = 2;

/** What anything else may take. */
const secondsOfEnd = 6;

const lost = 3;

/** @returns What is right for a plan (docs/endings.md). */
export function expectedOf(plan: Plan): Expected {
	return {
		codes: [...new Set(codesOf(plan))],
		seconds: isStall(plan.fault) ? secondsOfStall : secondsOfEnd,
	};
}

function codesOf(plan: Plan): readonly number[] {
	const {phase, fault} = plan;
	if (phase === 'start') {
		return codesOfStart(plan);
	}

	if (isStall(fault)) {
		return codesOfQuit(plan);
	}

	if (isLoss(fault)) {
		return missesLoss(plan) ? leaving(plan) : [lost];
	}

	switch (fault) {
		case 'SIGINT': {
			// Of a shell that is open by then it isn't the key: it ends the session.
			return [
				...(takesInterrupt(plan) ? leaving(plan) : []),
				...(takesInterrupt(plan) && phase !== 'opening a shell'
					? []
					: [signaled('SIGINT')]),
			];
		}

		case 'SIGINT twice': {
			// The second comes before the first has canceled something, or behind that, where the prompt comes next.
			return phase === 'editor'
				? leaving(plan)
				: [signaled('SIGINT'), ...(goesOnAfterTwo(plan) ? leaving(plan) : [])];
		}

		case 'Ctrl-C': {
			return codesOfInterrupt(plan);
		}

		case 'stdout closed': {
			// Whoever read it wants no more.
			return [0, ...leaving(plan)];
		}

		default: {
			const signal = signalOf(fault);
			return signal ? [signaled(signal)] : leaving(plan);
		}
	}
}

/** @returns Whether a second SIGINT may come so soon after the first that it does nothing more. */
export function goesOnAfterTwo(plan: Plan): boolean {
	return plan.mode === 'plain on a terminal' && takesInterrupt(plan);
}

/** The signal that ends it by this fault, whatever it does. */
function signalOf(fault: Fault): NodeJS.Signals | null {
	const [word] = fault.split(' ');
	if (fault === 'terminal closed') {
		return 'SIGHUP';
	}

	return word!.startsWith('SIG') && word !== 'SIGTSTP'
		? (word as NodeJS.Signals)
		: null;
}

/** What the fault meets is known only when it comes: it may be over, or not have begun. */
function codesOfStart(plan: Plan): readonly number[] {
	const {mode, fault, errand} = plan;
	const byItself =
		mode === 'one-shot'
			? // Frontends before Docker 27 know no checks.
				[0, ...(errand === 'check' ? [2] : [])]
			: leaving(plan);
	if (
		mode === 'one-shot' &&
		errand === 'tree' &&
		(isLoss(fault) || isStall(fault))
	) {
		return isStall(fault) ? [0, ...codesOfQuit(plan)] : [0];
	}

	if (isStall(fault)) {
		return [
			...byItself,
			lost,
			...codesOfQuit(plan),
			// At a prompt Ctrl-C clears the line, before that it ends the session.
			...(mode === 'plain on a terminal' ? [signaled('SIGINT')] : []),
		];
	}

	if (isLoss(fault)) {
		return [...byItself, lost];
	}

	if (fault === 'engine full') {
		// The build fails, where it came to no end before.
		return [...byItself, 1];
	}

	const signal =
		fault === 'slow' && mode === 'one-shot' ? 'SIGTERM' : signalOf(fault);
	return signal
		? [signaled(signal), ...(mode === 'one-shot' ? byItself : [])]
		: byItself;
}

/** What it is told to end with while nothing comes from the engine. */
function codesOfQuit(plan: Plan): readonly number[] {
	const {quit} = plan;
	switch (quit) {
		case 'Ctrl-C twice': {
			return [signaled('SIGINT')];
		}

		case 'leave': {
			// An engine that hears nothing any more ends the session of a client by itself, sooner or later.
			return plan.fault === 'stall-up' && plan.awaitsSilence
				? [lost, ...leaving(plan)]
				: leaving(plan);
		}

		default: {
			return [signaled(quit.split(' ')[0] as NodeJS.Signals)];
		}
	}
}

/** What it ends with when it is left in the way of the phase. */
function leaving(plan: Plan): readonly number[] {
	const {mode, phase, busy} = plan;
	if (phase === 'failed') {
		return [1];
	}

	if (phase === 'busy shell' && (busy === 'traps' || mode === 'one-shot')) {
		return [signaled('SIGTERM')];
	}

	if (
		mode === 'plain on a terminal' &&
		phase === 'loading' &&
		!takesInterrupt(plan)
	) {
		// Ctrl-C is the way to end it.
		return [signaled('SIGINT')];
	}

	if (hasTerminal(mode)) {
		return [0];
	}

	if (['loading', 'running', 'shell'].includes(phase)) {
		return [signaled('SIGTERM')];
	}

	// However slow it is, it may be over when it is told to end.
	return isLooking(phase) ? [signaled('SIGTERM'), 0] : [0];
}

function codesOfInterrupt(plan: Plan): readonly number[] {
	const {mode, phase} = plan;
	const interrupted = signaled('SIGINT');
	switch (phase) {
		case 'loading': {
			return takesInterrupt(plan) ? leaving(plan) : [interrupted];
		}

		case 'pause':
		case 'end':
		case 'failed': {
			// At the prompt it clears the line.
			return mode === 'screen' ? [interrupted] : leaving(plan);
		}

		case 'busy shell': {
			// The signal that ends a command may give the terminal back before the key is there: then that is a second one.
			return [...leaving(plan), ...(mode === 'one-shot' ? [interrupted] : [])];
		}

		default: {
			return leaving(plan);
		}
	}
}

/**
@returns Whether nothing tells of a loss: what is finished stays so, and the legacy builder has no connection while nothing is
asked of it. The end of an editor asks: the build is loaded again.
*/
export function missesLoss({builder, phase}: Plan): boolean {
	return (
		phase === 'end' ||
		(builder === 'legacy' && ['pause', 'failed'].includes(phase))
	);
}

/** @returns What a shell reports of a program that a signal ended. */
export function signaled(signal: NodeJS.Signals): number {
	return 128 + constants.signals[signal];
}
