import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {
	attempt,
	identify,
	signalProcess,
	watchFor,
} from '../../test/engine/process.js';
import {isLoss, isStall} from './catalogue.js';
import {expectedOf} from './expected.js';
import {silenceTold, type Told} from './finish.js';
import {emptyDisk, type Left} from './place.js';
import type {Plan} from './plan.js';
import {processesWith} from './program.js';
import type {Trial} from './reach.js';
import type {Scene} from './scene.js';
import {differences, stateAfter} from './terminal-state.js';
import {countSentences, wrongWords} from './words.js';

/** How long what ends in the engine, or in the kernel, may take to be gone, in milliseconds. */
const patience = 5000;

/** How busy the machine was while the program ended. */
export type Pace = {
	/** For how many seconds the program itself had to wait for a processor. */
	readonly waited: number;

	/** The part of the time in which anything had to wait for one, from 0 to 1. */
	readonly pressure: number;
};

/**
@param told - When it was told to end.
@param ended - When it ended, on the same clock.
@returns What isn't as it has to be, in words.
*/
export async function checkEnd(
	trial: Trial,
	{
		told,
		ended,
		pace,
	}: {readonly told: Told; readonly ended: number; readonly pace: Pace},
): Promise<readonly string[]> {
	const {plan, program} = trial;
	const {codes, seconds} = expectedOf(plan);
	const code = await program.code();
	const wrong: string[] = [];
	if (code === undefined) {
		return ['it did not end'];
	}

	if (!codes.includes(code)) {
		wrong.push(`it ended with ${code} instead of ${codes.join(' or ')}`);
	}

	if (program.wasKilled && plan.phase !== 'start') {
		wrong.push('the signal itself ended it');
	}

	if (told.inVain) {
		wrong.push("it never said that the engine doesn't answer");
	}

	if (plan.fault === 'slow' && silenceTold.test(program.printed())) {
		wrong.push('it said that an engine that is slow does not answer');
	}

	const took = (ended - told.at) / 1000 - pace.waited;
	const limit = seconds * (1 + pace.pressure);
	if (took > limit) {
		wrong.push(`it took ${took.toFixed(1)} s of ${limit.toFixed(1)} to end`);
	}

	return [
		...wrong,
		...(await checkTerminal(trial)),
		...checkWords(trial, code),
	];
}

async function checkTerminal({
	program,
	scene,
	plan,
}: Trial): Promise<readonly string[]> {
	if (!program.terminal || plan.fault === 'terminal closed') {
		return [];
	}

	await program.drain();
	const [before, after] = await Promise.all([
		stateAfter(''),
		stateAfter(program.terminal.raw),
	]);
	const settings = async (name: string) =>
		readFile(path.join(scene.folder, 'notes', name), 'utf8').catch(() => '');
	const isSame = (await settings('before')) === (await settings('after'));
	return [
		...differences(before, after).map(
			text => `the terminal is left changed: ${text}`,
		),
		...(isSame ? [] : ["the terminal's settings (stty) are left changed"]),
	];
}

function checkWords({program, plan}: Trial, code: number): readonly string[] {
	const text = program.terminal?.history() ?? program.printed();
	const count = countSentences(text);
	const wrong = [...wrongWords(program.printed())];
	if (count > 1) {
		wrong.push(`it ended with ${count} sentences instead of one`);
	}

	if (code === 3 && count === 0 && plan.fault !== 'terminal closed') {
		wrong.push('it ended with 3 and no sentence');
	}

	return wrong;
}

/** @returns What is left on the machine, in words. */
export async function checkMachine({scene}: Trial): Promise<readonly string[]> {
	const processes = await emptied(async () => {
		const found = await processesWith('environ', `MSTAGE_TRIAL=${scene.mark}`);
		return found.map(({command}) => command);
	});
	await emptyDisk(scene.cache);
	await emptyDisk(scene.temporary);
	const temporary = await readdir(scene.temporary);
	const cache = await readdir(scene.cache, {recursive: true});
	// Of source/project-cache/replace-file.ts.
	const drafts = cache.filter(name => /\.\d+$/v.test(name));
	return [
		...processes.map(command => `a process is left: ${command.slice(0, 100)}`),
		...temporary.map(name => `a temporary file is left: ${name}`),
		...drafts.map(name => `a draft is left in the cache: ${name}`),
	];
}

/** Ends what is left of a trial's program and of what it started. */
export async function endProcesses({mark}: Scene): Promise<void> {
	for (const {pid} of await processesWith('environ', `MSTAGE_TRIAL=${mark}`)) {
		const found = identify(pid);
		if (found) {
			signalProcess(found, 'SIGKILL');
		}
	}
}

/**
What is left on the engine, which answers again. What a program could not remove, since there was no engine for it, the next
one that starts removes, or `mstage engine gc`.

@param file - The program.
@param cut - Whether the engine was cut off from the program.
@returns It, in words.
*/
export async function checkEngine(
	{place, proxy, scene, plan}: Trial,
	file: string,
	connections: number,
): Promise<readonly string[]> {
	const look = async () => described(await place.left(scene.layers));
	let left = await emptied(look);
	const cut = mayLeave(plan);
	if (left.length > 0 && cut) {
		const start = async (...words: readonly string[]) =>
			attempt(process.execPath, [file, ...words], {
				env: {...process.env, ...scene.env, DOCKER_HOST: place.dockerHost},
			});
		const builder = plan.builder.toLowerCase();
		await start(
			'ls',
			'image:busybox:latest:/bin',
			'-C',
			scene.context,
			'--builder',
			builder,
		);
		left = await emptied(look);
		if (left.length > 0) {
			// One that is over soon doesn't wait until it knows all that there is.
			await start('engine', 'gc');
		}

		const after = await emptied(look);
		left = after.map(
			text => `${text}, also after the next start and mstage engine gc`,
		);
	}

	// What the engine itself waited for is over by now: of a container that nobody could remove, it kept the connection too.
	const unclosed = await emptied(async () =>
		proxy.connections() === 0 ? [] : [String(proxy.connections())],
	);
	const processes = await emptied(async () => {
		const found = await processesWith('cmdline', scene.seconds);
		return found
			.filter(({command}) => command.startsWith('sleep '))
			.map(({command}) => command);
	});
	const open = await emptied(async () => {
		const count = await place.connections();
		return count > connections ? [String(count - connections)] : [];
	});
	return [
		...left,
		...unclosed.map(count => `${count} connections are left`),
		...processes.map(command => `in the engine still runs: ${command}`),
		...open.map(count => `${count} connections are open at the engine`),
	];
}

/** Whether the program had no engine to remove things from, or was told twice to end. */
function mayLeave({fault, quit}: Plan): boolean {
	return (
		isLoss(fault) ||
		isStall(fault) ||
		fault === 'engine full' ||
		fault.endsWith('twice') ||
		quit.endsWith('twice')
	);
}

function described({containers, images}: Left): readonly string[] {
	return [
		...containers.map(text => `a container is left: ${text}`),
		...images.map(text => `an image is left: ${text}`),
	];
}

/** Waits until there is nothing, and returns what there is when it was waited for long enough. */
async function emptied(
	look: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
	let found: readonly string[] = [];
	await watchFor(async () => {
		found = await look();
		return found.length === 0 ? true : undefined;
	}, patience);
	return found;
}
