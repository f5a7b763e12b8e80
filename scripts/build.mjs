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

/**
What is never run: the SSH client that `docker-modem` brings for `ssh://` addresses, which mstage doesn't hand to it;
`dockerode`'s own talk with BuildKit, for which it brings a second gRPC; and Ink's connection to React's developer tools.
*/
const withoutUnused = {
	name: 'without-unused',
	setup(builder) {
		// The filters are Go's regular expressions, which know no flags.
		/* eslint-disable require-unicode-regexp */
		builder.onResolve({filter: /^(ssh2|\.\/devtools\.js)$/}, () => ({
			path: 'nothing',
			namespace: 'left-out',
		}));
		builder.onResolve({filter: /^\.\/(session|buildkit)$/}, ({importer}) =>
			/\/dockerode\/lib\/docker\.js$/.test(importer)
				? {path: 'nothing', namespace: 'left-out'}
				: undefined,
		);
		builder.onLoad({filter: /./, namespace: 'left-out'}, () => ({
			contents: 'module.exports = {};',
		}));
		/* eslint-enable require-unicode-regexp */
	},
};

rmSync('dist', {recursive: true, force: true});
const {metafile} = await build({
	entryPoints: ['cli.tsx'],
	outdir: 'dist',
	bundle: true,
	splitting: true,
	format: 'esm',
	platform: 'node',
	target: 'node20.19',
	// Esbuild doesn't know that Node does, and would write calls of RegExp, which cost 30 ms at the start.
	supported: {
		'regexp-set-notation': true,
		'regexp-unicode-property-escapes': true,
	},
	jsx: 'automatic',
	define: {
		'process.env.NODE_ENV': '"production"',
	},
	// The libraries that are CommonJS call require for Node's own modules.
	banner: {
		js: "import {createRequire as makeRequire} from 'node:module';\nconst require = makeRequire(import.meta.url);",
	},
	plugins: [withoutUnused],
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
