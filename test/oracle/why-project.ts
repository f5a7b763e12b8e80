import {gzipSync} from 'node:zlib';
import {buffer} from 'node:stream/consumers';
import {pack} from 'tar-stream';
import {
	type Files,
	type WhyOptions,
	type WhyProject,
	WhyDraft,
	shorter,
} from './why-draft.js';
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
			this.#context.set(path, await this.#archive(path));
		}

		if (this.#options.isWild) {
			const path = 'links.tar';
			this.#context.set(path, await this.#archive(path, true));
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
		this.add(`FROM ${parent === null ? 'busybox' : `s${parent}`} AS s${stage}`);
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
			} else {
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

	#run(files: Files): void {
		const parts = Array.from({length: 1 + this.number(3)}, () =>
			this.#shell(files),
		).filter(part => part !== '');
		this.add(`RUN ${parts.length === 0 ? 'true' : parts.join(' && ')}`);
	}

	#shell(files: Files): string {
		const file = this.pick(files, 'file');
		const target = this.place();
		const name = target.real;
		switch (this.number(11)) {
			case 0:
			case 1:
			case 2: {
				return this.#written(files, target);
			}

			case 3: {
				// The time stays, and the size is that of all.
				return file === null
					? this.#written(files, target)
					: `touch -r ${file} /tmp/t && printf ${this.newOfLine()} > ${file}.n && touch -r /tmp/t ${file}.n && rm -f ${file} /tmp/t && cat ${file}.n > ${file} && touch -r ${file}.n ${file} && rm ${file}.n`;
			}

			case 4: {
				if (file === null || file === name || files.has(name)) {
					return '';
				}

				files.delete(file);
				files.set(name, 'file');
				return `mv ${file} ${target.path}`;
			}

			case 5: {
				if (file === null) {
					return '';
				}

				files.delete(file);
				return `rm ${file}`;
			}

			case 6: {
				if (file === null || files.has(name)) {
					return '';
				}

				files.set(name, 'file');
				return `ln ${file} ${target.path}`;
			}

			case 7: {
				const link = `/d2/l${this.number(4)}`;
				files.set(link, 'link');
				return file === null ? '' : `ln -sfn ${file} ${link}`;
			}

			case 8: {
				return file === null ? '' : `chmod 6${this.number(8)}4 ${file}`;
			}

			case 9: {
				return file === null
					? ''
					: this.chance(0.5)
						? `touch ${file}`
						: `chown 1000:1000 ${file}`;
			}

			default: {
				return this.#movedFolder(files);
			}
		}
	}

	#written(
		files: Files,
		{path, real}: {readonly path: string; readonly real: string},
	): string {
		files.set(real, 'file');
		return `rm -f ${path} && printf ${this.newOfLine()} > ${path}`;
	}

	#movedFolder(files: Files): string {
		const folder = `/m${this.number(3)}`;
		if (!files.has(folder)) {
			files.set(folder, 'directory').set(`${folder}/f`, 'file');
			return `mkdir ${folder} && printf ${this.newOfLine()} > ${folder}/f`;
		}

		const to = `${folder}${this.number(9)}`;
		if (files.has(to)) {
			return '';
		}

		files.set(to, 'directory');
		for (const [path, kind] of files) {
			if (path.startsWith(`${folder}/`)) {
				files.delete(path);
				files.set(`${to}${path.slice(folder.length)}`, kind);
			}
		}

		files.delete(folder);
		return `mv ${folder} ${to}`;
	}

	#copy(stage: number, files: Files): void {
		const flags = [
			...(this.chance(0.2) ? ['--chown=7:8'] : []),
			...(!this.#options.legacy && this.chance(0.15) ? ['--chmod=640'] : []),
		].join(' ');
		const link = !this.#options.legacy && this.chance(0.15) ? '--link ' : '';
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
				if (this.#options.legacy) {
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
				const {server, legacy} = this.#options;
				const name = this.chance(0.5) ? 'u1' : 'u2';
				if (server !== null && this.chance(0.6)) {
					put(name);
					this.add(`ADD ${server}/${name} ${folder.path}/`);
				} else if (!legacy) {
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
					files.set(`${folder.real}/${file.slice(4)}`, 'file');
					this.add(`${copy} /l0/f* ${folder.path}/`);
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

	/** @param hasLinks - Whether there are folders, and links to what is in it. */
	async #archive(path: string, hasLinks = false): Promise<Uint8Array> {
		const tar = pack();
		for (const member of ['m', 'in/m']) {
			tar.entry(
				{name: `./${member}`, mtime: new Date(5000)},
				this.new({kind: 'archive', path, member}),
			);
		}

		if (hasLinks) {
			tar.entry({name: 'of/', type: 'directory', mode: 0o700});
			tar.entry({name: 'of/hard', type: 'link', linkname: 'in/m'});
			tar.entry({name: 'of/soft', type: 'symlink', linkname: '../in/m'});
			tar.entry(
				{name: 'of/n', mtime: new Date(5000)},
				this.new({kind: 'archive', path, member: 'of/n'}),
			);
		}

		tar.finalize();
		const bytes = await buffer(tar);
		return path.endsWith('.gz') ? gzipSync(bytes) : bytes;
	}
}
