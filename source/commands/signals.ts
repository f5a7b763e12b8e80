import {constants} from 'node:os';
import process from 'node:process';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
Runs something that a signal ends early.

@param work - What to run; when a signal comes it is left behind, and its caller cleans up.
@returns What it returned, or what a process exits with that the signal ended: 128 and the signal's number.
*/
export async function untilSignal(work: () => Promise<number>): Promise<number> {
	let stop!: () => void;
	const signaled = new Promise<number>(resolve => {
		const listeners = signals.map(signal => {
			const listener = (): void => {
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
	try {
		return await Promise.race([work(), signaled]);
	} finally {
		stop();
	}
}
