import {shellPrompt} from '../../test/e2e/shell-prompt.js';
import {
	hasTerminal,
	isInterrupt,
	isLent,
	isLoss,
	isStall,
	takesInterrupt,
} from './catalogue.js';
import {goesOnAfterTwo, missesLoss} from './expected.js';
import {signalTwice} from './inflict.js';
import type {Trial} from './reach.js';

/** What is told of an engine that is lost. */
export const lossTold =
	/The engine at|engine (?:is gone|hasn't answered|doesn't answer|can't be used)|✖ no engine/v;

/** What is told of an engine that doesn't answer, in words and as JSON. */
export const silenceTold = /engine hasn't answered for 10 s|"isSilent":true/v;

/**
How long it may take until that is told, in milliseconds: 10 s after a question. One is asked every 5 s; the legacy builder
only where nothing came since the one before.
*/
const patienceForSilence = 25_000;

/** How long it may take until a loss is seen, in milliseconds. */
const patienceForLoss = 8000;

/** How long what waits for commands may go on after a loss, in milliseconds, before it is given one. */
const patienceForPrompt = 3000;

/** How long a command may take over a slow connection until it is told to end, in milliseconds. */
const patienceForSlow = 8000;

/** How long keys may take to do something, in milliseconds, before they are pressed again. */
const patienceForKeys = 1000;

/** How long the program may take to end, in milliseconds; longer than is right, so that it is seen by how much. */
const patienceForEnd = 15_000;

/** What happened until it was told to end. */
export type Told = {
	/** When, on the clock of `performance.now()`. */
	readonly at: number;

	/** Whether it had been waited in vain for a word on the engine's silence. */
	readonly inVain: boolean;
};

/** Does after the fault what a user would, until the program ends. */
export async function finish(trial: Trial): Promise<Told> {
	const {plan, program} = trial;
	const {fault, mode, phase} = plan;
	let inVain = false;
	let at = performance.now();
	if (isStall(fault) && !isTree(trial)) {
		if (plan.awaitsSilence) {
			inVain = !(await program.until(
				() => silenceTold.test(program.seen()),
				patienceForSilence,
			));
			at = performance.now();
		}

		await tellToEnd(trial);
	} else if (isLoss(fault)) {
		if (hasTerminal(mode)) {
			await endEditor(trial);
			await program.until(() => lossTold.test(program.seen()), patienceForLoss);
			at = performance.now();
			await leaveSession(trial);
		} else if (mode !== 'one-shot' && phase !== 'start') {
			// What waits for a command and doesn't see it goes on to wait; else the next ping finds it.
			await program.until(
				() => false,
				missesLoss(plan) ? patienceForPrompt : patienceForLoss,
			);
			at = performance.now();
			program.type('quit\n');
		}
	} else if (!endsIt(trial)) {
		at = await leave(trial);
	}

	await program.until(() => false, patienceForEnd);
	return {at, inVain};
}

function isTree({plan: {mode, errand}}: Trial): boolean {
	return mode === 'one-shot' && errand === 'tree';
}

/** Whether nothing else is to be done after it. */
function endsIt({plan}: Trial): boolean {
	const {fault, phase} = plan;
	switch (fault) {
		case 'SIGTERM':
		case 'SIGHUP':
		case 'SIGQUIT':
		case 'SIGABRT':
		case 'SIGTERM twice':
		case 'terminal closed': {
			return true;
		}

		case 'SIGINT twice': {
			return phase !== 'editor' && !goesOnAfterTwo(plan);
		}

		case 'SIGINT': {
			return !takesInterrupt(plan);
		}

		default: {
			return false;
		}
	}
}

async function tellToEnd(trial: Trial): Promise<void> {
	const {plan, program} = trial;
	switch (plan.quit) {
		case 'Ctrl-C twice': {
			program.type('\u0003');
			if (!(await program.until(() => false, patienceForKeys / 2))) {
				program.type('\u0003');
			}

			break;
		}

		case 'SIGTERM twice': {
			await signalTwice(program, 'SIGTERM');
			break;
		}

		case 'leave': {
			await leaveSession(trial);
			break;
		}

		default: {
			program.signal(plan.quit);
		}
	}
}

/** Leaves it in the way of its phase. Returns when it was told to end. */
async function leave(trial: Trial): Promise<number> {
	const {plan, program} = trial;
	const {mode, phase, fault} = plan;
	if (phase === 'start') {
		return leaveStart(trial);
	}

	if (mode === 'one-shot' && phase === 'busy shell' && plan.busy !== 'traps') {
		program.signal('SIGTERM');
		return performance.now();
	}

	if (!hasTerminal(mode)) {
		return leavePipes(trial);
	}

	if (phase === 'opening a shell') {
		await program.until(
			() =>
				isCanceled(trial) ||
				(shellPrompt.test(program.seen()) &&
					!lastLine(program.seen()).includes('(mstage)')),
			10_000,
		);
	}

	if (phase === 'busy shell' && plan.busy === 'traps') {
		program.signal('SIGTERM');
		return performance.now();
	}

	if (phase === 'busy shell') {
		if (fault !== 'Ctrl-C') {
			program.type('\u0003');
		}

		await endShell(trial);
	} else if (isCanceled(trial)) {
		// There is no shell to be ended.
	} else if (phase === 'shell' || phase === 'opening a shell') {
		// Pressed in a shell that waits for a command, Ctrl-D has ended it; before that, the terminal may have taken it.
		if (fault !== 'Ctrl-D' || !(await backFromShell(trial))) {
			await endShell(trial);
		}
	} else {
		await endEditor(trial);
	}

	const at = performance.now();
	await leaveSession(trial);
	return at;
}

/** Whether the line prompt has given something up, and asks for a line. */
function isCanceled({program, plan}: Trial): boolean {
	return (
		isInterrupt(plan.fault) &&
		/Canceled\.\s+\(mstage\) *$/v.test(program.seen().trimEnd())
	);
}

function lastLine(text: string): string {
	return text.trimEnd().split('\n').at(-1) ?? '';
}

/** It begins with the usual way: a pause to be left, or a command that ends by itself. */
async function leaveStart(trial: Trial): Promise<number> {
	const {plan, program} = trial;
	if (plan.mode === 'one-shot') {
		if (plan.fault === 'slow') {
			// How long it takes depends on how much there is: nobody waits for it.
			await program.until(() => false, patienceForSlow);
			program.signal('SIGTERM');
		}

		return performance.now();
	}

	await program.until(
		() =>
			/before a:2|breakpoint|no engine|exited with code/v.test(program.seen()),
		30_000,
	);
	const at = performance.now();
	if (hasTerminal(plan.mode)) {
		await leaveSession(trial);
	} else {
		program.type('quit\n');
		program.endInput();
	}

	return at;
}

function leavePipes({plan, program}: Trial): number {
	const {mode, phase, fault} = plan;
	const waits =
		mode === 'one-shot' || !['pause', 'end', 'failed'].includes(phase);
	if (waits) {
		program.signal('SIGTERM');
	} else if (fault === 'stdout closed') {
		program.type('where\nstages\nwhere\n');
		program.type('quit\n');
	} else if (fault !== 'stdin closed') {
		program.type('quit\n');
	}

	return performance.now();
}

/** Sees first that the shell still does what it is told. */
async function endShell(trial: Trial): Promise<void> {
	const {program, plan} = trial;
	program.type(`${plan.fault === 'pasted' ? '\u0003' : ''}\r`);
	program.type('echo alive-$((6*7))\r');
	await program.until(() => program.printed().includes('alive-42'), 15_000);
	program.type('exit\r');
	await backFromShell(trial);
}

/** @returns Whether the session has the terminal again. */
async function backFromShell({program, plan}: Trial): Promise<boolean> {
	return program.until(
		() =>
			plan.mode === 'screen'
				? /paused|breakpoint/v.test(program.seen())
				: /\(mstage\) *$/v.test(lastLine(program.seen())),
		10_000,
	);
}

async function endEditor({program, plan}: Trial): Promise<void> {
	if (plan.phase !== 'editor') {
		return;
	}

	program.type('\r');
	await program.until(
		() =>
			plan.mode === 'screen'
				? /paused|breakpoint|gone|reload/v.test(program.seen())
				: /\(mstage\) *$/v.test(lastLine(program.seen())),
		10_000,
	);
}

/** The keys that quit, again where they are asked for twice, or something else took them. */
async function leaveSession({program, plan}: Trial): Promise<void> {
	const {mode, phase} = plan;
	if (mode === 'screen') {
		for (let times = 0; times < 4; times++) {
			program.type('q');
			// eslint-disable-next-line no-await-in-loop -- until it has ended
			await program.until(() => false, patienceForKeys);
			// eslint-disable-next-line no-await-in-loop
			if ((await program.code()) !== undefined) {
				return;
			}
		}

		return;
	}

	if (isInterrupt(plan.fault) && takesInterrupt(plan)) {
		// Another one may come before what the first has canceled has ended, and end the session.
		await program.until(
			() => /\(mstage\) *$/v.test(lastLine(program.seen())),
			10_000,
		);
	} else if (
		['loading', 'running', 'listing', 'diffing', 'exporting'].includes(phase) ||
		// What never comes to a prompt reads no line.
		(phase === 'start' && isStall(plan.fault)) ||
		plan.fault === 'pasted'
	) {
		if (plan.fault === 'pasted') {
			// What comes right behind a paste without marks is taken for a part of it.
			await program.until(() => false, patienceForKeys);
		}

		program.type('\u0003');
		await program.until(
			() => /\(mstage\) *$/v.test(lastLine(program.seen())),
			patienceForKeys,
		);
	}

	const isOver = (await program.code()) !== undefined;
	if (!isOver && (!isLent(phase) || !isStall(plan.fault))) {
		program.type('quit\r');
	}
}
