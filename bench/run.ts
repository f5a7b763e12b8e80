import {mkdtemp, rm} from 'node:fs/promises';
import {availableParallelism, constants, loadavg, tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {
	type EngineInfo,
	hasImage,
	seedBusybox,
	startEngine,
} from '../test/engine/engine.js';
import {buildPairs, tags} from './build-pairs.js';
import {contendersFor} from './contenders.js';
import {builtCli} from './distribution.js';
import {writeContexts} from './dockerfiles.js';
import {measureFiles} from './files.js';
import {measureLoop, measureLoudBuild, measureSession} from './limits.js';
import {measureMilestones} from './milestones.js';
import {type MeasureOptions, measurePair, type Pair} from './pairs.js';
import {RunError, timeRun} from './processes.js';
import {
	formatLimits,
	formatMilestones,
	formatTable,
	type Row,
} from './report.js';
import {repeat} from './rounds.js';
import {shellPairs} from './shell-pairs.js';
import {judge, summarise} from './statistics.js';

const usage = `Measures mstage against docker buildx, in turns, on one private engine.

  npm run bench                        about two minutes
  npm run bench -- --quick             fewer rounds
  npm run bench -- --cli DIR/cli.js    another build of mstage than dist/
  npm run bench -- --only files        only one part: builds, or files (large images, about five minutes)

A missed target doesn't change the exit code; a measurement that failed does.
`;

const parts = ['builds', 'files'] as const;

const full = {
	cold: {rounds: 4, milliseconds: 20_000},
	warm: {rounds: 10, milliseconds: 12_000},
	shell: {rounds: 8, milliseconds: 14_000},
};
const quick = {
	cold: {rounds: 2, milliseconds: 10_000},
	warm: {rounds: 4, milliseconds: 6000},
	shell: {rounds: 4, milliseconds: 7000},
};

/** How often the parts of a run are measured. */
const partRounds = 3;

async function measureAll(
	engine: EngineInfo,
	options: MeasureOptions,
): Promise<void> {
	const rows: Row[] = [];
	const missed: Pair[] = [];
	for (const pair of [...buildPairs(options), ...shellPairs(options)]) {
		console.error(`measuring: ${pair.name}`);
		// eslint-disable-next-line no-await-in-loop -- they would disturb each other
		const comparison = await measurePair(pair);
		rows.push({...pair, comparison});
		if (!judge(comparison, pair.target).met) {
			missed.push(pair);
		}
	}

	console.error('measuring: a session on the screen');
	const limits = [
		...(await measureSession(options)),
		await measureLoop(options),
		await measureLoudBuild(options),
	];
	await checkImages(engine);
	console.log(`\n${formatTable(rows)}\n\n${formatLimits(limits)}`);
	if (missed.length > 0) {
		await explainMissed(missed, options);
	}
}

/** A build that wasn't exported would look fast. */
async function checkImages(engine: EngineInfo): Promise<void> {
	for (const tag of Object.values(tags)) {
		// eslint-disable-next-line no-await-in-loop
		if (!(await hasImage(engine, tag))) {
			throw new Error(`The build with -t ${tag} left no such image`);
		}
	}
}

async function explainMissed(
	missed: readonly Pair[],
	options: MeasureOptions,
): Promise<void> {
	const {contenders, signal} = options;
	console.log(
		"\nWhere mstage's time goes in what misses its target (differences of medians, so that a part that is below zero is noise):",
	);
	for (const pair of missed.filter(({probes}) => probes.length > 0)) {
		// eslint-disable-next-line no-await-in-loop -- they would disturb each other
		const milestones = await measureMilestones(pair.probes, partRounds);
		console.log(`\n${formatMilestones(pair.name, milestones)}`);
	}

	const start = await repeat(
		async () => timeRun(contenders.buildx('version'), {signal}),
		partRounds,
	);
	console.log(
		`\nFor comparison, docker buildx starts in ${summarise(start).median.toFixed(0)} ms (docker buildx version).`,
	);
}

async function bench(
	options: {quick: boolean; cli?: string; only?: string},
	signal: AbortSignal,
): Promise<void> {
	const chosen = parts.filter(part => part === (options.only ?? part));
	if (chosen.length === 0) {
		throw new RangeError(
			`There is no part ${options.only}: name one of ${parts.join(', ')}`,
		);
	}

	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-bench-'));
	try {
		const engine = await startEngine();
		try {
			await seedBusybox(engine);
			console.log(
				`Docker Engine ${engine.version}, Node ${process.version}, ${availableParallelism()} CPUs, ${load()}`,
			);
			if (chosen.includes('builds')) {
				const cli = options.cli ?? (await builtCli());
				await measureAll(engine, {
					contenders: await contendersFor(engine, path.resolve(cli)),
					contexts: await writeContexts(folder),
					efforts: options.quick ? quick : full,
					signal,
				});
			}

			if (chosen.includes('files')) {
				for await (const line of measureFiles(engine, signal)) {
					console.log(line);
				}

				await showFileTree(signal);
			}

			console.log(`\nAfterwards: ${load()}`);
		} finally {
			await engine.stop();
		}
	} finally {
		await rm(folder, {recursive: true});
	}
}

/** In a process of its own, as its memory counts. */
async function showFileTree(signal: AbortSignal): Promise<void> {
	const script = path.join(import.meta.dirname, 'file-tree.ts');
	await timeRun(
		{
			file: process.execPath,
			args: ['--import', 'tsx', '--expose-gc', script],
			env: process.env,
		},
		{
			signal,
			onOutput(text) {
				process.stdout.write(text);
			},
		},
	);
}

/** What else the machine does, which is what makes measurements uncertain. */
function load(): string {
	return `load ${loadavg()[0]!.toFixed(1)}`;
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => {
		process.exitCode = 128 + constants.signals[signal];
		interruption.abort(new Error(`Ended by ${signal}`));
	});
}

try {
	const {values} = parseArgs({
		options: {
			quick: {type: 'boolean', default: false},
			cli: {type: 'string'},
			only: {type: 'string'},
			help: {type: 'boolean', default: false},
		},
	});
	if (values.help) {
		console.log(usage);
	} else {
		await bench(values, interruption.signal);
	}
} catch (error) {
	const isExpected =
		error instanceof RunError || error === interruption.signal.reason;
	console.error(isExpected ? (error as Error).message : error);
	process.exitCode ??= 1;
}
