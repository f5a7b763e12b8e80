import {constants} from 'node:os';
import process from 'node:process';
import {farewell} from './farewell.js';

/** Whoever profiles the process uses SIGPROF for it. */
const isProfiled = /--(?:cpu-)?prof\b/v.test(
	`${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`,
);

/**
The signals that would end the process and that it can act on, of those that this system has. Not among them: SIGPIPE and
SIGXFSZ, which Node ignores, for the write that they are about fails; and what the processor raises for a defect (SIGSEGV,
SIGBUS, SIGFPE, SIGILL), after which nothing can go on.
*/
const signals = (
	[
		'SIGHUP',
		'SIGINT',
		'SIGQUIT',
		'SIGTRAP',
		'SIGABRT',
		'SIGUSR1',
		'SIGUSR2',
		'SIGALRM',
		'SIGTERM',
		'SIGSTKFLT',
		'SIGXCPU',
		'SIGVTALRM',
		'SIGPROF',
		'SIGIO',
		'SIGPWR',
		'SIGSYS',
	] as const
).filter(
	signal =>
		signal in constants.signals && !(isProfiled && signal === 'SIGPROF'),
);

/** In milliseconds: what a timer takes at most (Node's documentation of `setTimeout`). */
const longestInterval = 2_147_483_647;

/** Ends what runs, if something does. */
let endRunning: ((code: number) => void) | undefined;

/**
Ends what runs as a signal would: in order, with nothing left on the engine.

@param code - What the process then exits with.
@returns Whether something runs; else there is nothing to be ended in order.
*/
export function endInOrder(code: number): boolean {
	endRunning?.(code);
	return endRunning !== undefined;
}

/**
Runs something that a signal ends early. A second signal ends the process at once, and so does one that comes after the
work: whoever sends it has waited long enough. The terminal is then given back as at every exit. Of SIGHUP a second one is
nobody's impatience: a terminal that goes tells it by the kernel, by its shell and by each write that fails.

@param work - What to run; it gets a signal that aborts when the process is told to end, for a reason that is the name of
the process's signal, and should return soon then.
@param takeInterrupt - Asked when SIGINT comes first: whether that was all it takes.
@returns What it returned, or, when a signal came, what a process exits with that the signal ended: 128 and its number.
@throws What the work throws before a signal comes.
*/
export async function untilSignal(
	work: (signal: AbortSignal) => Promise<number>,
	takeInterrupt: () => boolean = () => false,
): Promise<number> {
	const controller = new AbortController();
	let isOver = false;
	let settled: number | undefined;
	const signaled = new Promise<number>(resolve => {
		const take = (signal: NodeJS.Signals): void => {
			const code = 128 + constants.signals[signal];
			if (signal === 'SIGHUP' && controller.signal.reason === signal) {
				return;
			}

			if (isOver || controller.signal.aborted) {
				// eslint-disable-next-line unicorn/no-process-exit -- what would end in order takes too long
				process.exit(isOver ? (process.exitCode ?? settled ?? code) : code);
			} else if (signal !== 'SIGINT' || !takeInterrupt()) {
				controller.abort(signal);
				resolve(code);
			}
		};

		for (const signal of signals) {
			process.on(signal, take);
		}

		endRunning = code => {
			controller.abort('SIGPIPE');
			resolve(code);
		};
	});

	// A connection on which Node reads no further keeps no process, and it is found out by a ping.
	const keeping = setInterval(() => undefined, longestInterval);
	try {
		const result = work(controller.signal);
		settled = await Promise.race([result, signaled]);
		if (controller.signal.aborted) {
			await farewell(result);
			settled = await signaled;
		}

		return settled;
	} finally {
		clearInterval(keeping);
		isOver = true;
		endRunning = undefined;
	}
}
