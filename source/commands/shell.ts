import process from 'node:process';
import {MstageError, UsageError} from '../errors.js';
import {parsePoint} from '../debugger/point.js';
import {openEngine} from '../engine/open-engine.js';
import type {
	Build,
	Engine,
	Failure,
	Point,
	Program,
	Shell,
} from '../engine/port.js';
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
			const {build, point} = await openAt(engine, options);
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

/** A stage that the target doesn't need is built as a target of its own. */
async function openAt(
	engine: Engine,
	options: ShellCommandOptions,
): Promise<{readonly build: Build; readonly point: Point}> {
	const request = await buildRequest(options);
	const build = await engine.openBuild(request);
	const point = parsePoint(options.point, build.program);
	const stage = stageOf(point, build.program);
	if (build.program.stages[stage]!.needed) {
		return {build, point};
	}

	await build.close();
	const target = build.program.stages[stage]!.name;
	if (target === null) {
		throw new UsageError(
			`Stage ${stage} has no name, and the target doesn't need it: give it one with AS to build it on its own.`,
		);
	}

	return {build: await engine.openBuild({...request, target}), point};
}

function stageOf(point: Point, program: Program): number {
	switch (point.kind) {
		case 'stage': {
			return point.stage;
		}

		case 'before':
		case 'after': {
			return program.steps[point.step]!.stage;
		}

		default: {
			return program.target;
		}
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

async function run(build: Build, point: Point): Promise<Failure | null> {
	const {stages} = build.program;
	const last =
		point.kind === 'before' || point.kind === 'after'
			? point.step
			: Number.POSITIVE_INFINITY;
	const steps = stages[stageOf(point, build.program)]!.steps.filter(
		step => step <= last,
	);
	for await (const event of build.run(steps, new AbortController().signal)) {
		if (event.type === 'failed') {
			return event.failure;
		}
	}

	return null;
}
