import {readFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {MeasureOptions} from './pairs.js';
import {timeRun} from './processes.js';
import {Screen} from './screen.js';
import {cachedSteps, mended} from './dockerfiles.js';
import {percentile} from './statistics.js';

/** Something that mstage alone is measured by, against a number. */
export type Limit = {
	readonly name: string;
	readonly unit: 'ms' | 'MB';
	readonly value: number;

	/** The highest value that is good enough. */
	readonly target: number;
};

const megabyte = 1_000_000;

/** How many steps back and forth are taken before memory is looked at, and how many then: both end where they began. */
const travels = {before: 200, measured: 1000};

/** How many sessions step through the cached instructions: the first steps of each are the slowest. */
const sessions = 3;

/**
Steps through cached instructions on the screen, and then back and forth.

@returns The time from a key to its painted frame, and how much a session grows by 1,000 steps.
*/
export async function measureSession({
	contexts,
	contenders,
	signal,
}: MeasureOptions): Promise<readonly Limit[]> {
	const context = contexts.cachedSteps;
	await timeRun(
		contenders.mstage('debug', '--pause', 'never', '--plain', context),
		{signal},
	);
	const command = contenders.mstage('debug', '--pause', 'instruction', context);
	const times: number[] = [];
	for (let session = 1; session < sessions; session++) {
		const screen = new Screen(command, signal);
		try {
			// eslint-disable-next-line no-await-in-loop -- they would disturb each other
			times.push(...(await stepThrough(screen)));
		} finally {
			screen.close();
		}
	}

	const screen = new Screen(command, signal);
	try {
		times.push(...(await stepThrough(screen)));
		await travel(screen, travels.before);
		const before = screen.residentBytes();
		await travel(screen, travels.measured);
		const grown = Math.max(0, screen.residentBytes() - before);
		return [
			{
				name: 'a cached step, from the key to the painted frame, p95',
				unit: 'ms',
				value: percentile(times, 0.95),
				target: 60,
			},
			{
				name: `growth by ${travels.measured} steps back and forth`,
				unit: 'MB',
				value: grown / megabyte,
				target: 10,
			},
		];
	} finally {
		screen.close();
	}
}

/**
Lets a build fail on the screen, mends it, loads it again and goes on.

@returns The time from the key that loads it again to the frame that shows the end, with what the mended step takes.
*/
export async function measureLoop({
	contexts,
	contenders,
	signal,
}: MeasureOptions): Promise<Limit> {
	const context = contexts.toMend;
	const screen = new Screen(
		contenders.mstage('debug', '--pause', 'error', context),
		signal,
	);
	try {
		await screen.shows(/failed in/v);
		await writeFile(path.join(context, 'Dockerfile'), mended());
		const loaded = await screen.press('r', /Reloaded/v);
		const done = await screen.press('c', /finished/v);
		return {
			name: 'a failure that is mended, from loading it again to the end',
			unit: 'ms',
			value: loaded + done,
			target: 2000,
		};
	} finally {
		screen.close();
	}
}

/** @returns How long each step took from the key to the frame that shows its end, in milliseconds. */
async function stepThrough(screen: Screen): Promise<readonly number[]> {
	await screen.shows(/before \S+:0\b/v);
	const times: number[] = [];
	for (let step = 1; step <= cachedSteps; step++) {
		times.push(
			// eslint-disable-next-line no-await-in-loop -- one key after the other
			await screen.press(
				'n',
				new RegExp(String.raw`before \S+:${step}\b`, 'v'),
			),
		);
	}

	return times;
}

async function travel(screen: Screen, steps: number): Promise<void> {
	for (let step = 0; step < steps; step++) {
		const isBack = step % (2 * cachedSteps) < cachedSteps;
		// eslint-disable-next-line no-await-in-loop -- one key after the other
		await screen.press(isBack ? '[' : ']', /RUN/v);
	}
}

/**
Runs a build to its end and looks at its memory whenever it prints something.

@param args - Of mstage, whose standard output is read.
@returns The most memory that was resident, in bytes (proc(5), `VmHWM`).
*/
async function peakMemory(
	args: readonly string[],
	{contenders, signal}: MeasureOptions,
): Promise<number> {
	let peak = 0;
	await timeRun(contenders.mstage(...args), {
		signal,
		onOutput(_text, _milliseconds, pid) {
			peak = Math.max(peak, peakOf(pid));
		},
	});
	return peak;
}

/** Zero once the process has ended: its last output may come later. */
function peakOf(pid: number): number {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		const kilobytes = /VmHWM:\s*(?<kilobytes>\d+)/v.exec(status)?.[1];
		return Number(kilobytes ?? 0) * 1024;
	} catch {
		return 0;
	}
}

/** @returns The most memory that a build needs whose RUN prints a million lines. */
export async function measureLoudBuild(
	options: MeasureOptions,
): Promise<Limit> {
	const peak = await peakMemory(
		[
			'debug',
			'--pause',
			'never',
			'--plain',
			'--build-arg',
			`ROUND=peak-${performance.now()}`,
			options.contexts.loud,
		],
		options,
	);
	return {
		name: 'memory while a RUN prints 1,000,000 lines',
		unit: 'MB',
		value: peak / megabyte,
		target: 200,
	};
}
