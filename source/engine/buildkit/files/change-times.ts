import {Buffer} from 'node:buffer';
import {UsageError} from '../../../errors.js';
import {
	type BytePath,
	asBytePath,
	bytesOf,
	rootPath,
} from '../../../text/byte-path.js';
import type {Shell} from '../../port.js';
import {noShell} from '../../toolbox/read-toolbox.js';
import {type ContainerHost, GatewayContainer} from '../shell/container.js';
import {ownFolder} from '../shell/toolbox.js';
import {escapeOf} from './container-files.js';
import {readerOrigin} from './reader-origin.js';

/** What a look at a directory tells of a name in it. */
export type Seen = {
	readonly path: BytePath;
	readonly kind: 'directory' | 'file' | 'other';

	/** The same for all names of one file. */
	readonly file: string;

	/** How many names it has. */
	readonly names: number;

	/** In bytes. */
	readonly size: number;

	/** When its contents last changed, as it was printed. */
	readonly modified: string;

	/** Its mode, with what it is, and the numbers of its owner and group. */
	readonly status: string;
};

export type Side = 'before' | 'after';

/** What a look at directories of both sides tells. */
export type Look = {
	/** What isn't the same file or directory, unchanged, on the other side. */
	readonly differing: Readonly<Record<Side, readonly Seen[]>>;

	/** How many names there are on both sides. */
	readonly count: number;
};

/** What `stat -c` prints of a name, up to two slashes, which no path from `find` has in it. */
const format = '%f %u %g %h %i %s %z %y %n//';

const record =
	/^(?<status>(?<mode>[\da-f]+) \d+ \d+) (?<names>\d+) (?<file>\d+) (?<size>\d+) \d{4}-\S+ [\d:]+\.\d{3,} \S+ (?<modified>\S+ \S+ \S+) \.(?:\/(?<path>.*))?$/sv;

/** A time of a filesystem that only knows whole seconds, or none. */
const wholeSecond = /^(?:\S+ ){7}[\d:]+\.0+ /v;

/** The file type bits of `st_mode` (inode(7)). */
const kinds: Readonly<Record<number, Seen['kind']>> = {
	0o4: 'directory',
	0o10: 'file',
};

/** The type of filesystem that a change leaves new directories in, from the root down to it (mount(8)). */
const overlay = 'overlay';

/**
For the side that is `$1`: prints the types of both filesystems up to a NUL. Then it reads directories of it, a line each up to an
empty one, and prints what is in them up to a NUL. A line with a backslash in it is for `printf %b`.
*/
const script = `
while read -r _ at type _; do
	case $at in ${ownFolder}/before|${ownFolder}/after) printf '%s ' "$type" ;; esac
done </proc/self/mounts || exit
printf '\\0'
cd "${ownFolder}/$1" || exit
set --
while IFS= read -r p; do
	if [ -n "$p" ]; then
		case $p in *\\\\*) p=$(printf '%bx' "$p"); p=\${p%x} ;; esac
		set -- "$@" "$p"
	else
		find "$@" -mindepth 1 -maxdepth 1 -exec stat -c '${format}' {} + || exit
		printf '\\0'
		set --
	fi
done
`;

/**
Tells what of two results is the same, by their files' numbers and by when anything of them last changed (`st_ctime`, inode(7)),
which nothing can set: files of different layers may have got the same time, and never have the same number as well. The
engine's gateway tells neither: a process in a container in which both are mounted does.
*/
export class ChangeTimes {
	/**
	@param references - The ids of references to both.
	@throws {UsageError} The engine can't make the container, or there is no shell for it.
	@throws {EngineError} The engine was lost.
	*/
	static async open(
		host: ContainerHost,
		references: Readonly<Record<Side, string>>,
	): Promise<ChangeTimes> {
		const {before, after} = references;
		const container = await GatewayContainer.open(
			host,
			readerOrigin(
				after,
				{[`${ownFolder}/before`]: before, [`${ownFolder}/after`]: after},
				after,
			),
			false,
		);
		const {posix} = container.origin.shells;
		try {
			if (posix === null) {
				throw noShell();
			}

			const open = async (side: Side) =>
				Looker.open(container, [posix, '-c', script, posix, side]);
			// One for each side: two at a time take half as long. The first must run for the container to be there for another.
			const first = await open('before');
			return new ChangeTimes({before: first, after: await open('after')});
		} catch (error) {
			await container.close();
			throw error;
		}
	}

	readonly #lookers: Readonly<Record<Side, Looker>>;

	private constructor(lookers: Readonly<Record<Side, Looker>>) {
		this.#lookers = lookers;
	}

	/**
	@param directories - By the side that they are on; those on both sides are compared.
	@throws {UsageError} The programs there can't tell it.
	@throws {EngineError} The engine was lost.
	*/
	async look(
		directories: Readonly<Record<Side, readonly BytePath[]>>,
	): Promise<Look> {
		const [before, after] = await Promise.all([
			this.#lookers.before.look(directories.before),
			this.#lookers.after.look(directories.after),
		]);
		return {
			differing: {
				before: differing(before, after),
				after: differing(after, before),
			},
			count: before.length + after.length,
		};
	}

	async close(): Promise<void> {
		const {before, after} = this.#lookers;
		await Promise.all([before.close(), after.close()]);
	}
}

/** A process that looks at directories of one side. */
class Looker {
	/** @returns One that runs. */
	static async open(
		container: GatewayContainer,
		command: readonly string[],
	): Promise<Looker> {
		const looker = new Looker(
			await container.openShell({command, terminal: null}),
		);
		try {
			await looker.#expectOverlay();
			return looker;
		} catch (error) {
			await looker.close();
			throw error;
		}
	}

	readonly #shell: Shell;
	readonly #answers: AsyncGenerator<string, void, void>;

	private constructor(shell: Shell) {
		this.#shell = shell;
		this.#answers = answersOf(shell);
	}

	/** @returns A record of each name in them. */
	async look(directories: readonly BytePath[]): Promise<readonly string[]> {
		if (directories.length === 0) {
			return [];
		}

		const question = `${directories.map(path => lineOf(path)).join('')}\n`;
		await this.#shell.write(bytesOf(asBytePath(question)));
		return recordsOf(await this.#answer());
	}

	async close(): Promise<void> {
		await this.#shell.close();
	}

	/**
	Only there does a change show in all directories on the way. Of an image of one layer the layer itself is mounted, of which
	the other side then is an overlay; filesystems that make copies of whole ones (btrfs, zfs) look the same as that.
	*/
	async #expectOverlay(): Promise<void> {
		const types = await this.#answer();
		if (!types.split(' ').includes(overlay)) {
			throw untold();
		}
	}

	async #answer(): Promise<string> {
		const {value} = await this.#answers.next();
		if (value === undefined) {
			await this.#shell.exited;
			throw untold();
		}

		return value;
	}
}

/**
What is printed up to each NUL. A complaint is the end: the engine tells that a process couldn't be started as output of its
own, and no more while there may be input for it.
*/
async function* answersOf(shell: Shell): AsyncGenerator<string, void, void> {
	let parts: string[] = [];
	for await (const {stream, data} of shell.output) {
		if (stream !== 1) {
			throw untold();
		}

		const [rest, ...others] = Buffer.from(data).toString('latin1').split('\0');
		parts.push(rest!);
		for (const part of others) {
			yield parts.join('');
			parts = [part];
		}
	}
}

/** An argument of `find`, and what reads lines takes neither a line break in it nor a backslash. */
function lineOf(path: BytePath): string {
	const argument = asBytePath(path === rootPath ? '.' : `./${path}`);
	return `${/[\n\\]/v.test(argument) ? escapeOf(argument) : argument}\n`;
}

function recordsOf(output: string): readonly string[] {
	return output.split('//\n').slice(0, -1);
}

/** Records tell all that is to be the same: they are compared as they are, as there may be very many. */
function differing(
	records: readonly string[],
	others: readonly string[],
): readonly Seen[] {
	const known = new Set(others);
	return records
		.filter(text => !known.has(text) || wholeSecond.test(text))
		.map(text => seenOf(text));
}

function seenOf(text: string): Seen {
	const fields = record.exec(text)?.groups;
	if (!fields) {
		throw untold();
	}

	const type = Math.floor(Number.parseInt(fields['mode']!, 16) / 0o1_0000);
	return {
		path: copyOf(fields['path'] ?? ''),
		kind: kinds[type] ?? 'other',
		file: fields['file']!,
		names: Number(fields['names']),
		size: Number(fields['size']),
		modified: copyOfText(fields['modified']!),
		status: copyOfText(fields['status']!),
	};
}

/** A part of a text holds all of it in memory. */
function copyOf(text: string): BytePath {
	return asBytePath(copyOfText(text));
}

function copyOfText(text: string): string {
	return Buffer.from(text, 'latin1').toString('latin1');
}

/** Also where `stat` only prints whole seconds, in which too much can happen. */
function untold(): UsageError {
	return new UsageError(
		'The programs of that state do not tell when its files changed. Compare it without that.',
	);
}
