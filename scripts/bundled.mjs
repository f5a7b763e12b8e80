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

/** How esbuild puts the program and what it needs of its libraries together: for `dist/`, and for tests that start it often. */
export const bundled = {
	bundle: true,
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
};
