import {Buffer} from 'node:buffer';
import type {Snapshot} from '../../source/engine/port.js';
import type {Entry} from '../../source/filesystem/tree/entry.js';
import {bytePathFromText} from '../../source/text/byte-path.js';
import {entryOf} from '../ui/files/entries.js';

/** @returns A Dockerfile with hostile text wherever there is room for text. */
export function hostileDockerfile(
	next: () => string,
	random: () => number,
): string {
	const line = (): string => next().replaceAll(/[\n\r]/gv, ' ');
	const maybe = (text: () => string): readonly string[] =>
		random() < 0.5 ? [text()] : [];
	return [
		...maybe(() => `# ${line()}`),
		...maybe(() => `ARG NAME="${line()}"`),
		random() < 0.2 ? `FROM ${line()} AS builder` : 'FROM busybox AS builder',
		...maybe(() => `LABEL "a${line()}"="${line()}"`),
		...maybe(() => `ENV HOSTILE="${line()}" OTHER=${line()}`),
		`RUN echo ${line()}`,
		...maybe(() => `WORKDIR /${line()}`),
		...maybe(() => `COPY ["${line()}", "/to/"]`),
		...maybe(() => `RUN <<E\n${next()}\nE`),
		random() < 0.2 ? `FROM busybox AS ${line()}` : 'FROM busybox AS final',
		...maybe(() => `COPY --from=${line()} /a /b`),
		'COPY --from=builder /out /out',
		...maybe(() => `USER ${line()}`),
		...maybe(() => `CMD ["${line()}"]`),
		...maybe(() => line()),
		'',
	].join('\n');
}

/** @returns Entries of a filesystem whose names, targets and attributes are hostile, in the order of a listing. */
export function hostileEntries(next: () => string): readonly Entry[] {
	const name = (): string =>
		next()
			.replaceAll(/[\0\/]/gv, '')
			.slice(0, 200) || 'name';
	const byPath = new Map<string, Entry>();
	for (const entry of [
		entryOf('out', null),
		entryOf(`out/${name()}`, 12),
		entryOf(`out/${name()}`, 3, {
			xattrs: new Map([[`user.${name()}`, Buffer.from(next())]]),
		}),
		entryOf(name(), 0, {
			kind: 'symlink',
			linkTarget: bytePathFromText(next() || '/'),
		}),
		entryOf(name(), 7, {mode: 0o4755}),
	]) {
		byPath.set(entry.path, entry);
	}

	return [...byPath.values()].toSorted((a, b) =>
		a.path < b.path ? -1 : a.path > b.path ? 1 : 0,
	);
}

/** @returns Files of these entries, all of the same contents. */
export function filesOf(
	entries: readonly Entry[],
	contents: string,
): Pick<Snapshot, 'readDirectory' | 'stat' | 'readFile' | 'list'> {
	return {
		async readDirectory() {
			return entries.filter(({path}) => !path.includes('/'));
		},
		async stat(path) {
			return {
				...(entries.find(entry => entry.path === path) ?? entries[0]!),
				path,
			};
		},
		async *readFile() {
			yield Buffer.from(contents);
		},
		async *list() {
			yield* entries;
		},
	};
}
