import {Buffer} from 'node:buffer';
import {create} from '@bufbuild/protobuf';
import {UsageError} from '../../../errors.js';
import {
	type BytePath,
	asBytePath,
	bytesOf,
	rootPath,
} from '../../../text/byte-path.js';
import type {Shell} from '../../port.js';
import {noShell} from '../../toolbox/read-toolbox.js';
import {type ContainerHost, GatewayContainer} from '../container.js';
import {
	MetaSchema,
	MountSchema,
	MountType,
	NetMode,
	SecurityMode,
} from '../proto/generated/ops_pb.js';
import {ownFolder} from '../toolbox.js';
import {escapeOf} from './container-files.js';

/** What a look at a directory tells of a name in it. */
export type Seen = {
	readonly path: BytePath;
	readonly kind: 'directory' | 'file' | 'other';

	/** When anything of it last changed (`st_ctime`, inode(7)), which nothing can set. */
	readonly changed: string;

	/** The same for all names of one file. */
	readonly file: string;

	/** How many names it has. */
	readonly names: number;
};

export type Side = 'before' | 'after';

/** What `stat -c` prints of a name, up to two slashes, which no path from `find` has in it. */
const format = '%f %h %i %z %n//';

const record =
	/^(?<mode>[\da-f]+) (?<names>\d+) (?<file>\d+) (?<changed>\d{4}-\S+ [\d:]+\.\d{3,} \S+) \.(?:\/(?<path>.*))?$/sv;

/** The file type bits of `st_mode` (inode(7)). */
const kinds: Readonly<Record<number, Seen['kind']>> = {
	0o4: 'directory',
	0o10: 'file',
};

/**
Reads a side and directories of it, a line each up to an empty one, and prints what is in them up to a NUL. A line with a
backslash in it is for `printf %b`.
*/
const script = `
while read -r side; do
	set --
	while IFS= read -r p && [ -n "$p" ]; do
		case $p in *\\\\*) p=$(printf '%bx' "$p"); p=\${p%x} ;; esac
		set -- "$@" "$p"
	done
	(cd "${ownFolder}/$side" && find "$@" -mindepth 1 -maxdepth 1 -exec stat -c '${format}' {} +) || exit
	printf '\\0'
done
`;

/**
Tells when files of two results last changed, which the engine's gateway doesn't: a process in a container in which both
are mounted does.
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
		const mount = (dest: string, reference: string, readonly: boolean) =>
			create(MountSchema, {
				dest,
				mountType: MountType.BIND,
				resultID: reference,
				readonly,
			});
		const {before, after} = references;
		const container = await GatewayContainer.open(
			host,
			{
				mounts: [
					mount('/', after, false),
					mount(`${ownFolder}/before`, before, true),
					mount(`${ownFolder}/after`, after, true),
				],
				meta: create(MetaSchema, {
					env: [
						'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
						'LC_ALL=C',
						'TZ=UTC',
					],
					cwd: '/',
				}),
				network: NetMode.NONE,
				security: SecurityMode.SANDBOX,
				secretEnvironment: [],
				programs: after,
				stageShell: null,
				offered: null,
			},
			false,
		);
		const {posix} = container.origin.shells;
		try {
			if (posix === null) {
				throw noShell();
			}

			const shell = await container.openShell({
				command: [posix, '-c', script],
				terminal: null,
			});
			return new ChangeTimes(shell);
		} catch (error) {
			await container.close();
			throw error;
		}
	}

	readonly #shell: Shell;
	readonly #answers: AsyncGenerator<string, void, void>;

	private constructor(shell: Shell) {
		this.#shell = shell;
		this.#answers = answersOf(shell);
	}

	/**
	@param directories - By the side that they are on.
	@returns What is in them.
	@throws {UsageError} The programs there can't tell it.
	@throws {EngineError} The engine was lost.
	*/
	async look(
		directories: Readonly<Record<Side, readonly BytePath[]>>,
	): Promise<Readonly<Record<Side, readonly Seen[]>>> {
		const asked = (['before', 'after'] as const).filter(
			side => directories[side].length > 0,
		);
		const questions = asked.map(
			side =>
				`${side}\n${directories[side].map(path => lineOf(path)).join('')}\n`,
		);
		await this.#shell.write(bytesOf(asBytePath(questions.join(''))));
		const found: Record<Side, readonly Seen[]> = {before: [], after: []};
		for (const side of asked) {
			// eslint-disable-next-line no-await-in-loop -- in the order in which they were asked for
			found[side] = seenOf(await this.#answer());
		}

		return found;
	}

	async close(): Promise<void> {
		await this.#shell.close();
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

function seenOf(output: string): readonly Seen[] {
	return output
		.split('//\n')
		.slice(0, -1)
		.map(text => {
			const fields = record.exec(text)?.groups;
			if (!fields) {
				throw untold();
			}

			const type = Math.floor(Number.parseInt(fields['mode']!, 16) / 0o1_0000);
			return {
				path: asBytePath(fields['path'] ?? ''),
				kind: kinds[type] ?? 'other',
				changed: fields['changed']!,
				file: fields['file']!,
				names: Number(fields['names']),
			};
		});
}

/** Also where `stat` only prints whole seconds, in which too much can happen. */
function untold(): UsageError {
	return new UsageError(
		'The programs of that state do not tell when its files changed. Compare it without that.',
	);
}
