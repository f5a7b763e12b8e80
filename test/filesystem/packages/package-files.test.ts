import {Buffer} from 'node:buffer';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	isPackageDatabase,
	PackageFiles,
} from '../../../source/filesystem/packages/package-files.js';
import {asBytePath} from '../../../source/text/byte-path.js';

/** Made by rpm itself: see `demo.spec` beside it. */
const rpmDatabase = gunzipSync(
	readFileSync(
		path.join(
			import.meta.dirname,
			'../../cases/inputs/package-files/rpmdb.sqlite.gz',
		),
	),
);

function filesOf(place: string, contents: Uint8Array): PackageFiles {
	const database = asBytePath(place);
	expect(isPackageDatabase(database)).toBe(true);
	const files = new PackageFiles();
	files.add(database, contents);
	return files;
}

test.each(['var/lib/rpm/rpmdb.sqlite', 'usr/lib/sysimage/rpm/rpmdb.sqlite'])(
	'the files of rpm’s packages are in %s',
	place => {
		const files = filesOf(place, rpmDatabase);
		for (const name of [
			'usr/include/demo',
			'usr/include/demo/a.h',
			...Array.from(
				{length: 150},
				(_, index) => `usr/include/demo/long-header-name-${index + 1}.h`,
			),
			'etc/pki/tls/server.key',
			'usr/share/doc/demo/readme.md',
		]) {
			expect(`${name} ${files.has(asBytePath(name))}`).toBe(`${name} true`);
		}

		for (const name of [
			'usr/include/demo/b.h',
			'usr/include/demo/long-header-name-151.h',
			'etc/pki/tls/a.h',
			'',
		]) {
			expect(files.has(asBytePath(name))).toBe(false);
		}
	},
);

test('the files of apk’s packages are in its text', () => {
	const files = filesOf(
		'lib/apk/db/installed',
		Buffer.from('P:a\nF:usr/include\nR:a.h\nF:bin\nR:a\n'),
	);
	expect(files.has(asBytePath('usr/include/a.h'))).toBe(true);
	expect(files.has(asBytePath('usr/bin/a'))).toBe(true);
	expect(files.has(asBytePath('usr/include/a'))).toBe(false);
});

test('a damaged database ends', () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.record({
					at: fc.nat({max: rpmDatabase.length - 1}),
					byte: fc.integer({min: 0, max: 255}),
				}),
				{minLength: 1, maxLength: 200},
			),
			fc.nat({max: rpmDatabase.length}),
			(changes, length) => {
				const damaged = Buffer.from(rpmDatabase);
				for (const {at, byte} of changes) {
					damaged[at] = byte;
					// Where the trees of tables are told: of the file, and of each page.
					damaged[at % 128] = byte;
					damaged[Math.floor(at / 4096) * 4096 + (at % 16)] = byte;
				}

				new PackageFiles().add(
					asBytePath('var/lib/rpm/rpmdb.sqlite'),
					damaged.subarray(0, length),
				);
			},
		),
		{numRuns: 300},
	);
});
