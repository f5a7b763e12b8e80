import type {Place} from '../../debugger/machine/explanation.js';
import type {Snapshot} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import type {Space} from './setting.js';

/**
@param snapshot - What the container is made from, with the mounts of the instruction.
@returns Whose a folder is as processes in it see that; `null` where nothing there tells.
@throws {EngineError} The engine was lost.
*/
export async function placeIn(
	snapshot: Snapshot,
	path: string,
): Promise<Place | null> {
	// Busybox and GNU have it alike.
	const output = await printedBy(snapshot, ['stat', '-c', '%a %u %g', path]);
	const {mode, uid, gid} =
		/^(?<mode>[0-7]+) (?<uid>\d+) (?<gid>\d+)$/v.exec(output?.trim() ?? '')
			?.groups ?? {};
	return mode === undefined
		? null
		: {
				path,
				isDirectory: true,
				mode: Number.parseInt(mode, 8),
				uid: Number(uid),
				gid: Number(gid),
			};
}

/**
@param snapshot - As above.
@returns What processes in it read from a small file; `null` where nothing there tells.
@throws {EngineError} The engine was lost.
*/
export async function readIn(
	snapshot: Snapshot,
	path: string,
): Promise<string | null> {
	return printedBy(snapshot, ['cat', path]);
}

/**
@param snapshot - As above.
@returns What filesystem a path is in as processes in it see that, by `df -P` (POSIX); `null` where nothing there tells.
@throws {EngineError} The engine was lost.
*/
export async function spaceIn(
	snapshot: Snapshot,
	path: string,
): Promise<Space | null> {
	const output = await printedBy(snapshot, ['df', '-P', '-k', path]);
	const {type, size, free, mounted} =
		/^(?<type>.+?) +(?<size>\d+) +\d+ +(?<free>\d+) +\S+ +(?<mounted>\/.*)$/v.exec(
			output?.trim().split('\n').at(-1) ?? '',
		)?.groups ?? {};
	return mounted === undefined
		? null
		: {
				mounted,
				type: type!,
				size: Number(size) * 1024,
				free: Number(free) * 1024,
			};
}

/** What a command prints that succeeds. */
async function printedBy(
	snapshot: Snapshot,
	command: readonly string[],
): Promise<string | null> {
	try {
		const shell = await snapshot.openShell({command, terminal: null});
		try {
			shell.endInput();
			let output = '';
			for await (const {stream, data} of shell.output) {
				output += stream === 1 ? new TextDecoder().decode(data) : '';
			}

			return (await shell.exited) === 0 ? output : null;
		} finally {
			await shell.close();
		}
	} catch (error) {
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}
