import {watchFor} from '../../test/engine/process.js';
import type {FaultyProxy} from '../../test/engine/faulty-proxy.js';
import {shellPrompt} from '../../test/e2e/shell-prompt.js';
import {type Mode, type Phase, hasTerminal} from './catalogue.js';
import type {EnginePlace} from './place.js';
import type {Plan} from './plan.js';
import {type Program, processesWith, usageOf} from './program.js';
import type {Scene} from './scene.js';

/** What a trial is done with. */
export type Trial = {
	readonly plan: Plan;
	readonly scene: Scene;
	readonly place: EnginePlace;
	readonly proxy: FaultyProxy;
	readonly program: Program;

	/** How often the silent registry had been asked before. */
	readonly asked: number;

	/** Aborts when the trial has taken too long: nothing more is done to anything. */
	readonly over: AbortSignal;
};

/** The program didn't come to where the fault was to meet it. */
export class NotReached extends Error {
	override readonly name = 'NotReached';
}

/** How much a program moves when it has asked an engine something, in bytes. */
const someBytes = 400;

/** How long something in the engine may take to be there, in milliseconds. */
const patience = 30_000;

/**
Brings a program to a phase.

@throws {NotReached} It isn't what the phase shows.
*/
export async function reach(trial: Trial): Promise<void> {
	const {plan, place, program, proxy} = trial;
	const {mode, phase} = plan;
	switch (phase) {
		case 'start': {
			// What has fewer of them is met in its midst, or at its end.
			await program.until(() => proxy.seen() >= plan.connections, 5000);
			return;
		}

		case 'loading': {
			await expectAsked(trial, place);
			return;
		}

		case 'running': {
			await expectRunning(trial);
			return;
		}

		default: {
			await (mode === 'one-shot'
				? reachInErrand(trial)
				: reachInSession(trial));
		}
	}
}

async function reachInErrand(trial: Trial): Promise<void> {
	const {plan, program} = trial;
	switch (plan.phase) {
		case 'shell': {
			await expectSeen(
				trial,
				() => program.seen().includes('in the shell'),
				'the shell',
			);
			return;
		}

		case 'busy shell': {
			await expectSeen(
				trial,
				() => shellPrompt.test(program.seen()),
				'the shell',
			);
			await keepBusy(trial);
			return;
		}

		default: {
			// The build is done as soon as its last step is, and what is asked for comes then.
			await expectAsking(trial);
		}
	}
}

async function reachInSession(trial: Trial): Promise<void> {
	const {plan, program, scene} = trial;
	const {mode, phase} = plan;
	if (phase === 'end') {
		// Without a command that came, what has ended is over.
		if (!hasTerminal(mode)) {
			program.type('where\n');
		}

		await expectPhase(trial, 'finished');
		return;
	}

	if (phase === 'failed') {
		if (!hasTerminal(mode)) {
			program.type('where\n');
		}

		await expectPhase(trial, 'failed');
		return;
	}

	if (!hasTerminal(mode)) {
		program.type('where\n');
	}

	await expectPhase(trial, 'paused');
	switch (phase) {
		case 'pause': {
			return;
		}

		case 'opening a shell': {
			const before = await usageOf(program.pid);
			program.type(mode === 'screen' ? 's' : 'shell\r');
			await movedSince(trial, before.moved);
			return;
		}

		case 'shell':
		case 'busy shell': {
			await enterShell(trial);
			return;
		}

		case 'editor': {
			program.type(mode === 'screen' ? 'E' : 'edit\r');
			await expectSeen(
				trial,
				() => program.seen().includes('editor ready'),
				'the editor',
			);
			return;
		}

		default: {
			await lookAtFiles(trial, scene);
		}
	}
}

async function enterShell(trial: Trial): Promise<void> {
	const {plan, program, scene} = trial;
	if (!hasTerminal(plan.mode)) {
		program.type(
			`shell a:1 -- sh -c 'echo in the shell; sleep ${scene.seconds}'\n`,
		);
		await expectRunning(trial);
		return;
	}

	program.type(plan.mode === 'screen' ? 's' : 'shell\r');
	await expectSeen(trial, () => shellPrompt.test(program.seen()), 'the shell');
	if (plan.phase === 'busy shell') {
		await keepBusy(trial);
	}
}

/** Modes that programs set: the alternate screen, mouse, pastes, keys, focus, kitty's and xterm's keyboards, the cursor. */
export const setModes = String.raw`printf '\033[?1049h\033[?1000h\033[?1002h\033[?1006h\033[?1h\033=\033[?2004h\033[?1004h\033[?25l\033[>1u\033[>4;2m\033[4h\033[?7l\033[?6h'`;

async function keepBusy(trial: Trial): Promise<void> {
	const {plan, program, scene} = trial;
	const {seconds} = scene;
	program.type(
		{
			modes: `${setModes}; sleep ${seconds}\r`,
			jobs: `sleep ${seconds} & sleep ${seconds}\r`,
			traps: `trap '' INT TERM HUP; ${setModes}; sleep ${seconds}; sleep ${seconds}\r`,
		}[plan.busy],
	);
	await expectRunning(trial);
}

/** What is slow to come is met in its midst. */
async function lookAtFiles(trial: Trial, scene: Scene): Promise<void> {
	const {plan, program, proxy} = trial;
	const {mode, phase} = plan;
	if (mode === 'screen' && phase === 'exporting') {
		program.type('f');
		await expectSeen(
			trial,
			() => /\bmany\b/v.test(program.seen()),
			'the files',
		);
		proxy.fault('slow');
		// The largest is the first, and what is selected.
		program.type('x');
	} else {
		const before = await usageOf(program.pid);
		proxy.fault('slow');
		program.type(wordsFor(mode, phase, scene));
		await movedSince(trial, before.moved);
	}
}

function wordsFor(mode: Mode, phase: Phase, {work}: Scene): string {
	if (mode === 'screen') {
		return phase === 'listing' ? 'f' : 'd';
	}

	const words = {
		listing: 'ls a:1:/many/d0',
		diffing: 'diff a:0 a:1',
		exporting: `cp a:1:/many ${work}/copied`,
	}[phase as 'listing' | 'diffing' | 'exporting'];
	return `${words}${mode === 'plain on a terminal' ? '\r' : '\n'}`;
}

async function movedSince({program}: Trial, before: number): Promise<void> {
	await watchFor(async () => {
		const {moved} = await usageOf(program.pid);
		return moved === 0 || moved > before + someBytes ? true : undefined;
	}, 3000);
}

/** A command that runs once asks when its build is done: from then on little comes at a time. */
async function expectAsking(trial: Trial): Promise<void> {
	const {program, proxy} = trial;
	const built = await program.until(() => proxy.seen() > 0, patience);
	if (!built) {
		throw new NotReached('It asked the engine nothing.');
	}

	const before = await usageOf(program.pid);
	proxy.fault('slow');
	await movedSince(trial, before.moved + 20_000);
}

const shown: Readonly<
	Record<
		'paused' | 'finished' | 'failed',
		Readonly<Record<Exclude<Mode, 'one-shot'>, RegExp>>
	>
> = {
	paused: {
		screen: /paused before a:2|breakpoint before a:2/v,
		'plain on a terminal': /before a:2[\s\S]*\n\(mstage\) *\s*$/v,
		plain: /⏸ before a:2/v,
		json: /"reason":"breakpoint"/v,
	},
	finished: {
		screen: /\bfinished\b/v,
		'plain on a terminal': /✔ finished[\s\S]*\n\(mstage\) *\s*$/v,
		plain: /✔ finished/v,
		json: /"phase":"finished"/v,
	},
	failed: {
		screen: /failed in a:2/v,
		'plain on a terminal': /exited with code 9[\s\S]*\n\(mstage\) *\s*$/v,
		plain: /exited with code 9/v,
		json: /"phase":"failed"/v,
	},
};

async function expectPhase(
	trial: Trial,
	phase: keyof typeof shown,
): Promise<void> {
	const {plan, program} = trial;
	const pattern = shown[phase][plan.mode as Exclude<Mode, 'one-shot'>];
	await expectSeen(trial, () => pattern.test(program.seen()), phase);
}

async function expectSeen(
	{program}: Trial,
	check: () => boolean,
	what: string,
): Promise<void> {
	if (!(await program.until(check, patience))) {
		throw new NotReached(`It never showed ${what}.`);
	}
}

/** It is the engine that asks: nothing of it is seen in the program. */
async function expectAsked(
	{asked, program}: Trial,
	place: EnginePlace,
): Promise<void> {
	const isAsked = await watchFor(async () => {
		if (place.askedForImages > asked) {
			return true;
		}

		return (await program.code()) === undefined ? undefined : false;
	}, patience);
	if (!isAsked) {
		throw new NotReached('The engine was not made to ask for the image.');
	}
}

/** What a build or a shell runs is a process of this machine. */
async function expectRunning({scene, program}: Trial): Promise<void> {
	const running = await watchFor(async () => {
		if ((await program.code()) !== undefined) {
			return false;
		}

		const found = await processesWith('cmdline', scene.seconds);
		return found.some(({command}) => command.startsWith('sleep '))
			? true
			: undefined;
	}, patience);
	if (!running) {
		throw new NotReached('It never ran what it was to run.');
	}
}
