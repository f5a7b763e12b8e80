import {closeSync, writeSync} from 'node:fs';
import {constants} from 'node:os';
import process from 'node:process';
import {isatty} from 'node:tty';

/** How often it is looked whether the terminal is still there, in milliseconds. */
const beat = 1000;

/**
Lets the process end in order when its terminal goes away: reading, writing and setting it fail then (`EIO`), which counts as the
signal that tells of it, SIGHUP, whether that came or not. The kernel sends it only to the first process of the session, which
may keep it to itself; while nothing is read or written, only looking tells then: of a terminal that is gone, Node's streams
end only where they are being read (seen on Node 20 and 24), and reading here would take the keys of whoever has the terminal.
*/
export function endWithTerminal(): void {
	const hangUp = (error: NodeJS.ErrnoException): void => {
		if (error.code === 'EIO') {
			process.emit('SIGHUP', 'SIGHUP');
		}
	};

	for (const stream of [process.stdout, process.stderr]) {
		stream.on('error', hangUp);
	}

	// Another kind of standard input would be opened by looking at it.
	if (isatty(0)) {
		process.stdin.on('error', hangUp);
	}

	if (isatty(1)) {
		const watch = setInterval(() => {
			if (!isatty(1)) {
				clearInterval(watch);
				process.emit('SIGHUP', 'SIGHUP');
			}
		}, beat).unref();
	}

	// Node gives terminals back as it ends, and aborts where it can't (ResetStdio in src/node.cc); it leaves out what is closed.
	process.once('exit', () => {
		for (const descriptor of [0, 1, 2]) {
			if (isHungUp(descriptor)) {
				closeSync(descriptor);
			}
		}
	});

	// It may have gone while Node started, which is told by nothing but a write.
	if (isHungUp(1) || isHungUp(2)) {
		// eslint-disable-next-line unicorn/no-process-exit -- there is nothing to be ended, and nobody to tell anything
		process.exit(128 + constants.signals.SIGHUP);
	}
}

/** Of a terminal that is gone each write fails, also one of nothing; it is no terminal any more (Linux, drivers/tty/tty_io.c). */
function isHungUp(descriptor: number): boolean {
	if (isatty(descriptor)) {
		return false;
	}

	try {
		writeSync(descriptor, '');
		return false;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EIO';
	}
}
