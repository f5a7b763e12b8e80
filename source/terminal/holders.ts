import process from 'node:process';

/** What has the terminal: it can give it back, as it was found, and take it again. Both are synchronous and harmless when called twice. */
export type Holder = {
	/** A program of its own that deals with being stopped by itself, as an editor does: nobody below it is asked then. */
	readonly isProgram?: true;

	release(): void;

	/** Only after `release`. */
	retake(): void;
};

const holders: Holder[] = [];
let isContinued = false;

/**
Says that something has the terminal from now on: should the process end, be stopped (SIGTSTP) or die of an error that nobody
caught, the terminal is given back, the last holder first; when it is continued, all take it again.

@returns What is called once the holder has given the terminal back by itself.
*/
export function hold(holder: Holder): () => void {
	if (holders.length === 0) {
		process
			.on('exit', releaseAll)
			.on('uncaughtExceptionMonitor', releaseAll)
			.on('SIGTSTP', suspend)
			.on('SIGCONT', resume);
	}

	holders.push(holder);
	return () => {
		const index = holders.indexOf(holder);
		if (index === -1) {
			return;
		}

		holders.splice(index, 1);
		if (holders.length === 0) {
			process
				.off('exit', releaseAll)
				.off('uncaughtExceptionMonitor', releaseAll)
				.off('SIGTSTP', suspend)
				.off('SIGCONT', resume);
		}
	};
}

function releaseAll(): void {
	for (const holder of holders.toReversed()) {
		holder.release();
	}
}

/** Those that have a part in the terminal now. */
function current(): readonly Holder[] {
	return holders.slice(holders.findLastIndex(holder => holder.isProgram) + 1);
}

/**
Stops as the signal would without us: where nobody could continue it (an orphaned process group), the system doesn't, and the
terminal is taken again at once.
*/
function suspend(): void {
	const released = current();
	for (const holder of released.toReversed()) {
		holder.release();
	}

	process.off('SIGTSTP', suspend);
	process.kill(process.pid, 'SIGTSTP');
	process.on('SIGTSTP', suspend);
	isContinued = true;
	for (const holder of released) {
		holder.retake();
	}
}

/** Also after SIGSTOP, of which nobody is told: whoever had the terminal meanwhile left it in a state of its own. */
function resume(): void {
	if (isContinued) {
		isContinued = false;
		return;
	}

	const released = current();
	for (const holder of released.toReversed()) {
		holder.release();
	}

	for (const holder of released) {
		holder.retake();
	}
}
