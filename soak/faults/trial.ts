import {readFile} from 'node:fs/promises';
import {openFaultyProxy} from '../../test/engine/faulty-proxy.js';
import {watchFor} from '../../test/engine/process.js';
import {checkEnd, checkEngine, checkMachine, type Pace} from './checks.js';
import {finish} from './finish.js';
import {inflict} from './inflict.js';
import type {EnginePlace} from './place.js';
import type {Plan} from './plan.js';
import {startProgram, usageOf} from './program.js';
import {NotReached, reach, type Trial} from './reach.js';
import {setScene} from './scene.js';

/** What came of a trial. */
export type Outcome = {
	/** What isn't as it has to be, in words; nothing when it held. */
	readonly wrong: readonly string[];

	/** What the program showed last. */
	readonly seen: string;
	readonly seconds: number;
};

/**
@param file - The program.
@returns What came of it; the place is as it was before.
*/
export async function runTrial(
	plan: Plan,
	place: EnginePlace,
	file: string,
): Promise<Outcome> {
	const start = performance.now();
	const asked = place.askedForImages;
	const connections = await place.connections();
	const proxy = await openFaultyProxy(place.socket);
	const scene = await setScene(plan, place, proxy);
	const program = await startProgram(file, {
		args: scene.args,
		onTerminal: plan.onTerminal,
		cwd: scene.work,
		env: scene.env,
		notes: `${scene.folder}/notes`,
	});
	const trial: Trial = {plan, place, proxy, scene, program, asked};
	const wrong: string[] = [];
	let seen = '';
	try {
		wrong.push(...(await sufferAndEnd(trial)));
		seen = program.terminal
			? `${program.terminal.history()}\n---\n${program.seen()}`
			: program.seen();
		if ((await program.code()) !== undefined) {
			wrong.push(...(await checkMachine(trial)));
		}
	} catch (error) {
		if (!(error instanceof NotReached)) {
			throw error;
		}

		seen = program.seen();
		wrong.push(
			`not reached: ${error.message} It ended with ${await program.code()}.`,
		);
	} finally {
		await program.close();
		proxy.heal();
		await place.mend();
		wrong.push(...(await checkEngine(trial, file, connections)));
		await proxy.close();
		await place.clear();
		await scene.remove();
	}

	return {wrong, seen, seconds: (performance.now() - start) / 1000};
}

async function sufferAndEnd(trial: Trial): Promise<readonly string[]> {
	const {program} = trial;
	await reach(trial);
	const pressure = await totalPressure();
	const start = performance.now();
	const {waited: before} = await usageOf(program.pid);
	let after = before;
	let ended = 0;
	const watch = (async () => {
		await watchFor(async () => {
			const {waited} = await usageOf(program.pid);
			after = Math.max(after, waited);
			return (await program.code()) === undefined ? undefined : true;
		}, 120_000);
		ended = performance.now();
	})();
	await inflict(trial);
	const told = await finish(trial);
	if ((await program.code()) === undefined) {
		ended = performance.now();
	} else {
		await watch;
	}

	const wall = (performance.now() - start) / 1000;
	const pace: Pace = {
		waited: after - before,
		pressure: Math.min(1, ((await totalPressure()) - pressure) / wall),
	};
	return checkEnd(trial, {told, ended, pace});
}

/** For how many seconds something had to wait for a processor since the machine started (Documentation/accounting/psi.rst). */
async function totalPressure(): Promise<number> {
	const text = await readFile('/proc/pressure/cpu', 'utf8').catch(() => '');
	return Number(/some .*total=(\d+)/v.exec(text)?.[1] ?? 0) / 1e6;
}
