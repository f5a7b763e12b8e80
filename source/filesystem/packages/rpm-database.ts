import {bytePathFromBytes} from '../../text/byte-path.js';
import {sqliteRows} from './sqlite-table.js';

/** Tags of a package's header (rpm's manual, "RPM v4 Header Format" and "Package tags"). */
const tags = {directoryIndexes: 1116, baseNames: 1117, directoryNames: 1118};

/** Of what the index names: where its values begin, and how many they are. */
type Place = {readonly at: number; readonly count: number};

/**
@param file - The whole of `rpmdb.sqlite`, where rpm 4.16 and newer keep the headers of what is installed.
@returns The paths of the files of all packages.
@throws {RangeError} The file is damaged.
*/
export function* filesInSqlite(
	file: Uint8Array,
): Generator<string, void, void> {
	for (const row of sqliteRows(file, 'Packages')) {
		const header = row.at(-1);
		if (header) {
			yield* filesOfHeader(header);
		}
	}
}

function* filesOfHeader(header: Uint8Array): Generator<string, void, void> {
	if (header.length < 8) {
		return;
	}

	const view = viewOf(header);
	const entries = view.getUint32(0);
	const values = 8 + 16 * entries;
	const places = new Map<number, Place>();
	for (
		let entry = 8;
		entry < values && entry + 16 <= header.length;
		entry += 16
	) {
		places.set(view.getUint32(entry), {
			at: values + view.getUint32(entry + 8),
			count: view.getUint32(entry + 12),
		});
	}

	const indexes = places.get(tags.directoryIndexes);
	const directories = strings(header, places.get(tags.directoryNames));
	for (const [index, name] of strings(
		header,
		places.get(tags.baseNames),
	).entries()) {
		const at = (indexes?.at ?? header.length) + 4 * index;
		if (at + 4 <= header.length) {
			yield `${directories[view.getUint32(at)] ?? ''}${name}`;
		}
	}
}

/** Each ends with a zero. */
function strings(
	header: Uint8Array,
	place: Place | undefined,
): readonly string[] {
	const found: string[] = [];
	let at = place?.at ?? 0;
	for (let left = place?.count ?? 0; left > 0; left--) {
		const end = header.indexOf(0, at);
		if (end === -1) {
			break;
		}

		found.push(bytePathFromBytes(header.subarray(at, end)));
		at = end + 1;
	}

	return found;
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
