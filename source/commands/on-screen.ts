import {constants} from 'node:os';
import process from 'node:process';
import {setFlagsFromString} from 'node:v8';
import {sizeSummaryLine, sizesToCome} from '../report/sizes.js';
import type {Sizes} from '../debugger/machine/sizes.js';
import {placeLabel, stepLabel} from '../debugger/points/point.js';
import {isUnicodeTerminal} from '../text/locale.js';
import type {DebuggerState} from '../debugger/machine/state.js';
import {exitCodeOf} from '../debugger/machine/exit-code.js';
import {outcomeOf} from '../debugger/machine/outcome.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import {exitCodes} from '../errors.js';
import {sanitise} from '../text/sanitise.js';
import {print} from './output.js';

/**
By how much the heap of a session may outgrow what lives in it before it is cleared. Ink makes an object for each cell of
the screen in every frame, and Node by itself would let those come to several times of all the rest.
*/
const heapGrowth = '--heap-growing-percent=100';

/**
A debug session on the screen.

@param dockerfile - Its path, for the editor.
@param signal - Takes the screen down.
@returns The exit code.
@throws {MstageError} The session could not go on; the terminal is as it was found.
*/
export async function runOnScreen(
	store: DebuggerStore,
	dockerfile: string,
	signal: AbortSignal,
): Promise<number> {
	setFlagsFromString(heapGrowth);
	const {stdin, stdout, env} = process;
	// The engine works while the screen is being loaded.
	void store.start();
	const {runScreen} = await import('../ui/screen.js');
	const reason = await runScreen(store, {
		stdin,
		stdout,
		dockerfile,
		env,
		signal,
	});

	const outcome = outcomeOf(store.state);
	if (outcome.kind === 'broken') {
		throw outcome.error;
	}

	if (reason === 'aborted') {
		// Without a signal, the terminal is gone, and the signal that tells so is on its way.
		const name = signal.aborted ? (signal.reason as NodeJS.Signals) : 'SIGHUP';
		print(`mstage: ended by ${name}\n`);
		return 128 + constants.signals[name];
	}

	print(`mstage: ${closing(store.state)}\n`);
	return reason === 'interrupted'
		? exitCodes.interrupted
		: exitCodeOf(store.state);
}

/** What is left on the main screen of a session that is over. */
function closing(state: DebuggerState): string {
	const {program, cursor, positions, sizes} = state;
	const outcome = outcomeOf(state);
	switch (outcome.kind) {
		case 'failed': {
			const {step, exitCode, message} = outcome.failure;
			const what = exitCode === null ? message : `exited with code ${exitCode}`;
			const where =
				step === null
					? ''
					: ` in ${stepLabel(program!, step)} (${placeLabel(program!, step, program!.graph.filename)})`;
			return sanitise(`the build failed${where}: ${what}`);
		}

		case 'finished': {
			const {tags, image} = outcome.result;
			const what =
				tags.length > 0
					? sanitise(`finished, tagged ${tags.join(', ')}`)
					: image === null
						? 'finished; without -t, no image was kept'
						: sanitise(`finished, the image is ${image}`);
			return `${what}${sizesLine(sizes)}`;
		}

		default: {
			const position = positions[cursor];
			return position === undefined
				? 'ended before the Dockerfile was loaded'
				: sanitise(
						`ended ${position.step === null ? 'at the end of a stage' : `before ${stepLabel(program!, position.step)}`}; no image was kept`,
					);
		}
	}
}

function sizesLine(sizes: Sizes): string {
	if (sizes === null) {
		return '';
	}

	return `\n${sizes === 'counting' ? sizesToCome : sizeSummaryLine(sizes, isUnicodeTerminal(process.env))}`;
}
