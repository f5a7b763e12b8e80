import type {Files, WhyDraft} from './why-draft.js';

/** An image that is made before the project is built: what it has, and what it makes its children run. */
export type WhyImage = {
	readonly reference: string;
	readonly dockerfile: string;

	/** What is in it, by full path: contents, or `null` of a folder. */
	readonly files: ReadonlyMap<string, string | null>;

	/** What its triggers put into what starts from it, by full path. */
	readonly triggered: readonly string[];
};

/** What a RUN can read besides its own stage: a stage by its index. */
export type MountSource = number | 'context' | 'image' | 'lib';

/** @returns An image with files, links to them and one of two names, and with triggers in half of all cases. */
export function makeImage(draft: WhyDraft, reference: string): WhyImage {
	const files = new Map<string, string | null>(
		['/i/a', '/i/b', '/i/sub/c', '/i/sub/d'].map(path => [
			path,
			draft.new({kind: 'image', path}),
		]),
	);
	const writes = [...files].map(
		([path, content]) => `printf ${content} > ${path}`,
	);
	const lines = [
		'FROM busybox',
		`RUN mkdir -p /i/sub && ${writes.join(' && ')} && ln -s sub/c /i/l && ln -s /i/sub /il && ln /i/a /i/hard`,
	];
	files.set('/i/hard', files.get('/i/a')!).set('/i', null).set('/i/sub', null);
	const triggered: string[] = [];
	if (draft.chance(0.5)) {
		const content = draft.new({kind: 'trigger'});
		lines.push(
			`ONBUILD RUN mkdir -p /ob && printf ${content} > /ob/t && mv /i/b /ob/b && chmod 640 /i/a`,
			'ONBUILD COPY a ca /ob/c/',
			'ONBUILD ADD one.tar /ob/m/',
		);
		triggered.push('/ob/t', '/ob/b', '/ob/c/a', '/ob/c/ca', '/ob/m/m');
	}

	return {reference, dockerfile: `${lines.join('\n')}\n`, files, triggered};
}

/** Takes up what a stage has that starts from the image. */
export function startFromImage(
	files: Files,
	{files: inImage, triggered}: WhyImage,
): void {
	for (const [path, content] of inImage) {
		files.set(path, content === null ? 'directory' : 'file');
	}

	for (const path of triggered) {
		files.set(path, 'file');
	}

	if (triggered.length > 0) {
		files.delete('/i/b');
	}
}

/** Copies from an image that isn't built by the project. */
export function copyOfImage(
	draft: WhyDraft,
	files: Files,
	{flags, reference}: {readonly flags: string; readonly reference: string},
): void {
	const folder = draft.folder();
	const {path, real} = draft.place();
	const copy = `COPY ${flags} --from=${reference}`;
	const put = (...names: readonly string[]): void => {
		for (const name of names) {
			files.set(`${folder.real}/${name}`, 'file');
		}
	};

	switch (draft.number(5)) {
		case 0: {
			put('a', 'd');
			draft.add(`${copy} /i/a /il/d ${folder.path}/`);
			break;
		}

		case 1: {
			put('a', 'b', 'l');
			draft.add(`${copy} /i/[abl] ${folder.path}/`);
			break;
		}

		case 2: {
			files.set(real, 'file');
			draft.add(`${copy} /i/l ${path}`);
			break;
		}

		case 3: {
			// A folder from a pattern is copied as what is in it.
			put('c', 'd');
			draft.add(`${copy} /i/s* ${folder.path}/`);
			break;
		}

		default: {
			const into = `/ci${draft.number(2)}`;
			files.set(into, 'directory').set(`${into}/sub`, 'directory');
			for (const name of ['a', 'b', 'hard', 'sub/c', 'sub/d']) {
				files.set(`${into}/${name}`, 'file');
			}

			draft.add(`${copy} ${draft.chance(0.5) ? '/i' : '/i/'} ${into}`);
		}
	}
}

/** Something that a RUN has mounted. */
export type Mount = {
	readonly source: MountSource;

	/** As `from=` names it; empty for the build context. */
	readonly reference: string;

	/** Files that are known to be there, by full path. */
	readonly files: readonly string[];
};

/** What can be mounted besides stages. */
export function mountsOf(
	image: WhyImage | null,
	known: readonly Feature[],
): readonly Mount[] {
	return [
		{source: 'context', reference: '', files: ['/a', '/sub/c', '/ca']},
		...(known.includes('contexts')
			? [{source: 'lib', reference: 'lib', files: ['/n', '/in/n']} as const]
			: []),
		...(image === null
			? []
			: [
					{
						source: 'image',
						reference: image.reference,
						files: ['/i/a', '/i/sub/c', '/i/l'],
					} as const,
				]),
	];
}

/** Runs something that takes files out of a mount. */
export function mountedRun(draft: WhyDraft, files: Files, mount: Mount): void {
	const from = mount.reference === '' ? '' : `,from=${mount.reference}`;
	const isWritable = draft.chance(0.3);
	const parts = Array.from({length: 1 + draft.number(2)}, () => {
		const {path, real} = draft.place();
		const file = draft.one(mount.files);
		files.set(real, 'file');
		return draft.one([
			`cp /mnt${file} ${path}`,
			`cp -p /mnt${file} ${path}`,
			`cat /mnt${file} > ${path}`,
			...(isWritable ? [`cp /mnt${file} /mnt/tt && mv /mnt/tt ${path}`] : []),
		]);
	});
	draft.add(
		`RUN --mount=type=bind${from},target=/mnt${isWritable ? ',rw' : ''} ${parts.join(' && ')}`,
	);
}

/** Flags that take a part of what is named, which not every frontend knows. */
export type FilterFlag = 'exclude' | 'parents';

/** What not every frontend knows. */
export type Feature = FilterFlag | 'contexts' | 'heredocs' | 'link';

/** @param from - A stage's name and the files that it is known to have; `null` copies from the context. */
export function filteredCopy(
	draft: WhyDraft,
	files: Files,
	{
		flags,
		known,
		from,
	}: {
		readonly flags: string;
		readonly known: readonly FilterFlag[];
		readonly from: {
			readonly name: string;
			readonly files: readonly string[];
		} | null;
	},
): void {
	const into = `/x${draft.number(3)}`;
	files.set(into, 'directory');
	const filter = draft.one(known);
	if (filter === 'exclude') {
		if (from === null) {
			draft.add(
				draft.one([
					`COPY ${flags} --exclude=x* g ${into}`,
					`COPY ${flags} --exclude=*1 --exclude=c g sub ${into}/`,
					`COPY ${flags} --exclude=**/a . ${into}`,
					`COPY ${flags} --exclude=*2 cd/* ${into}/`,
				]),
			);
		} else {
			draft.add(
				`COPY ${flags} --from=${from.name} ${draft.one([
					`--exclude=f[0-2] /d0 ${into}`,
					`--exclude=d1 --exclude=**/f3 /l0 ${into}/in`,
					`--exclude=**/f* --exclude=!d1/f1 /d0 ${into}`,
					`--exclude=d0/f1 --exclude=usr* --exclude=bin --exclude=dev --exclude=proc --exclude=sys / ${into}`,
				])}`,
			);
		}
	} else if (from === null) {
		draft.add(
			draft.one([
				`COPY ${flags} --parents sub/a g/x1 ${into}/`,
				`COPY ${flags} --parents ./sub/./* ${into}/`,
				`COPY ${flags} --parents **/x1 s*/./c ${into}/`,
			]),
		);
	} else {
		const file =
			from.files.length === 0 ? '/etc/passwd' : draft.one(from.files);
		draft.add(
			`COPY ${flags} --parents --from=${from.name} ${draft.one([
				`${file} ${into}/`,
				`/d0/./d1 ${file} ${into}/`,
				`/./d0/ ${into}/`,
			])}`,
		);
	}
}
