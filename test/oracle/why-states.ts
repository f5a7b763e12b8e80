import {buffer} from 'node:stream/consumers';
import type {Build, Point} from '../../source/engine/port.js';
import {type BytePath, textOf} from '../../source/text/byte-path.js';
import {type WhyProject, contentLength, textOfContents} from './why-draft.js';

/** What made-up files there are at a point, by path. */
export type Contents = ReadonlyMap<string, string>;

/** What a build has at its points; each is read once. */
export class WhyStates {
	readonly #build: Pick<Build, 'snapshot'>;
	readonly #truths: WhyProject['truths'];
	readonly #known = new Map<string, Promise<Contents>>();

	/** All that there is, of whatever kind and contents, where these are. */
	readonly #names = new WeakMap<Contents, ReadonlySet<string>>();

	/** @param truths - Of the files that were made up, by their contents. */
	constructor(build: Pick<Build, 'snapshot'>, truths: WhyProject['truths']) {
		this.#build = build;
		this.#truths = truths;
	}

	async at(point: Point): Promise<Contents> {
		const key = JSON.stringify(point);
		const contents = this.#known.get(key) ?? this.#read(point);
		this.#known.set(key, contents);
		return contents;
	}

	/** @returns Whether anything has that name where the contents were read. */
	hasName(contents: Contents, name: string): boolean {
		return this.#names.get(contents)!.has(name);
	}

	async #read(point: Point): Promise<Contents> {
		const files = await this.#build.snapshot(point);
		const contents = new Map<string, string>();
		const names = new Set<string>();
		this.#names.set(contents, names);
		const paths: BytePath[] = [];
		for await (const {kind, size, hardLinkTo, path} of files.list()) {
			names.add(textOf(path));
			if (kind === 'file' && (size === contentLength || hardLinkTo !== null)) {
				paths.push(path);
			}
		}

		for await (const {path, chunks} of files.readFiles(paths)) {
			const content = textOfContents(await buffer(chunks));
			if (this.#truths.has(content)) {
				contents.set(textOf(path), content);
			}
		}

		return contents;
	}
}
