import type {MeasureOptions} from './pairs.js';
import {type Command, timeRun} from './processes.js';
import {repeat} from './rounds.js';
import {summarise} from './statistics.js';

/** A moment of a run of mstage, in milliseconds since its start; what comes before it is what it is named after. */
export type Milestone = {readonly name: string; readonly at: number};

/** A program that passes some milestones of a run of mstage. */
export type Probe = {
	/** What led to each of them, in order. */
	readonly names: readonly string[];
	/** Runs it once, and tells when it passed each, in milliseconds since its start. */
	measure(): Promise<readonly number[]>;
};

/**
@param probes - Their milestones follow each other. They are run in turns, so that what else the machine does meets all alike.
@param rounds - How often each is run.
@returns The medians of all their milestones.
*/
export async function measureMilestones(
	probes: readonly Probe[],
	rounds: number,
): Promise<Milestone[]> {
	const once = async () => {
		const times: number[] = [];
		for (const probe of probes) {
			// eslint-disable-next-line no-await-in-loop -- they would disturb each other
			times.push(...(await probe.measure()));
		}

		return times;
	};

	const measured = await repeat(once, rounds);
	return probes
		.flatMap(({names}) => names)
		.map((name, index) => ({
			name,
			at: summarise(measured.map(times => times[index]!)).median,
		}));
}

/** No engine is there, so that a command gets no further than to its first call. */
const noEngine = 'unix:///nonexistent/mstage-bench.sock';

/**
@param context - A build context.
@returns How mstage starts, up to its first call of the engine: each milestone is the end of a run of its own.
*/
export function startProbes(
	context: string,
	{contenders: {node, mstage}, signal}: MeasureOptions,
): readonly Probe[] {
	const probe = (name: string, command: Command, exitCode = 0): Probe => ({
		names: [name],
		measure: async () => [await timeRun(command, {signal, exitCode})],
	});

	return [
		probe('starting Node', node('--eval', '0')),
		probe('loading cli.js and yargs', mstage('--version')),
		probe(
			"loading the command's modules",
			mstage('debug', '--plain', '--host', noEngine, context),
			3,
		),
	];
}

/** What mstage prints with `--json` on the way, and what led to it. */
type Marks = ReadonlyArray<readonly [mark: string, name: string]>;

const loaded = [
	'"event":"loaded"',
	'connecting, transferring and loading the Dockerfile',
] as const;

const buildMarks: Marks = [
	loaded,
	['"phase":"finishing"', 'solving'],
	['"phase":"finished"', 'returning the result, exporting it'],
];

const failureMarks: Marks = [
	loaded,
	['"phase":"failed"', 'solving up to the failure'],
];

/**
@param args - The arguments of a build that succeeds, asked for anew for each run.
@returns What it passes after its start, up to its end.
*/
export function buildProbe(
	args: () => readonly string[],
	{contenders: {mstage}, signal}: MeasureOptions,
): Probe {
	return {
		names: [...buildMarks.map(([, name]) => name), 'ending'],
		async measure() {
			const command = mstage(...args(), '--json');
			const {seen, took} = await watchMarks(command, buildMarks, 0, signal);
			return [...seen, took];
		},
	};
}

/**
@param args - The arguments of a build that fails.
@returns What it passes after its start, up to the failure.
*/
export function failureProbe(
	args: readonly string[],
	{contenders: {mstage}, signal}: MeasureOptions,
): Probe {
	return {
		names: failureMarks.map(([, name]) => name),
		async measure() {
			const command = mstage(...args, '--json');
			const {seen} = await watchMarks(command, failureMarks, 1, signal);
			return seen;
		},
	};
}

async function watchMarks(
	command: Command,
	marks: Marks,
	exitCode: number,
	signal: AbortSignal,
): Promise<{seen: readonly number[]; took: number}> {
	const times = new Map<string, number>();
	let said = '';
	const took = await timeRun(command, {
		signal,
		exitCode,
		onOutput(text, milliseconds) {
			said += text;
			for (const [mark] of marks) {
				if (said.includes(mark) && !times.has(mark)) {
					times.set(mark, milliseconds);
				}
			}
		},
	});
	const seen = marks.map(([mark]) => {
		const at = times.get(mark);
		if (at === undefined) {
			throw new Error(`mstage --json didn't print ${mark}`);
		}

		return at;
	});
	return {seen, took};
}
