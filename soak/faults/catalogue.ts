/** The builders of an engine. */
export const builders = ['BuildKit', 'legacy'] as const;

export type Builder = (typeof builders)[number];

/** How the program is used. */
export const modes = [
	'screen',
	'plain on a terminal',
	'plain',
	'json',
	'one-shot',
] as const;

export type Mode = (typeof modes)[number];

/** What it is doing when the fault comes. */
export const phases = [
	'start',
	'loading',
	'running',
	'pause',
	'opening a shell',
	'shell',
	'busy shell',
	'editor',
	'listing',
	'diffing',
	'exporting',
	'end',
	'failed',
] as const;

export type Phase = (typeof phases)[number];

/** What happens to the connection: as `test/engine/faulty-proxy.ts` has it. */
export const connectionFaults = [
	'reset',
	'drop',
	'garbage',
	'stall',
	'stall-up',
	'stall-down',
	'slow',
] as const;

const signals = [
	'SIGINT',
	'SIGTERM',
	'SIGHUP',
	'SIGQUIT',
	'SIGABRT',
	'SIGTERM twice',
	'SIGINT twice',
	'SIGTSTP and SIGCONT',
] as const;

const terminalFaults = ['terminal closed', 'resized', 'pasted'] as const;
const fullDisks = ['cache full', 'temporary full', 'engine full'] as const;
const engineFaults = ['engine killed', 'engine stopped'] as const;
const pipeFaults = ['stdout closed', 'stdin closed'] as const;
const keyFaults = ['q', 'Ctrl-C', 'Ctrl-D'] as const;

/** What goes wrong, or is done to it. */
export const faults = [
	...connectionFaults,
	...engineFaults,
	...signals,
	...terminalFaults,
	...fullDisks,
	...pipeFaults,
	...keyFaults,
] as const;

export type Fault = (typeof faults)[number];

/** How it is told to end. `leave` is the way that the phase has for it: `q`, `quit`, the end of an editor or a shell first. */
export type Quit =
	'leave' | 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGTERM twice' | 'Ctrl-C twice';

export type Place = {
	readonly mode: Mode;
	readonly phase: Phase;
	readonly fault: Fault;
};

const inCommands: readonly Phase[] = [
	'start',
	'loading',
	'running',
	'pause',
	'shell',
	'listing',
	'diffing',
	'exporting',
	'end',
	'failed',
];

/** @returns What a program can be doing in a mode. */
export function phasesOf(mode: Mode): readonly Phase[] {
	switch (mode) {
		case 'screen':
		case 'plain on a terminal': {
			return phases;
		}

		case 'plain':
		case 'json': {
			return inCommands;
		}

		case 'one-shot': {
			return [
				'start',
				'loading',
				'running',
				'shell',
				'busy shell',
				'listing',
				'diffing',
				'exporting',
			];
		}
	}
}

/** @returns Whether it has a terminal, whatever else is drawn. */
export function hasTerminal(mode: Mode): boolean {
	return mode === 'screen' || mode === 'plain on a terminal';
}

/** @returns The faults that mean something there. */
export function faultsAt({
	mode,
	phase,
}: {
	readonly mode: Mode;
	readonly phase: Phase;
}): readonly Fault[] {
	const onTerminal =
		hasTerminal(mode) || (mode === 'one-shot' && phase === 'busy shell');
	const onPipes = mode === 'plain' || mode === 'json';
	return [
		...connectionFaults,
		...engineFaults,
		...signals,
		...(onTerminal ? terminalFaults : []),
		...fullDisks.filter(
			fault =>
				fault !== 'engine full' || phase === 'pause' || phase === 'start',
		),
		...(onPipes && phase !== 'start' ? pipeFaults : []),
		...(onTerminal && phase !== 'start' ? keyFaults : []),
	];
}

/** Faults after which nothing comes from the engine, and nothing says that it is gone. */
export function isStall(fault: Fault): boolean {
	return fault.startsWith('stall') || fault === 'engine stopped';
}

/** Faults after which the engine is lost, and that can be seen. */
export function isLoss(fault: Fault): boolean {
	return ['reset', 'drop', 'garbage', 'engine killed'].includes(fault);
}

/** Phases in which keys go to another program. */
export function isLent(phase: Phase): boolean {
	return ['shell', 'busy shell', 'editor'].includes(phase);
}

/**
@returns Whether SIGINT cancels what is under way there, and the session goes on: a step (the legacy builder pulls an image as
a part of the first one), or a command of the prompt. An editor deals with it itself.
*/
export function takesInterrupt({
	builder,
	mode,
	phase,
}: Omit<Place, 'fault'> & {readonly builder: Builder}): boolean {
	if (!hasTerminal(mode)) {
		return false;
	}

	return (
		phase === 'running' ||
		phase === 'editor' ||
		(phase === 'loading' && builder === 'legacy') ||
		(mode === 'plain on a terminal' &&
			(isLooking(phase) || phase === 'opening a shell'))
	);
}

/** Faults that cancel something where that is taken. */
export function isInterrupt(fault: Fault): boolean {
	return ['SIGINT', 'SIGINT twice', 'Ctrl-C'].includes(fault);
}

/** Phases in which something looks at files. */
export function isLooking(phase: Phase): boolean {
	return ['listing', 'diffing', 'exporting'].includes(phase);
}

/** @returns Whether the fault alone need not end it. */
export function mustBeQuit({fault}: Place): boolean {
	return isStall(fault);
}

/**
@returns Whether a session says there that the engine doesn't answer (docs/endings.md): whatever has the terminal is left
alone, and the legacy builder is asked only while a call waits.
*/
export function tellsSilence({
	builder,
	mode,
	phase,
	fault,
}: Place & {readonly builder: Builder}): boolean {
	if (!isStall(fault) || mode === 'one-shot' || phase === 'start') {
		return false;
	}

	const isWaiting = !['pause', 'editor', 'end', 'failed'].includes(phase);
	return (
		(builder === 'BuildKit' || isWaiting) &&
		!(hasTerminal(mode) && (isLent(phase) || phase === 'opening a shell'))
	);
}

/** @returns What ends it there, the usual way first. */
export function quitsAt({
	onTerminal,
	...place
}: Place & {
	readonly builder: Builder;
	readonly onTerminal: boolean;
}): readonly Quit[] {
	const {mode, phase, fault} = place;
	if (!isStall(fault)) {
		return ['leave'];
	}

	const bySignal: readonly Quit[] = [
		'SIGTERM',
		'SIGHUP',
		'SIGTERM twice',
		...(takesInterrupt(place) ? [] : (['SIGINT'] as const)),
	];
	// Whatever has the terminal gets its keys.
	const isOurs = !isLent(phase) && phase !== 'opening a shell';
	const byKeys = onTerminal && isOurs && !isAtPrompt(place);
	return [
		...(hasTerminal(mode) && isOurs ? (['leave'] as const) : []),
		...(byKeys ? (['Ctrl-C twice'] as const) : []),
		...bySignal,
	];
}

/** Whether it is at the line prompt, or comes there by Ctrl-C: there, it only clears the line. */
function isAtPrompt({mode, phase}: Place): boolean {
	return (
		mode === 'plain on a terminal' &&
		(['pause', 'end', 'failed'].includes(phase) || isLooking(phase))
	);
}
