import {
	type Entry,
	type EntryKind,
	noXattrs,
	comparePaths,
} from '../../../filesystem/tree/entry.js';
import {
	asBytePath,
	type BytePath,
	joinBytePath,
} from '../../../text/byte-path.js';

/** For `stat -c`, which busybox and GNU have alike. A path from `find .` has no `//` in it, so that ends it. */
export const statFormat = '%f %u %g %s %t %T %h:%d:%i %y %n//';

const record =
	/^(?<mode>[\da-f]+) (?<uid>\d+) (?<gid>\d+) (?<size>\d+) (?<major>[\da-f]+) (?<minor>[\da-f]+) (?<links>\d+):(?<file>\d+:\d+) (?<date>\d{4}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d)(?:\.(?<fraction>\d+))?(?: [\-+]\d{4})? \.\/(?<path>.*)$/sv;

/** The file type bits of `st_mode` (inode(7)), as octal digits. */
const kinds: Readonly<Record<number, EntryKind>> = {
	0o1: 'fifo',
	0o12: 'symlink',
	0o14: 'socket',
	0o2: 'character-device',
	0o4: 'directory',
	0o6: 'block-device',
};

/**
@param directory - Where `find` ran.
@param output - What `stat -c` printed of what it found, one character per byte.
@param targets - Where the symbolic links lead, by the names that `find` has for them.
@returns The entries in the order of a listing.
*/
export function readStatOutput(
	directory: BytePath,
	output: string,
	targets: ReadonlyMap<string, string>,
): readonly Entry[] {
	const entries = output
		.split('//\n')
		.slice(0, -1)
		.map(text => record.exec(text)!.groups!)
		.map(fields => ({
			fields,
			path: joinBytePath(directory, asBytePath(fields['path']!)),
		}))
		.toSorted((a, b) => comparePaths(a.path, b.path));
	const firstNames = new Map<string, BytePath>();
	return entries.map(({fields, path}) => {
		const first = firstNames.get(fields['file']!);
		if (fields['links'] !== '1' && first === undefined) {
			firstNames.set(fields['file']!, path);
		}

		return entryOf(path, fields, {
			first,
			target: targets.get(`./${fields['path']!}`),
		});
	});
}

function entryOf(
	path: BytePath,
	fields: Readonly<Record<string, string>>,
	{
		first,
		target,
	}: {
		readonly first: BytePath | undefined;
		readonly target: string | undefined;
	},
): Entry {
	const status = Number.parseInt(fields['mode']!, 16);
	const kind = kinds[Math.floor(status / 0o1_0000)] ?? 'file';
	const hardLinkTo = kind === 'directory' ? null : (first ?? null);
	return {
		path,
		kind,
		mode: status % 0o1_0000,
		uid: Number(fields['uid']),
		gid: Number(fields['gid']),
		size: kind === 'file' && hardLinkTo === null ? Number(fields['size']) : 0,
		modified: timeOf(fields),
		linkTarget: target === undefined ? null : asBytePath(target),
		hardLinkTo,
		device: kind.endsWith('device')
			? {
					major: Number.parseInt(fields['major']!, 16),
					minor: Number.parseInt(fields['minor']!, 16),
				}
			: null,
		xattrs: noXattrs,
	};
}

function timeOf({
	date,
	time,
	fraction = '',
}: Readonly<Record<string, string>>): bigint {
	const seconds = Date.parse(`${date}T${time}Z`) / 1000;
	return (
		BigInt(seconds) * 1_000_000_000n +
		BigInt(fraction.padEnd(9, '0').slice(0, 9))
	);
}
