/*
Makes dist/: the program and what it needs of its libraries, in a few files, because most of a short command's time would go into
finding and reading hundreds of small ones. Parts that a command doesn't use stay in files of their own.
*/
import {
	chmodSync,
	readFileSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {build} from 'esbuild';
import {bundled} from './bundled.mjs';

rmSync('dist', {recursive: true, force: true});
const {metafile} = await build({
	entryPoints: ['cli.tsx'],
	outdir: 'dist',
	...bundled,
	splitting: true,
	metafile: true,
	legalComments: 'none',
	logLevel: 'warning',
});
chmodSync('dist/cli.js', 0o755);
writeFileSync('dist/licenses.txt', licensesOf(packagesIn(metafile)));

/** The folders of the packages that went into the program. */
function packagesIn({inputs}) {
	const folders = Object.keys(inputs)
		.map(
			file => /^(?:.*\/)?node_modules\/(?:@[^\/]+\/)?[^\/]+/v.exec(file)?.[0],
		)
		.filter(folder => folder !== undefined);
	return [...new Set(folders)].toSorted();
}

function licensesOf(folders) {
	return folders
		.map(folder => {
			const {name, version, license} = JSON.parse(
				readFileSync(path.join(folder, 'package.json'), 'utf8'),
			);
			const file = readdirSync(folder).find(entry =>
				/^licen[cs]e/iv.test(entry),
			);
			const text =
				file === undefined
					? `License: ${license}`
					: readFileSync(path.join(folder, file), 'utf8').trim();
			return `${name} ${version}\n\n${text}\n`;
		})
		.join(`\n${'-'.repeat(80)}\n\n`);
}
