import process from 'node:process';
import type {Shell, StepProcess} from '../engine/port.js';
import {UsageError, exitCodes} from '../errors.js';
import {sanitise} from '../text/sanitise.js';
import {hear} from '../inspect/explain/shell/heard-shell.js';
import {processAt} from '../inspect/explain/shell/process-at.js';
import {whyNotStarted} from '../inspect/explain/shell/why-not-started.js';
import {cannotStart, notStartedText} from '../report/failure/not-started.js';
import {type OpenPoint, atPoints} from './at-points.js';
import type {PointFlags} from './with-engine.js';
import {attachStreams} from './attach-streams.js';
import {buildArguments} from './build-flags.js';
import {print, printError} from './output.js';

export type ShellCommandOptions = PointFlags & {
	readonly point: string;
	readonly command: readonly string[];
};

/**
`mstage shell POINT [-- COMMAND…]`: builds up to the point and opens a shell, or runs a command, there.

@returns The exit code of the shell or command.
@throws {MstageError} The point can't be reached.
*/
export async function shell(options: ShellCommandOptions): Promise<number> {
	const {point, command} = options;
	return atPoints(options, [point], async ([at], signal) => {
		const terminal =
			process.stdin.isTTY && process.stdout.isTTY
				? {rows: process.stdout.rows, columns: process.stdout.columns}
				: null;
		const why = async (
			told: string,
			exitCode: number | null,
		): Promise<string | null> =>
			command.length === 0
				? null
				: notStartedText(
						await whyNotStarted(at!.snapshot, processOf(at!, options), {
							output: told,
							exitCode,
							platform: at!.engine.platform,
							signal,
						}),
					);
		try {
			const {shell: opened, heard} = hear(
				await at!.snapshot.openShell({
					...(command.length > 0 && {command}),
					terminal,
				}),
			);
			if (terminal && command.length === 0) {
				const {ofToolbox} = await import('../ui/shell-visit.js');
				print(
					`mstage: a shell at ${sanitise(point)}. What it changes is thrown away; exit or Ctrl-D ends it, Ctrl-P Ctrl-Q always.${opened.isOfToolbox ? ` ${ofToolbox}` : ''}\n`,
				);
			}

			const code = await attach(opened, terminal !== null, signal);
			const reason = code === 0 ? null : await why(heard(), code);
			if (reason !== null) {
				printError(`mstage: ${reason}\n`);
			}

			return code;
		} catch (error) {
			// BuildKit tells only once the process was to run that it can't.
			const reason =
				error instanceof UsageError ? await why(error.message, null) : null;
			throw reason === null
				? error
				: new UsageError(cannotStart(command[0]!, reason), {
						cause: error,
					});
		}
	});
}

/** How the command is started there. */
function processOf(
	{place, engine}: OpenPoint,
	{command, ...flags}: ShellCommandOptions,
): StepProcess {
	return place
		? processAt(place.build, place.point, {
				words: command,
				options: {
					buildArguments: buildArguments(flags.buildArg),
					target: flags.target,
					buildPlatform: engine.platform,
					targetPlatform: flags.platform,
				},
			})
		: {
				arguments: command,
				environment: {},
				user: '',
				directory: '/',
				network: 'default',
			};
}

async function attach(
	opened: Shell,
	interactive: boolean,
	signal: AbortSignal,
): Promise<number> {
	if (interactive) {
		const {attachTerminal} = await import('../ui/lend.js');
		const code = await attachTerminal(
			opened,
			{stdin: process.stdin, stdout: process.stdout},
			signal,
		);
		if (code === null) {
			print('mstage: left; what ran there was ended.\n');
		}

		return code ?? exitCodes.interrupted;
	}

	// BuildKit tells the end of a process only once its input has ended, and a terminal's never does.
	const {stdin, stdout, stderr} = process;
	return attachStreams(opened, {
		stdin: stdin.isTTY ? null : stdin,
		stdout,
		stderr,
	});
}
