import {constants} from 'node:os';
import process from 'node:process';

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

/** How long something that a signal ends may take to clean up, in milliseconds. */
const grace = 3000;

/**
Runs something that a signal ends early.

@param work - What to run; it gets a signal that aborts when the process is told to end, for a reason that is the name of
the process's signal, and should return soon then.
@param takeInterrupt - Asked first when SIGINT comes: whether that was all it takes.
@returns What it returned, or, when a signal came, what a process exits with that the signal ended: 128 and its number.
@throws What the work throws before a signal comes.
*/
export async function untilSignal(
	work: (signal: AbortSignal) => Promise<number>,
	takeInterrupt: () => boolean = () => false,
): Promise<number> {
	const controller = new AbortController();
	let stop!: () => void;
	const signaled = new Promise<number>(resolve => {
		const listeners = signals.map(signal => {
			const listener = (): void => {
				if (signal === 'SIGINT' && takeInterrupt()) {
					return;
				}

				controller.abort(signal);
				resolve(128 + constants.signals[signal]);
			};

			process.on(signal, listener);
			return () => {
				process.off(signal, listener);
			};
		});
		stop = () => {
			for (const remove of listeners) {
				remove();
			}
		};
	});

	const result = work(controller.signal);
	try {
		const code = await Promise.race([result, signaled]);
		if (controller.signal.aborted) {
			await Promise.race([Promise.allSettled([result]), timeout(grace)]);
			return await signaled;
		}

		return code;
	} finally {
		stop();
	}
}

async function timeout(milliseconds: number): Promise<void> {
	await new Promise<void>(resolve => {
		setTimeout(resolve, milliseconds).unref();
	});
}
