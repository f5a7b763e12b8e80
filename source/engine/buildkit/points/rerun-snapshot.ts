import {UsageError} from '../../../errors.js';
import type {Entry} from '../../../filesystem/tree/entry.js';
import type {
	Container,
	FileContents,
	Shell,
	ShellOptions,
	Snapshot,
} from '../../port.js';
import {passThrough} from '../../port/pass-through.js';
import type {ContainerSnapshot} from './snapshot.js';

/**
What a failed RUN leaves behind, on an engine that kept nothing of it (20.10 sends no error details): its command is run
again in a container made from what it started from, and the container stays. Its files can't be listed there.
*/
export class RerunSnapshot implements Snapshot {
	readonly before: ContainerSnapshot;
	readonly command: readonly string[];

	/**
	@param before - What the RUN started from, with its mounts, environment, folder and user.
	@param command - What it runs, without a shell around it.
	*/
	constructor(before: ContainerSnapshot, command: readonly string[]) {
		this.before = before;
		this.command = command;
	}

	async openShell(options: ShellOptions): Promise<Shell> {
		const container = await this.openContainer();
		try {
			const shell = await container.openShell(options);
			return passThrough(shell, {
				async close() {
					await shell.close();
					await container.close();
				},
			});
		} catch (error) {
			await container.close();
			throw error;
		}
	}

	async openContainer(): Promise<Container> {
		const container = await this.before.openContainer();
		try {
			const again = await container.openShell({
				command: this.command,
				terminal: null,
			});
			again.endInput();
			for await (const _ of again.output) {
				// The log has it already.
			}

			await again.exited;
			await again.close();
			return container;
		} catch (error) {
			await container.close();
			throw error;
		}
	}

	async readDirectory(): Promise<readonly Entry[]> {
		throw noFiles();
	}

	async stat(): Promise<Entry> {
		throw noFiles();
	}

	// eslint-disable-next-line require-yield -- there is nothing to read
	async *readFile(): AsyncIterable<Uint8Array> {
		throw noFiles();
	}

	// eslint-disable-next-line require-yield
	async *list(): AsyncIterable<Entry> {
		throw noFiles();
	}

	// eslint-disable-next-line require-yield
	async *readFiles(): AsyncIterable<FileContents> {
		throw noFiles();
	}
}

function noFiles(): UsageError {
	return new UsageError(
		'This engine keeps no files of a failed RUN: open a shell where it failed, which runs the command again.',
	);
}
