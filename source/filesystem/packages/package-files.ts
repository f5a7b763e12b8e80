import {type BytePath, asBytePath} from '../../text/byte-path.js';
import {nameOf, parentOf} from '../tree/paths.js';

/** Where dpkg keeps the names of each package's files (dpkg(1), "info"). */
const dpkgList = /^(?:usr\/)?var\/lib\/dpkg\/info\/[^\/]+\.list$/v;

/** Where images of single packages have the same with hashes (dpkg's md5sums, as rules_distroless puts them). */
const dpkgSums = /^var\/lib\/dpkg\/status\.d\/[^\/]+\.md5sums$/v;

/** Where apk keeps what is installed (apk-tools, "Installed database"). */
const apkInstalled = /^(?:usr\/)?lib\/apk\/db\/installed$/v;

/** The directories at the root that are links into `usr` in newer distributions (file-hierarchy(7)). */
const merged = /^(?:bin|sbin|lib|lib32|lib64|libx32)\//v;

/** @returns Whether a file of this path names what packages put into the filesystem. */
export function isPackageDatabase(path: BytePath): boolean {
	return dpkgList.test(path) || dpkgSums.test(path) || apkInstalled.test(path);
}

/** What the packages of a distribution put into a filesystem. */
export class PackageFiles {
	readonly #files = new Set<string>();

	/** @param contents - Of a file that `isPackageDatabase` names, its bytes as a byte path has them. */
	add(path: BytePath, contents: string): void {
		if (apkInstalled.test(path)) {
			this.#addInstalled(contents);
		} else {
			const isSums = dpkgSums.test(path);
			for (const line of contents.split('\n')) {
				this.#addFile(isSums ? line.replace(/^\S+ +/v, '') : line);
			}
		}
	}

	/** @returns Whether a package put the file there, or Python compiled it from one that a package put there. */
	has(path: BytePath): boolean {
		return (
			this.#files.has(inUsr(path)) || this.#files.has(inUsr(sourceOf(path)))
		);
	}

	#addFile(name: string): void {
		this.#files.add(inUsr(asBytePath(name.replace(/^\.?\/+/v, ''))));
	}

	/** Lines of `F:` are directories, those of `R:` files in the last of them. */
	#addInstalled(contents: string): void {
		let directory = '';
		for (const line of contents.split('\n')) {
			if (line.startsWith('F:')) {
				directory = line.slice(2);
			} else if (line.startsWith('R:')) {
				this.#addFile(`${directory}/${line.slice(2)}`);
			}
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
