import type {Entry} from '../../../filesystem/tree/entry.js';
import type {BytePath} from '../../../text/byte-path.js';
import type {FileContents, FileRange, Files} from '../../port.js';
import type {ContainerHost} from '../shell/container.js';
import {ContainerFiles} from './container-files.js';
import {emptyFiles} from './empty-files.js';
import {ReferenceFiles} from './reference-files.js';
import {scriptRunner} from './script-runner.js';

/** The files of whatever a gateway build has an id of, read in the way that the engine has for it. */
export class PointFiles implements Files {
	readonly statAll?: (paths: readonly BytePath[]) => Promise<readonly Entry[]>;
	readonly namesOf?: (path: BytePath) => Promise<readonly BytePath[]>;
	readonly #files: Files & Partial<Pick<ReferenceFiles, 'statNonLink'>>;

	/**
	@param reference - The id of a reference; `null` is the empty filesystem.
	@param programs - The id of a reference that has the programs of its containers; `null` when that is unknown.
	*/
	constructor(
		host: ContainerHost,
		reference: string | null,
		programs: string | null,
	) {
		this.#files =
			reference === null ? emptyFiles : filesOf(host, reference, programs);
		if (this.#files.statAll) {
			this.statAll = async paths => this.#files.statAll!(paths);
		}

		if (this.#files.namesOf) {
			this.namesOf = async path => this.#files.namesOf!(path);
		}
	}

	async readDirectory(path: BytePath): Promise<readonly Entry[]> {
		return this.#files.readDirectory(path);
	}

	async stat(path: BytePath): Promise<Entry> {
		return this.#files.stat(path);
	}

	/** As `stat`, in less time where the engine has a way, of what is known to be no symbolic link. */
	async statNonLink(path: BytePath): Promise<Entry> {
		return this.#files.statNonLink?.(path) ?? this.#files.stat(path);
	}

	readFile(path: BytePath, range?: FileRange): AsyncIterable<Uint8Array> {
		return this.#files.readFile(path, range);
	}

	list(signal?: AbortSignal): AsyncIterable<Entry> {
		return this.#files.list(signal);
	}

	readFiles(
		paths: readonly BytePath[],
		signal?: AbortSignal,
	): AsyncIterable<FileContents> {
		return this.#files.readFiles(paths, signal);
	}
}

function filesOf(
	host: ContainerHost,
	reference: string,
	programs: string | null,
): Files {
	const inContainer = new ContainerFiles(
		scriptRunner(host, reference, programs),
	);
	return host.gateway.definitionOf(reference) === undefined
		? inContainer
		: new ReferenceFiles(host.gateway, reference, inContainer);
}
