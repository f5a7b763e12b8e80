import {checkCopy} from '../instructions/copy-checks.js';
import type {Command} from '../instructions/command.js';
import {checkMount} from '../instructions/mounts.js';
import {checkPort} from '../instructions/ports.js';
import {Refusal} from '../refusal.js';
import type {LexerOptions} from '../shell/lexer.js';
import {isSignal} from '../instructions/signals.js';
import {
	type ArgumentValues,
	requireValue,
	type StageEnvironment,
} from '../variables/stage-environment.js';

/** What the faults of a stage depend on besides its commands. */
export type FaultOptions = ArgumentValues & {
	/** The escape character. */
	readonly escape: string;

	/** Whether the frontend knows `RUN --device`. */
	readonly allowsDevices: boolean;
};

/** A command, and the line to name when it is wrong. */
export type LocatedCommand = {readonly command: Command; readonly line: number};

type Run = Extract<Command, {kind: 'run'}>;

function checkRun(
	run: Run,
	environment: StageEnvironment,
	options: LexerOptions,
	allowsDevices: boolean,
): void {
	for (const {options: given} of run.mounts) {
		checkMount(
			given,
			word => environment.expand(word, options),
			environment.directory,
		);
	}

	if (run.isEmpty) {
		throw new Refusal('RUN has an empty array: name a command');
	}

	if (run.flags.has('device') && !allowsDevices) {
		throw new Refusal(
			'--device needs a labs frontend: start the file with # syntax=docker/dockerfile:1-labs',
		);
	}
}

/** Checks what BuildKit checks of a command when its stage is needed. */
function checkCommand(
	command: Command,
	environment: StageEnvironment,
	{escape, allowsDevices}: FaultOptions,
): void {
	const options = {escape};
	const expand = (word: string): string | undefined =>
		environment.expand(word, options);

	switch (command.kind) {
		case 'add':
		case 'copy': {
			checkCopy(command, expand);
			for (const {content, expand: isExpanded} of command.heredocs) {
				if (isExpanded) {
					environment.expand(content, {escape: '\\', plainQuotes: true});
				}
			}

			break;
		}

		case 'run': {
			checkRun(command, environment, options, allowsDevices);
			break;
		}

		case 'label': {
			for (const word of command.pairs.flat()) {
				expand(word);
			}

			break;
		}

		case 'expose': {
			for (const port of command.values.flatMap(
				value => environment.expandWords(value, options) ?? [],
			)) {
				checkPort(port);
			}

			break;
		}

		case 'volume': {
			for (const value of command.values) {
				requireValue(
					expand(value),
					path => path !== '',
					() => `VOLUME ${value} is empty once its variables are expanded`,
				);
			}

			break;
		}

		case 'stopsignal': {
			requireValue(
				expand(command.value),
				isSignal,
				signal => `"${signal}" is no signal (an example of one: SIGTERM)`,
			);
			break;
		}

		case 'user': {
			expand(command.value);
			break;
		}

		case 'arg':
		case 'env':
		case 'from':
		case 'onbuild':
		case 'other':
		case 'workdir': {
			break;
		}
	}
}

/**
Goes through a stage and finds what BuildKit refuses of it when it is needed.

@param commands - What runs in the stage, in order.
@param environment - That of the base; it is changed to the one at the end of the stage, or where the fault is.
@param options - The values of ARG, the escape character, and whether RUN may have devices.
@returns The first fault.
*/
export function findFault(
	commands: readonly LocatedCommand[],
	environment: StageEnvironment,
	options: FaultOptions,
): {readonly line: number; readonly reason: string} | undefined {
	for (const {command, line} of commands) {
		try {
			checkCommand(command, environment, options);
			environment.apply(command, options);
		} catch (error) {
			if (error instanceof Refusal) {
				return {line, reason: error.message};
			}

			throw error;
		}
	}

	return undefined;
}
