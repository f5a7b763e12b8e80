import {archiveOf} from './why-archive.js';
import {
	type Files,
	type WhyOptions,
	type WhyProject,
	WhyDraft,
	shorter,
} from './why-draft.js';
import {shellPart} from './why-shell.js';
import {
	type Feature,
	type Mount,
	type MountSource,
	type WhyImage,
	copyOfImage,
	filteredCopy,
	makeImage,
	mountedRun,
	mountsOf,
	startFromImage,
} from './why-sources.js';
import {wildCopy, wildRun, wildStart} from './why-wild.js';

/**
@param seed - The same seed gives the same project.
@returns Stages that write, copy, rename, link, move, delete and overwrite.
*/
export async function makeWhyProject(
	seed: number,
	options: WhyOptions,
): Promise<WhyProject> {
	const maker = new Maker(seed, options);
	await maker.make();
	return maker.project;
}

class Maker extends WhyDraft {
	readonly #options: WhyOptions;
	readonly #context = new Map<string, string | Uint8Array>();
	readonly #contextLinks = new Map<string, string>();
	readonly #named = new Map<string, string>();
	readonly #served = new Map<string, string>();
	readonly #stages: Files[] = [];
	readonly #triggered = new Set<number>();
	readonly #mounts = new Map<number, MountSource>();
	#image: WhyImage | null = null;

	constructor(seed: number, options: WhyOptions) {
		super(seed);
		this.#options = options;
	}

	get project(): WhyProject {
		return {
			dockerfile: `${this.lines.join('\n')}\n`,
			context: this.#context,
			links: this.#contextLinks,
			named: this.#named,
			served: this.#served,
			image: this.#image,
			mounts: this.#mounts,
			truths: this.truths,
		};
	}

	async make(): Promise<void> {
		for (const path of ['a', 'b', 'sub/a', 'sub/c', 'g/x1', 'g/x2', 'g/y']) {
			this.#context.set(path, this.new({kind: 'context', path}));
		}

		this.#contextLinks.set('ca', 'sub/a');
		this.#contextLinks.set('cd', 'g');
		for (const path of ['n', 'in/n']) {
			this.#named.set(path, this.new({kind: 'named', path}));
		}

		for (const name of ['u1', 'u2']) {
			this.#served.set(name, this.new({kind: 'address', name}));
		}

		for (const path of ['one.tar', 'two.tar.gz']) {
			// eslint-disable-next-line no-await-in-loop -- two
			this.#context.set(path, await archiveOf(this, path));
		}

		if (this.#options.isWild) {
			const path = 'links.tar';
			this.#context.set(path, await archiveOf(this, path, true));
		}

		const {image} = this.#options;
		if (image !== null && this.chance(0.6)) {
			this.#image = makeImage(this, image);
		}

		const count = 2 + this.number(3);
		for (let stage = 0; stage < count; stage++) {
			this.#stage(stage, stage === count - 1);
		}
	}

	#stage(stage: number, isLast: boolean): void {
		const parent = stage > 0 && this.chance(0.35) ? this.number(stage) : null;
		const files: Files = new Map(parent === null ? [] : this.#stages[parent]!);
		this.#stages.push(files);
		const image = this.chance(0.5) ? this.#image : null;
		const base =
			parent === null ? (image?.reference ?? 'busybox') : `s${parent}`;
		this.add(`FROM ${base} AS s${stage}`);
		if (parent === null && image !== null) {
			startFromImage(files, image);
		}

		if (parent !== null && this.#triggered.has(parent)) {
			files.set('/d0/trigger', 'file').set('/d0/ca', 'file');
		}

		if (parent === null) {
			this.add(
				'RUN mkdir -p /d0/d1 /d2 /usr2/bin && ln -s usr2/bin /bin2 && ln -s /d0 /l0 && chmod 1777 /d2',
			);
			for (const path of ['/d0', '/d0/d1', '/d2', '/usr2', '/usr2/bin']) {
				files.set(path, 'directory');
			}

			files.set('/bin2', 'link').set('/l0', 'link');
			if (this.#options.isWild) {
				wildStart(this);
			}
		}

		const steps = 3 + this.number(isLast ? 6 : 4);
		for (let step = 0; step < steps; step++) {
			if (this.#options.isWild && this.chance(0.7)) {
				this.#wild(stage);
			} else if (this.chance(0.45)) {
				this.#run(files);
			} else if (!this.chance(0.3) || !this.#borrow(stage, files)) {
				this.#copy(stage, files);
			}
		}

		if (!isLast && this.#options.triggers && this.chance(0.3)) {
			this.#triggered.add(stage);
			this.add(
				`ONBUILD RUN printf ${this.newOfLine()} > /d0/trigger`,
				'ONBUILD COPY ca /d0/ca',
			);
		}
	}

	#wild(stage: number): void {
		if (this.chance(0.6)) {
			wildRun(this);
		} else {
			const from = this.number(stage + 1);
			wildCopy(this, from === stage ? null : `s${from}`);
		}
	}

	/** @returns Whether it did: takes something from elsewhere in one of the less common ways. */
	#borrow(stage: number, files: Files): boolean {
		const {legacy} = this.#options;
		const filters = (['exclude', 'parents'] as const).filter(flag =>
			this.#knows(flag),
		);
		const from = this.number(stage + 1);
		const source = from < stage ? this.#stages[from]! : null;
		const flags = this.chance(0.2) ? '--chown=7:8' : '';
		const filesIn = (of: Files): readonly string[] =>
			[...of].flatMap(([path, kind]) => (kind === 'file' ? [path] : []));
		switch (this.number(3)) {
			case 0: {
				if (this.#image === null) {
					return false;
				}

				const {reference} = this.#image;
				copyOfImage(this, files, {flags, reference});
				return true;
			}

			case 1: {
				if (legacy) {
					return false;
				}

				const inSource = source === null ? [] : filesIn(source);
				const mount: Mount =
					inSource.length > 0
						? {source: from, reference: `s${from}`, files: inSource}
						: this.one(mountsOf(this.#image, this.#options.known));
				this.#mounts.set(this.lines.length + 1, mount.source);
				mountedRun(this, files, mount);
				return true;
			}

			default: {
				if (filters.length === 0) {
					return false;
				}

				filteredCopy(this, files, {
					flags,
					known: filters,
					from: source && {name: `s${from}`, files: filesIn(source)},
				});
				return true;
			}
		}
	}

	#knows(feature: Feature): boolean {
		return this.#options.known.includes(feature);
	}

	#run(files: Files): void {
		const parts = Array.from({length: 1 + this.number(3)}, () =>
			shellPart(this, files),
		).filter(part => part !== '');
		this.add(`RUN ${parts.length === 0 ? 'true' : parts.join(' && ')}`);
	}

	#copy(stage: number, files: Files): void {
		const flags = [
			...(this.chance(0.2) ? ['--chown=7:8'] : []),
			...(!this.#options.legacy && this.chance(0.15) ? ['--chmod=640'] : []),
		].join(' ');
		const link = this.#knows('link') && this.chance(0.15) ? '--link ' : '';
		const {path, real} = this.place();
		const folder = this.folder();
		const put = (name: string): string => {
			files.set(`${folder.real}/${name}`, 'file');
			return name;
		};

		const from = this.number(stage + 1);
		switch (this.number(stage > 0 ? 18 : 7)) {
			case 0: {
				files.set(real, 'file');
				this.add(`COPY ${flags} ${link}a ${path}`);
				break;
			}

			case 1: {
				put('a');
				put('ca');
				this.add(`COPY ${flags} a ca sub/a ${folder.path}/`);
				break;
			}

			case 2: {
				put('x1');
				put('x2');
				// The legacy builder looks for patterns in no linked folder.
				const isLinked = this.chance(0.5) && !this.#options.legacy;
				this.add(
					`COPY ${flags} ${isLinked ? 'cd/x[12]' : 'g/x*'} ${folder.path}/`,
				);
				break;
			}

			case 3: {
				put('a');
				put('c');
				this.add(
					`COPY ${flags} ${this.chance(0.5) ? 'sub' : 's*'} ${folder.path}/`,
				);
				break;
			}

			case 4: {
				if (!this.#knows('heredocs')) {
					break;
				}

				put('H1');
				put('H2');
				this.#heredocs(`COPY ${flags} <<H1 <<H2 ${folder.path}/`);
				break;
			}

			case 5: {
				put('m');
				this.add(
					`ADD ${this.chance(0.5) ? 'one.tar' : 'two.tar.gz b'} ${folder.path}/`,
				);
				break;
			}

			case 6: {
				const {server} = this.#options;
				const name = this.chance(0.5) ? 'u1' : 'u2';
				if (server !== null && this.chance(0.6)) {
					put(name);
					this.add(`ADD ${server}/${name} ${folder.path}/`);
				} else if (this.#knows('contexts')) {
					put('n');
					this.add(
						`COPY --from=lib ${this.chance(0.5) ? 'n' : 'in/n'} ${folder.path}/`,
					);
				}

				break;
			}

			default: {
				if (from < stage) {
					this.#copyFrom(from, files, {flags, link});
				}
			}
		}
	}

	#copyFrom(
		stage: number,
		files: Files,
		{flags, link}: {readonly flags: string; readonly link: string},
	): void {
		const source = this.#stages[stage]!;
		const file = this.pick(source, 'file');
		const {path, real} = this.place();
		const folder = this.folder();
		const copy = `COPY ${flags} --from=s${stage}`;
		switch (this.number(4)) {
			case 0: {
				files.set(real, 'file');
				this.add(`${copy} ${link}${file ?? '/etc/passwd'} ${path}`);
				break;
			}

			case 1: {
				// What is below is known to be files, or folders and links with the same names everywhere.
				const from = this.chance(0.5) ? '/d0' : '/l0';
				const into = `/c${this.number(3)}`;
				for (const [name, kind] of source) {
					if (name.startsWith('/d0/')) {
						files.set(`${into}${name.slice(3)}`, kind);
					}
				}

				this.add(`${copy} ${from} ${into}`);
				break;
			}

			case 2: {
				if (file?.startsWith('/d0/f')) {
					for (const [path, kind] of source) {
						const name = /^\/d0\/(?<name>f[^\/]*)$/v.exec(path)?.groups![
							'name'
						];
						if (kind === 'file' && name !== undefined) {
							files.set(`${folder.real}/${name}`, kind);
						}
					}

					// See above.
					const pattern = this.#options.legacy ? '/d0/f*' : '/l0/f*';
					this.add(`${copy} ${pattern} ${folder.path}/`);
				}

				break;
			}

			default: {
				if (file !== null) {
					const name = file.slice(file.lastIndexOf('/') + 1);
					files.set(`${folder.real}/${name}`, 'file');
					this.add(`${copy} ${file} /etc/passwd ${folder.path}/`);
				}
			}
		}
	}

	#heredocs(instruction: string): void {
		const contents = [this.newOfLine(), this.newOfLine()];
		this.add(
			instruction,
			...['H1', 'H2'].flatMap((name, index) => [
				shorter(contents[index]!),
				name,
			]),
		);
		for (const content of contents) {
			const truth = this.truths.get(content)!;
			this.truths.delete(content);
			this.truths.set(`${shorter(content)}\n`, truth);
		}
	}
}
