import {Buffer} from 'node:buffer';
import {comparePaths, type Entry} from '../../../filesystem/tree/entry.js';
import {EngineError} from '../../../errors.js';
import {isWithin, parentOf} from '../../../filesystem/tree/paths.js';
import {asBytePath, type BytePath, rootPath} from '../../../text/byte-path.js';
import {ByteReader, Part} from '../../byte-reader.js';
import type {FileContents, FileRange, Files} from '../../port.js';
import {ownFolder} from '../shell/toolbox.js';
import {missingPathError} from './missing-path.js';
import {readStatOutput, statFormat} from './stat-output.js';

/** Where the files are in a container; beside the toolbox, as nothing can be mounted in what can't be written to. */
export const filesFolder = `${ownFolder}/files`;

/**
Runs a POSIX shell script in a container in whose folder `filesFolder` the files are.

@param input - What it can read.
@returns What it prints.
@throws {UsageError} From the iterable: it can't be run there, or it fails.
*/
export type RunScript = (
	script: string,
	parameters: readonly string[],
	input?: string,
) => AsyncIterable<Uint8Array>;

/**
`$1` is a directory as `printf %b` takes it, `$2` how deep to go. The programs are those of the state, where they may be
broken: half an answer would be a wrong one.
*/
const listScript = `
p=$(printf '%bx' "$1") && cd "${filesFolder}/\${p%x}" || exit 3
find . -mindepth 1 -maxdepth "$2" -exec stat -c '${statFormat}' {} + || exit 4
printf '\\0'
find . -mindepth 1 -maxdepth "$2" -type l -exec sh -c '
	for l; do printf "%s\\0" "$l"; readlink -n "$l" || exit 4; printf "\\0"; done' sh {} + || exit 4
`;

/** Reads paths as `printf %b` takes them, a line each, and prints of what is there what the script above does. */
const statScript = `
cd "${filesFolder}" && set -- || exit 3
while read -r p; do
	p=$(printf '%bx' "$p") && p="./\${p%x}" || exit 3
	if [ -e "$p" ] || [ -L "$p" ]; then set -- "$@" "$p"; fi
done
[ $# -eq 0 ] || stat -c '${statFormat}' "$@" || exit 4
printf '\\0'
for l; do
	if [ -L "$l" ]; then printf '%s\\0' "$l"; readlink -n "$l" || exit 4; printf '\\0'; fi
done
`;

/** `$1` is a file, `$2` the first byte counted from 1, `$3` how many bytes; empty for all. */
const readScript = `
p=$(printf '%bx' "$1") && p="${filesFolder}/\${p%x}" || exit 3
if [ -n "$3" ]; then tail -c "+$2" "$p" | head -c "$3"; else tail -c "+$2" "$p"; fi
`;

/** Reads files as `printf %b` takes them, a line each, and prints of each its size, a line break and its contents. */
const readAllScript = `
while read -r p; do
	p=$(printf '%bx' "$p") && p="${filesFolder}/\${p%x}" || exit 3
	stat -c %s "$p" && cat "$p" || exit 3
done
`;

/** `$1` is a file: prints all of its names, a NUL behind each. Most have one, and aren't looked for. */
const namesScript = `
cd "${filesFolder}" && p=$(printf '%bx' "$1") && p="./\${p%x}" || exit 3
set -- $(stat -c '%h %i' "$p") || exit 3
if [ "$1" -gt 1 ]; then find . -xdev -type f -inum "$2" -print0; else printf '%s\\0' "$p"; fi
`;

const lineBreak = 0x0a;

/** Deeper than any path that Linux takes. */
const anyDepth = '9999';

/**
The files of a state that the engine only mounts into containers, and of which its gateway reads nothing: what a failed RUN
left behind. A process in a container reads them; extended attributes aren't seen.
*/
export class ContainerFiles implements Files {
	readonly #run: RunScript;
	readonly #levels = new Map<BytePath, Promise<readonly Entry[]>>();

	constructor(run: RunScript) {
		this.#run = run;
	}

	async readDirectory(path: BytePath): Promise<readonly Entry[]> {
		if (path !== rootPath) {
			await this.#expect(path, 'directory');
		}

		return this.#level(path);
	}

	async stat(path: BytePath): Promise<Entry> {
		return this.#expect(path);
	}

	async statAll(paths: readonly BytePath[]): Promise<readonly Entry[]> {
		const input = paths.map(path => `${escapeOf(path)}\n`).join('');
		return this.#readStats(rootPath, this.#run(statScript, [], input));
	}

	async namesOf(path: BytePath): Promise<readonly BytePath[]> {
		const chunks: Uint8Array[] = [];
		for await (const chunk of this.#run(namesScript, [escapeOf(path)])) {
			chunks.push(chunk);
		}

		return Buffer.concat(chunks)
			.toString('latin1')
			.split('\0')
			.slice(0, -1)
			.map(name => asBytePath(name.slice('./'.length)));
	}

	async *readFile(
		path: BytePath,
		range?: FileRange,
	): AsyncIterable<Uint8Array> {
		await this.#expect(path, 'file');
		yield* this.#read(path, range);
	}

	async *list(signal?: AbortSignal): AsyncIterable<Entry> {
		signal?.throwIfAborted();
		const entries = await this.#find(rootPath, anyDepth);
		signal?.throwIfAborted();
		yield* entries;
	}

	async *readFiles(
		paths: readonly BytePath[],
		signal?: AbortSignal,
	): AsyncIterable<FileContents> {
		const ordered = [...new Set(paths)].toSorted(comparePaths);
		const input = ordered.map(path => `${escapeOf(path)}\n`).join('');
		const reader = new ByteReader(this.#run(readAllScript, [], input));
		try {
			for (const path of ordered) {
				signal?.throwIfAborted();
				// eslint-disable-next-line no-await-in-loop -- one file after the other
				const chunks = new Part(reader, await readSize(reader));
				yield {path, chunks};
				// eslint-disable-next-line no-await-in-loop
				await chunks.skip();
			}
		} finally {
			await reader.close();
		}
	}

	/** The entry of a path, looked up from the root: the shell would follow links out of the files. */
	async #expect(path: BytePath, kind?: Entry['kind']): Promise<Entry> {
		let found: Entry | undefined;
		for (const directory of ancestorsOf(path)) {
			if (found && found.kind !== 'directory') {
				break;
			}

			// eslint-disable-next-line no-await-in-loop -- one directory after the other, down the path
			const entries = await this.#level(directory);
			found = entries.find(entry => isWithin(path, entry.path));
			if (!found) {
				break;
			}
		}

		if (found?.path !== path || (kind !== undefined && found.kind !== kind)) {
			throw await missingPathError(
				async directory => this.#level(directory),
				path,
			);
		}

		return found;
	}

	/** What is in a directory; the state doesn't change. */
	async #level(directory: BytePath): Promise<readonly Entry[]> {
		const known = this.#levels.get(directory) ?? this.#find(directory, '1');
		this.#levels.set(directory, known);
		return known;
	}

	async #find(path: BytePath, depth: string): Promise<readonly Entry[]> {
		return this.#readStats(
			path,
			this.#run(listScript, [escapeOf(path), depth]),
		);
	}

	async #readStats(
		path: BytePath,
		output: AsyncIterable<Uint8Array>,
	): Promise<readonly Entry[]> {
		const chunks: Uint8Array[] = [];
		for await (const chunk of output) {
			chunks.push(chunk);
		}

		const [stats = '', ...links] = Buffer.concat(chunks)
			.toString('latin1')
			.split('\0');
		const targets = new Map<string, string>();
		for (let at = 0; at + 1 < links.length; at += 2) {
			targets.set(links[at]!, links[at + 1]!);
		}

		return readStatOutput(path, stats, targets);
	}

	#read(path: BytePath, range?: FileRange): AsyncIterable<Uint8Array> {
		return this.#run(readScript, [
			escapeOf(path),
			String((range?.offset ?? 0) + 1),
			range ? String(range.length) : '',
		]);
	}
}

async function readSize(reader: ByteReader): Promise<number> {
	let digits = '';
	for (;;) {
		// eslint-disable-next-line no-await-in-loop -- up to the line break
		const digit = await reader.read(1);
		if (digit[0] === lineBreak) {
			return Number(digits);
		}

		if (digit.length === 0) {
			break;
		}

		digits += digit.toString();
	}

	throw new EngineError(
		'The files of that state could not be read to the end.',
	);
}

/** The directories on the way to a path, the root first. */
function ancestorsOf(path: BytePath): readonly BytePath[] {
	const parent = parentOf(path);
	return parent === rootPath ? [rootPath] : [...ancestorsOf(parent), parent];
}

/** @returns Bytes as `printf %b` takes them (POSIX): an argument of a process of the gateway is UTF-8. */
export function escapeOf(path: BytePath): string {
	return [...path]
		.map(
			byte =>
				String.raw`\0` + byte.codePointAt(0)!.toString(8).padStart(3, '0'),
		)
		.join('');
}
