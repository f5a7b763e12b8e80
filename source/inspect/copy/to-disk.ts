/* eslint-disable no-await-in-loop -- one after the other: what is in flight stays small, and the order matters */
import {Buffer} from 'node:buffer';
import {
	chmod,
	lchown,
	link,
	lstat,
	lutimes,
	mkdir,
	open,
	rm,
	symlink,
} from 'node:fs/promises';
import process from 'node:process';
import {UsageError} from '../../errors.js';
import type {Files} from '../../engine/port.js';
import {type BytePath, bytesOf} from '../../text/byte-path.js';
import {decodeName} from '../../text/sanitise.js';
import {contentsOf, type Selected} from './selection.js';

export type DiskOptions = {
	/** Where what is copied goes: its own new path. */
	readonly destination: Buffer;

	/** Whether what is there already may be replaced. */
	readonly force: boolean;
	readonly signal: AbortSignal;
};

/**
Writes what was selected to this machine's disk. Nothing is written through a symbolic link: those of the selection come
after everything else, and those that are there already are replaced, not followed.

@returns The entries that can't be made without being root: devices and sockets.
@throws {UsageError} Something is there already.
*/
export async function copyToDisk(
	files: Files,
	selected: readonly Selected[],
	options: DiskOptions,
): Promise<readonly Selected[]> {
	const disk = new Disk(options);
	const directories = selected.filter(({entry}) => entry.kind === 'directory');
	for (const {path} of directories) {
		await disk.makeDirectory(path);
	}

	const wanted = contentsOf(selected);
	const contents = files.readFiles([...wanted.keys()], options.signal);
	for await (const {path, chunks} of contents) {
		await disk.writeFile(wanted.get(path)!, chunks);
	}

	for (const one of selected) {
		if (one.sameAs !== null) {
			await disk.linkFile(one.path, one.sameAs);
		} else if (one.entry.kind === 'symlink') {
			await disk.makeLink(one);
		}
	}

	for (const one of directories.toReversed()) {
		await disk.finish(one);
	}

	return selected.filter(({entry}) => !copied.has(entry.kind));
}

const copied = new Set(['file', 'directory', 'symlink']);

class Disk {
	readonly #options: DiskOptions;

	constructor(options: DiskOptions) {
		this.#options = options;
	}

	async makeDirectory(path: BytePath): Promise<void> {
		const place = this.#place(path);
		const found = await this.#found(place);
		if (found === 'other') {
			await this.#remove(place);
		}

		if (found !== 'directory') {
			await mkdir(place, {mode: 0o700});
		} else if (path === '' && !this.#options.force) {
			throw exists(place);
		}
	}

	async writeFile(
		one: Selected,
		chunks: AsyncIterable<Uint8Array>,
	): Promise<void> {
		const place = this.#place(one.path);
		await this.#clear(place);
		const file = await open(place, 'wx', 0o600);
		try {
			for await (const chunk of chunks) {
				await file.write(chunk);
			}
		} finally {
			await file.close();
		}

		await this.finish(one);
	}

	async linkFile(path: BytePath, sameAs: BytePath): Promise<void> {
		const place = this.#place(path);
		await this.#clear(place);
		await link(this.#place(sameAs), place);
	}

	async makeLink({path, entry}: Selected): Promise<void> {
		const place = this.#place(path);
		await this.#clear(place);
		await symlink(bytesOf(entry.linkTarget!), place);
		await this.finish({path, entry});
	}

	/**
	Modes come after owners, which would undo setuid, and both after all else: a directory may be one that can't be written
	to. Only root can give files away.
	*/
	async finish({path, entry}: Pick<Selected, 'path' | 'entry'>): Promise<void> {
		const place = this.#place(path);
		if (process.getuid?.() === 0) {
			await lchown(place, entry.uid, entry.gid);
		}

		if (entry.kind !== 'symlink') {
			await chmod(place, entry.mode);
		}

		const modified = Number(entry.modified / 1_000_000n) / 1000;
		await lutimes(place, modified, modified);
	}

	#place(path: BytePath): Buffer {
		const {destination} = this.#options;
		return path === ''
			? destination
			: Buffer.concat([destination, Buffer.from('/'), bytesOf(path)]);
	}

	async #clear(place: Buffer): Promise<void> {
		const found = await this.#found(place);
		if (found === 'directory') {
			throw new UsageError(
				`${decodeName(place)} is a directory: move it away, or name another destination.`,
			);
		}

		if (found === 'other') {
			await this.#remove(place);
		}
	}

	async #remove(place: Buffer): Promise<void> {
		if (!this.#options.force) {
			throw exists(place);
		}

		await rm(place);
	}

	async #found(place: Buffer): Promise<'nothing' | 'directory' | 'other'> {
		try {
			const status = await lstat(place);
			return status.isDirectory() ? 'directory' : 'other';
		} catch (error) {
			const {code} = error as NodeJS.ErrnoException;
			if (code === 'ENOENT') {
				return 'nothing';
			}

			throw code === 'ENOTDIR'
				? new UsageError(
						`${decodeName(place)} can't be made: there is no such directory. Make it first.`,
						{cause: error},
					)
				: error;
		}
	}
}

function exists(place: Buffer): UsageError {
	return new UsageError(
		`${decodeName(place)} is there already: give --force to replace it, or name another destination.`,
	);
}
