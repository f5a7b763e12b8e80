import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {parseVersion} from '../../test/engine/engine.js';
import {defaultVersion} from '../../test/engine/versions.js';
import {bundle} from '../../test/terminal/bundle.js';
import {
	type Builder,
	builders,
	type Fault,
	faults,
	type Mode,
	modes,
	type Phase,
	phases,
} from './catalogue.js';
import {EnginePlace, hasOwnMounts} from './place.js';
import {type Choice, describePlan, planOf} from './plan.js';
import {runTrial} from './trial.js';

/** What `npm run soak -- faults` takes. */
export type FaultOptions = {
	readonly seed: number;
	readonly count: number;
	readonly version?: string | undefined;
	readonly builder?: string | undefined;
	readonly mode?: string | undefined;
	readonly phase?: string | undefined;
	readonly fault?: string | undefined;

	/** After how many minutes no other trial begins. */
	readonly minutes?: string | undefined;

	/** Only tells what the trials would be. */
	readonly plan?: boolean | undefined;

	/** Shows what the program of a trial that failed showed. */
	readonly verbose?: boolean | undefined;
};

/**
Lets one fault after the other happen to `mstage`, each at a place that a seed draws, on an engine of its own, and checks what
becomes of it: the exit code, the words, the terminal, the time, and all that could be left behind.

@throws {Error} Some did not hold.
*/
export async function soakFaults(options: FaultOptions): Promise<void> {
	const choice = choiceOf(options);
	if (options.plan) {
		for (const seed of seedsOf(options)) {
			process.stdout.write(`${describePlan(planOf(seed, choice))}\n`);
		}

		return;
	}

	await (hasOwnMounts() ? run(options, choice) : inOwnMounts());
}

function seedsOf({seed, count}: FaultOptions): readonly number[] {
	return Array.from({length: count}, (_, index) => seed + index);
}

async function run(options: FaultOptions, choice: Choice): Promise<void> {
	const version = parseVersion(
		options.version ||
			process.env['MSTAGE_TEST_ENGINE_VERSION'] ||
			defaultVersion,
	);
	const program = await bundle(
		path.join(import.meta.dirname, '../../cli.tsx'),
		`faults-${process.pid}`,
	);
	const place = await EnginePlace.start(version);
	const held = new Map<Fault, {tried: number; held: number}>();
	const failures: string[] = [];
	const stopped = new AbortController();
	const stop = () => {
		stopped.abort();
	};

	process.on('SIGINT', stop).on('SIGTERM', stop);
	const end = performance.now() + Number(options.minutes ?? Infinity) * 60_000;
	try {
		for (const seed of seedsOf(options)) {
			if (stopped.signal.aborted || performance.now() > end) {
				break;
			}

			const plan = planOf(seed, choice);
			// eslint-disable-next-line no-await-in-loop -- one after the other
			const {wrong, seen, seconds} = await runTrial(plan, place, program.path);
			const count = held.get(plan.fault) ?? {tried: 0, held: 0};
			count.tried++;
			held.set(plan.fault, count);
			const line = `${describePlan(plan)}: ${wrong.length === 0 ? 'held' : `FAILED: ${wrong.join('; ')}`}`;
			process.stdout.write(`${line} (${seconds.toFixed(1)} s)\n`);
			if (wrong.length === 0) {
				count.held++;
				continue;
			}

			failures.push(line);
			if (options.verbose) {
				process.stdout.write(`${seen.trimEnd()}\n\n`);
			}
		}
	} finally {
		process.off('SIGINT', stop).off('SIGTERM', stop);
		await place.end();
		await program.remove();
	}

	const tried = [...held.values()].reduce((sum, each) => sum + each.tried, 0);
	process.stdout.write(
		[
			'',
			...faults
				.filter(fault => held.has(fault))
				.map(fault => {
					const count = held.get(fault)!;
					return `${fault}: ${count.held} of ${count.tried}`;
				}),
			...failures,
			`faults on ${version}: ${tried - failures.length} of ${tried} held`,
			'',
		].join('\n'),
	);
	if (failures.length > 0) {
		throw new Error('Some faults were not held.');
	}
}

/** Starts this program again where its mounts are seen by it alone, and go with it. */
async function inOwnMounts(): Promise<void> {
	const child = spawn(
		'unshare',
		[
			'--mount',
			'--propagation',
			'private',
			process.execPath,
			...process.execArgv,
			...process.argv.slice(1),
		],
		{stdio: 'inherit', env: {...process.env, MSTAGE_SOAK_MOUNTS: 'own'}},
	);
	// It ends in order: what it has on the engine, and the engine, go with it.
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.on(signal, () => {
			child.kill(signal);
		});
	}

	const [code] = (await once(child, 'close')) as [number | null];
	// It has said why.
	process.exitCode ||= code ?? 1;
}

function choiceOf(options: FaultOptions): Choice {
	return {
		builder: oneOf<Builder>(builders, options.builder),
		mode: oneOf<Mode>(modes, options.mode),
		phase: oneOf<Phase>(phases, options.phase),
		fault: oneOf<Fault>(faults, options.fault),
	};
}

function oneOf<T extends string>(
	known: readonly T[],
	text: string | undefined,
): T | undefined {
	const found = known.find(each => each === text);
	if (text !== undefined && found === undefined) {
		throw new Error(`There is no ${text}: there are ${known.join(', ')}.`);
	}

	return found;
}
