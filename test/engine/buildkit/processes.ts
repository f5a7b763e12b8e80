import {readFileSync, readdirSync} from 'node:fs';

/**
@param argument - Of a command line; engines of the tests run on this machine.
@returns `true` when a process with that very argument runs, else `undefined`.
*/
export function isRunning(argument: string): true | undefined {
	return readdirSync('/proc').some(entry => {
		try {
			return readFileSync(`/proc/${entry}/cmdline`, 'utf8')
				.split('\0')
				.includes(argument);
		} catch {
			// It has ended, or is no process.
			return false;
		}
	})
		? true
		: undefined;
}
