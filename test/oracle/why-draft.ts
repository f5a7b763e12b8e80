import {Buffer} from 'node:buffer';
import type {Feature, MountSource, WhyImage} from './why-sources.js';

/** Where contents come from, as they themselves say. */
export type Truth =
	/** An instruction of the Dockerfile that begins on this line. */
	| {readonly kind: 'line'; readonly line: number}
	| {readonly kind: 'context' | 'named'; readonly path: string}
	| {readonly kind: 'archive'; readonly path: string; readonly member: string}
	| {readonly kind: 'address'; readonly name: string}
	/** An image made before has it there. */
	| {readonly kind: 'image'; readonly path: string}
	/** A trigger of that image. */
	| {readonly kind: 'trigger'};

/** A made-up project: every file that any part of it writes has contents of its own, all of the same length. */
export type WhyProject = {
	readonly dockerfile: string;
	readonly context: ReadonlyMap<string, string | Uint8Array>;
	readonly links: ReadonlyMap<string, string>;
	readonly named: ReadonlyMap<string, string>;

	/** What a server has by these names. */
	readonly served: ReadonlyMap<string, string>;

	/** Made before it is built; `null` when it doesn't need one. */
	readonly image: WhyImage | null;

	/** By the lines of RUNs that read something through a mount: what. */
	readonly mounts: ReadonlyMap<number, MountSource>;

	/** By contents. */
	readonly truths: ReadonlyMap<string, Truth>;
};

/** How long all contents are: sizes must not tell them apart. */
export const contentLength = 8;

/** What a project may have in it. */
export type WhyOptions = {
	/** Where the served files are; `null` leaves them out. */
	readonly server: string | null;
	readonly legacy: boolean;
	readonly triggers: boolean;

	/** What an image is called that the project may start from and copy from; `null` leaves it out. */
	readonly image: string | null;

	/** What the frontend knows; nothing of the legacy builder. */
	readonly known: readonly Feature[];

	/** Whether most steps do things to the same few names, of which nobody knows whether they are there. */
	readonly isWild?: boolean;
};

/** What a made-up stage has of ours, by full path: only as good as it takes to write instructions that mostly work. */
export type Files = Map<string, 'file' | 'directory' | 'link'>;

/** What projects are made with: chance, and contents that know where they come from. */
export class WhyDraft {
	readonly lines: string[] = [];
	readonly truths = new Map<string, Truth>();
	#state: number;
	#count = 0;

	constructor(seed: number) {
		this.#state = seed * 7919 + 1;
	}

	place(): {readonly path: string; readonly real: string} {
		const folder = this.folder();
		const name = `f${this.number(5)}`;
		return {path: `${folder.path}/${name}`, real: `${folder.real}/${name}`};
	}

	/** One that is in each stage, named directly or through a link. */
	folder(): {readonly path: string; readonly real: string} {
		return this.one([
			{path: '/d0', real: '/d0'},
			{path: '/d0/d1', real: '/d0/d1'},
			{path: '/l0', real: '/d0'},
			{path: '/bin2', real: '/usr2/bin'},
			{path: '/d2', real: '/d2'},
		]);
	}

	add(...lines: readonly string[]): void {
		this.lines.push(
			...lines
				.flatMap(line => line.split('\n'))
				.map(line => line.replaceAll(/  +/gv, ' ')),
		);
	}

	/** @param ahead - Of the lines that are added next, the one that writes it. */
	newOfLine(ahead = 1): string {
		return this.new({kind: 'line', line: this.lines.length + ahead});
	}

	new(truth: Truth): string {
		this.#count++;
		const content = `${truth.kind[0]!.toUpperCase()}${String(this.#count).padStart(contentLength - 1, '0')}`;
		this.truths.set(content, truth);
		return content;
	}

	pick(files: Files, kind: 'file'): string | null {
		const found = [...files].flatMap(([path, is]) =>
			is === kind ? [path] : [],
		);
		return found.length === 0 ? null : this.one(found);
	}

	one<T>(choices: readonly T[]): T {
		return choices[this.number(choices.length)]!;
	}

	chance(of: number): boolean {
		return this.#random() < of;
	}

	number(below: number): number {
		return Math.floor(this.#random() * below);
	}

	/** The minimal standard generator of Park and Miller. */
	#random(): number {
		this.#state = (this.#state * 16_807) % 2_147_483_647;
		return this.#state / 2_147_483_647;
	}
}

/** @returns Contents with room for the line break that a heredoc ends with. */
export function shorter(content: string): string {
	return `${content[0]!}${content.slice(2)}`;
}

/** @returns Contents as a file has them. */
export function textOfContents(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('latin1');
}
