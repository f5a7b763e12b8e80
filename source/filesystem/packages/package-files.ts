import {
	type BytePath,
	asBytePath,
	bytePathFromBytes,
} from '../../text/byte-path.js';
import {nameOf, parentOf} from '../tree/paths.js';
import {filesInSqlite} from './rpm-database.js';

/** Where dpkg keeps the names of each package's files (dpkg(1), "info"). */
const dpkgList = /^(?:usr\/)?var\/lib\/dpkg\/info\/[^\/]+\.list$/v;

/** Where images of single packages have the same with hashes (dpkg's md5sums, as rules_distroless puts them). */
const dpkgSums = /^var\/lib\/dpkg\/status\.d\/[^\/]+\.md5sums$/v;

/** Where apk keeps what is installed (apk-tools, "Installed database"). */
const apkInstalled = /^(?:usr\/)?lib\/apk\/db\/installed$/v;

/** Where rpm keeps the headers of what is installed, from 4.16 on (rpm's macro `_dbpath`). */
const rpmSqlite = /^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm)\/rpmdb\.sqlite$/v;

/**
Where rpm keeps them otherwise: before 4.16 in a Berkeley DB, and in distributions that chose so in its own format, ndb (rpm's
macro `_db_backend`).
*/
const rpmOther =
	/^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm)\/Packages(?:\.db)?$/v;

/** The directories at the root that are links into `usr` in newer distributions (file-hierarchy(7)). */
const merged = /^(?:bin|sbin|lib|lib32|lib64|libx32)\//v;

/** @returns Whether a file of this path names what packages put into the filesystem. */
export function isPackageDatabase(path: BytePath): boolean {
	return [dpkgList, dpkgSums, apkInstalled, rpmSqlite].some(place =>
		place.test(path),
	);
}

/** @returns Whether a file of this path names what packages put there too, in a format that isn't read. */
export function isUnreadDatabase(path: BytePath): boolean {
	return rpmOther.test(path);
}

/** What the packages of a distribution put into a filesystem. */
export class PackageFiles {
	readonly #files = new Set<string>();

	/** @param contents - Of a file that `isPackageDatabase` names: of a damaged one only what can be read counts. */
	add(path: BytePath, contents: Uint8Array): void {
		try {
			for (const name of namesIn(path, contents)) {
				this.#files.add(inUsr(asBytePath(name.replace(/^\.?\/+/v, ''))));
			}
		} catch (error) {
			if (!(error instanceof RangeError)) {
				throw error;
			}
		}
	}

	/** @returns Whether a package put the file there, or Python compiled it from one that a package put there. */
	has(path: BytePath): boolean {
		return (
			this.#files.has(inUsr(path)) || this.#files.has(inUsr(sourceOf(path)))
		);
	}
}

function namesIn(path: BytePath, contents: Uint8Array): Iterable<string> {
	if (rpmSqlite.test(path)) {
		return filesInSqlite(contents);
	}

	const lines = bytePathFromBytes(contents).split('\n');
	return apkInstalled.test(path)
		? filesOfApk(lines)
		: dpkgSums.test(path)
			? lines.map(line => line.replace(/^\S+ +/v, ''))
			: lines;
}

/** Lines of `F:` are directories, those of `R:` files in the last of them. */
function* filesOfApk(lines: readonly string[]): Generator<string, void, void> {
	let directory = '';
	for (const line of lines) {
		if (line.startsWith('F:')) {
			directory = line.slice(2);
		} else if (line.startsWith('R:')) {
			yield `${directory}/${line.slice(2)}`;
		}
	}
}

function inUsr(path: BytePath): string {
	return merged.test(path) ? `usr/${path}` : path;
}

/** `dir/__pycache__/name.cpython-311.pyc` is made of `dir/name.py` (PEP 3147). */
function sourceOf(path: BytePath): BytePath {
	const directory = parentOf(path);
	return nameOf(directory) === '__pycache__'
		? asBytePath(
				`${parentOf(directory)}/${nameOf(path).replace(/\..*$/v, '')}.py`,
			)
		: path;
}
