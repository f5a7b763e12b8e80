import {expect, test} from 'vitest';
import {
	destinationsOf,
	originOf,
} from '../../../source/filesystem/provenance/copies.js';
import {bytePathFromText as path} from '../../../source/text/byte-path.js';

const from = {kind: 'stage', stage: 0} as const;

test.each([
	['out/app', 'bin/app', 'out/app', ['bin/app', 'bin/app/app']],
	['out/app', 'bin/', 'out/app', ['bin/app', 'bin']],
	['out/app', '', 'out/app', ['app', '']],
	['out', 'srv', 'out/a/b', ['srv/a/b']],
	['out', 'srv/', 'out/a', ['srv/a']],
	['', '', 'etc/passwd', ['etc/passwd']],
	['', 'rootfs', 'etc/passwd', ['rootfs/etc/passwd']],
	['lib/*.so', 'lib/', 'lib/a.so', ['lib/a.so', 'lib']],
	['lib/*', 'lib/', 'lib/d/x', ['lib/x']],
	['lib/*.so', 'lib/', 'lib/d/x.so', []],
	['lib/.h*', 'lib/', 'lib/.hidden', ['lib/.hidden', 'lib']],
	['lib/[ab].so', 'lib/', 'lib/c.so', []],
	['out/app', 'bin/app', 'out/apple', []],
])('COPY %j %j takes %j to %j', (source, destination, file, expected) => {
	expect(destinationsOf({from, source, destination}, path(file))).toEqual(
		expected.map(text => path(text)),
	);
});

test.each([
	['bin/app', 'bin/app', 'out/app', false, 'out/app'],
	['bin/', 'bin/app', 'out/app', false, 'out/app'],
	['bin/', 'bin/other', 'out/app', false, null],
	['bin/', 'sbin/app', 'out/app', false, null],
	['srv', 'srv/a/b', 'out', true, 'out/a/b'],
	['srv', 'srv', 'out', true, 'out'],
	['', 'etc/passwd', 'rootfs', true, 'rootfs/etc/passwd'],
	['', 'etc/passwd', '', true, 'etc/passwd'],
])(
	'what COPY put into %j as %j came, of %j, from there',
	(destination, to, match, isDirectory, expected) => {
		expect(
			originOf({from, source: '', destination}, path(to), {
				path: path(match),
				isDirectory,
			}),
		).toBe(expected);
	},
);

test('what is included and excluded counts from the directory that is copied', () => {
	const operation = {
		from,
		source: 'src',
		destination: 'app',
		included: ['**/*.js', 'data'],
		excluded: ['test', '*.test.js'],
	};
	const copied = [
		'src/a.js',
		'src/deep/a.js',
		'src/data/x',
		'src/a.ts',
		'src/a.test.js',
		'src/test/a.js',
	].flatMap(text => destinationsOf(operation, path(text)));
	expect(copied).toEqual(['app/a.js', 'app/deep/a.js', 'app/data/x']);
	const match = {path: path('src'), isDirectory: true};
	expect(originOf(operation, path('app/a.js'), match)).toBe('src/a.js');
	expect(originOf(operation, path('app/a.test.js'), match)).toBeNull();
});
