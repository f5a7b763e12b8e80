import process from 'node:process';
import {MstageError, UsageError} from '../errors.js';
import {parsePoint} from '../debugger/point.js';
import {openEngine} from '../engine/open-engine.js';
import type {Build, Failure, Point, Shell} from '../engine/port.js';
import {attachStreams} from './attach-streams.js';
import {type BuildFlags, buildRequest} from './build-flags.js';
import {untilSignal} from './signals.js';

export type ShellCommandOptions = BuildFlags & {
	readonly point: string;
	readonly command: readonly string[];
	readonly host?: string;
};

/**
`mstage shell POINT [-- COMMAND…]`: builds up to the point and opens a shell, or runs a command, there.

@returns The exit code of the shell or command.
@throws {MstageError} The point can't be reached.
*/
export async function shell(options: ShellCommandOptions): Promise<number> {
	const engine = await openEngine(options.host);
	try {
		return await untilSignal(async signal => {
			const build = await engine.openBuild(buildRequest(options));
			const point = parsePoint(options.point, build.program);
			await reach(build, point);
			const terminal =
				process.stdin.isTTY &&
				process.stdout.isTTY &&
				options.command.length === 0
					? {rows: process.stdout.rows, columns: process.stdout.columns}
					: null;
			const snapshot = await build.snapshot(point);
			const opened = await snapshot.openShell({
				...(options.command.length > 0 && {command: options.command}),
				terminal,
			});
			return attach(opened, terminal !== null, signal);
		});
	} finally {
		await engine.close();
	}
}

async function attach(
	opened: Shell,
	interactive: boolean,
	signal: AbortSignal,
): Promise<number> {
	if (interactive) {
		const {attachTerminal} = await import('../ui/lend.js');
		return attachTerminal(
			opened,
			{stdin: process.stdin, stdout: process.stdout},
			signal,
		);
	}

	return attachStreams(opened, process);
}

async function reach(build: Build, point: Point): Promise<void> {
	const failure = await run(build, point);
	if (failure && point.kind !== 'failed') {
		throw new MstageError(
			`The build failed before that point: ${failure.message}. mstage shell failed opens the state it left.`,
			1,
		);
	}

	if (!failure && point.kind === 'failed') {
		throw new UsageError('There is no failed state: the build succeeded.');
	}
}

/** A snapshot evaluates its point; only a failure has to be brought about first. */
async function run(build: Build, point: Point): Promise<Failure | null> {
	const {program} = build;
	const end =
		point.kind === 'failed' || point.kind === 'final' ? program.target : null;
	const steps =
		end === null
			? point.kind === 'stage'
				? program.stages[point.stage]!.steps
				: point.kind === 'after' || point.kind === 'before'
					? program.stages[program.steps[point.step]!.stage]!.steps.filter(
							step => step <= point.step,
						)
					: []
			: program.stages[end]!.steps;
	for await (const event of build.run(steps, new AbortController().signal)) {
		if (event.type === 'failed') {
			return event.failure;
		}
	}

	return null;
}
