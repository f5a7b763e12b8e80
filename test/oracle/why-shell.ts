import type {Files, WhyDraft} from './why-draft.js';

/** @returns A command that changes files of a stage as far as they are known; empty where there is nothing to change. */
export function shellPart(draft: WhyDraft, files: Files): string {
	const file = draft.pick(files, 'file');
	const target = draft.place();
	const name = target.real;
	switch (draft.number(12)) {
		case 0:
		case 1:
		case 2: {
			return written(draft, files, target);
		}

		case 3: {
			// The time stays, and the size is that of all.
			return file === null
				? written(draft, files, target)
				: `touch -r ${file} /tmp/t && printf ${draft.newOfLine()} > ${file}.n && touch -r /tmp/t ${file}.n && rm -f ${file} /tmp/t && cat ${file}.n > ${file} && touch -r ${file}.n ${file} && rm ${file}.n`;
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
			const link = `/d2/l${draft.number(4)}`;
			files.set(link, 'link');
			return file === null ? '' : `ln -sfn ${file} ${link}`;
		}

		case 8: {
			return file === null ? '' : `chmod 6${draft.number(8)}4 ${file}`;
		}

		case 9: {
			return file === null
				? ''
				: draft.chance(0.5)
					? `touch ${file}`
					: `chown 1000:1000 ${file}`;
		}

		case 10: {
			if (file === null || file === name) {
				return '';
			}

			files.set(name, 'file');
			return `rm -f ${target.path} && cp ${draft.one(['', '-p '])}${file} ${target.path}${draft.one(['', ` && touch ${file}`, ` && chmod 604 ${file}`])}`;
		}

		default: {
			return movedFolder(draft, files);
		}
	}
}

function written(
	draft: WhyDraft,
	files: Files,
	{path, real}: {readonly path: string; readonly real: string},
): string {
	files.set(real, 'file');
	return `rm -f ${path} && printf ${draft.newOfLine()} > ${path}`;
}

function movedFolder(draft: WhyDraft, files: Files): string {
	const folder = `/m${draft.number(3)}`;
	if (!files.has(folder)) {
		files.set(folder, 'directory').set(`${folder}/f`, 'file');
		return `mkdir ${folder} && printf ${draft.newOfLine()} > ${folder}/f`;
	}

	const to = `${folder}${draft.number(9)}`;
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
