import {readFile} from 'node:fs/promises';
import {openFaultyProxy} from '../../test/engine/faulty-proxy.js';
import {watchFor} from '../../test/engine/process.js';
import {
	checkEnd,
	checkEngine,
	checkMachine,
	endProcesses,
	type Pace,
} from './checks.js';
import {finish} from './finish.js';
import {inflict} from './inflict.js';
import type {EnginePlace} from './place.js';
import type {Plan} from './plan.js';
import {startProgram, usageOf} from './program.js';
import {NotReached, reach, type Trial} from './reach.js';
import {setScene} from './scene.js';
import {within} from './within.js';

/** What came of a trial. */
export type Outcome = {
	/** What isn't as it has to be, in words; nothing when it held. */
	readonly wrong: readonly string[];

	/** What the program showed last. */
	readonly seen: string;
	readonly seconds: number;
};

/** How long a trial may take until it counts as failed, in milliseconds; the longest that held took a third of it. */
const longestTrial = 150_000;

/** How long it may take to clear up after one, in milliseconds, before the engine is started anew. */
const longestClearing = 90_000;

/** What the program of a trial did, as far as it was seen. */
type Seen = {
	readonly wrong: string[];
	text: string;
};

/**
@param file - The program.
@returns What came of it; the place is as it was before, whatever the trial met: one that takes too long, or that can't be
done at all, has failed.
@throws {Error} The engine doesn't start any more.
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
	const over = new AbortController();
	const trial: Trial = {
		plan,
		place,
		proxy,
		scene,
		program,
		asked,
		over: over.signal,
	};
	const seen: Seen = {wrong: [], text: ''};
	const late = await within(longestTrial, suffer(trial, seen));
	over.abort();
	const unclear = await within(
		longestClearing,
		clear(trial, file, {connections, seen}),
	);
	await endProcesses(scene);
	if (late !== null || unclear !== null) {
		await place.renew();
	}

	await proxy.close();
	await scene.remove();
	return {
		wrong: [
			...seen.wrong,
			...(late === null ? [] : [`the trial ${late}`]),
			...(unclear === null ? [] : [`clearing up ${unclear}`]),
		],
		seen: seen.text,
		seconds: (performance.now() - start) / 1000,
	};
}

async function suffer(trial: Trial, seen: Seen): Promise<void> {
	const {program} = trial;
	const look = () => {
		seen.text = program.terminal
			? `${program.terminal.history()}\n---\n${program.seen()}`
			: program.seen();
	};

	try {
		seen.wrong.push(...(await sufferAndEnd(trial)));
	} catch (error) {
		if (!(error instanceof NotReached)) {
			throw error;
		}

		seen.wrong.push(
			`not reached: ${error.message} It ended with ${await program.code()}.`,
		);
	} finally {
		look();
	}

	if ((await program.code()) !== undefined) {
		seen.wrong.push(...(await checkMachine(trial)));
	}
}

/** Mends the engine and looks at what is left there; removes all of it. */
async function clear(
	trial: Trial,
	file: string,
	{connections, seen}: {readonly connections: number; readonly seen: Seen},
): Promise<void> {
	const {place, proxy, program} = trial;
	await program.close();
	proxy.heal();
	await place.mend();
	seen.wrong.push(...(await checkEngine(trial, file, connections)));
	await place.clear();
}

async function sufferAndEnd(trial: Trial): Promise<readonly string[]> {
	const {program, over} = trial;
	await reach(trial);
	over.throwIfAborted();
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
		}, longestTrial);
		ended = performance.now();
	})();
	await inflict(trial);
	over.throwIfAborted();
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
