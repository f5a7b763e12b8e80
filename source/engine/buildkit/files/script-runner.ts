import {Buffer} from 'node:buffer';
import {UsageError} from '../../../errors.js';
import type {Shell} from '../../port.js';
import {type ContainerHost, GatewayContainer} from '../shell/container.js';
import {type RunScript, filesFolder} from './container-files.js';
import {readerOrigin} from './reader-origin.js';

/**
@param reference - What is mounted at `filesFolder`, read-only. Its own programs are used, or the toolbox where it has no shell.
@param programs - The id of a reference that has these programs, for the gateway to look at; `null` when it is unknown what
there is.
@returns Runs scripts, each in a container of its own.
*/
export function scriptRunner(
	host: ContainerHost,
	reference: string,
	programs: string | null,
): RunScript {
	return async function* (script, parameters, input = '') {
		const container = await GatewayContainer.open(
			host,
			readerOrigin(reference, {[filesFolder]: reference}, programs),
			false,
		);
		try {
			const {posix} = container.origin.shells;
			if (posix === null && programs !== null) {
				throw new UsageError(
					'The engine itself can not read that, and there is no shell that could: name a static busybox, or an image that has one, with --toolbox.',
				);
			}

			const shell = await container.openShell({
				command: [posix ?? '/bin/sh', '-c', script, 'sh', ...parameters],
				terminal: null,
			});
			const given = giveInput(shell, input);
			const complaints: Uint8Array[] = [];
			for await (const {stream, data} of shell.output) {
				if (stream === 1) {
					yield data;
				} else {
					complaints.push(data);
				}
			}

			await given;
			if ((await shell.exited) !== 0) {
				throw new UsageError(
					`That state can't be read, as it takes sh, find, stat and readlink of its own: ${Buffer.concat(complaints).toString().trim()}. Open a point before it.`,
				);
			}
		} finally {
			await container.close();
		}
	};
}

/** At the same time as its output is read: neither waits for the other. */
async function giveInput(shell: Shell, input: string): Promise<void> {
	try {
		await shell.write(Buffer.from(input));
	} catch {
		// It has ended; its exit code tells.
	}

	shell.endInput();
}
