import {buffer} from 'node:stream/consumers';
import {gzipSync} from 'node:zlib';
import {pack} from 'tar-stream';
import type {WhyDraft} from './why-draft.js';

/** @param hasLinks - Whether there are folders, and links to what is in it. */
export async function archiveOf(
	draft: WhyDraft,
	path: string,
	hasLinks = false,
): Promise<Uint8Array> {
	const tar = pack();
	for (const member of ['m', 'in/m']) {
		tar.entry(
			{name: `./${member}`, mtime: new Date(5000)},
			draft.new({kind: 'archive', path, member}),
		);
	}

	if (hasLinks) {
		tar.entry({name: 'of/', type: 'directory', mode: 0o700});
		tar.entry({name: 'of/hard', type: 'link', linkname: 'in/m'});
		tar.entry({name: 'of/soft', type: 'symlink', linkname: '../in/m'});
		tar.entry(
			{name: 'of/n', mtime: new Date(5000)},
			draft.new({kind: 'archive', path, member: 'of/n'}),
		);
	}

	tar.finalize();
	const bytes = await buffer(tar);
	return path.endsWith('.gz') ? gzipSync(bytes) : bytes;
}
