import {expect, test} from 'vitest';
import {categoryOf} from '../../../source/filesystem/provenance/categories.js';
import {bytePathFromText} from '../../../source/text/byte-path.js';

test.each([
	['var/cache/apt/archives/curl_8.deb', 'package cache'],
	['var/cache/apk/APKINDEX.tar.gz', 'package cache'],
	['var/cache/dnf/fedora.solv', 'package cache'],
	['root/.cache/pip/http-v2/a', 'package cache'],
	['root/.cache/go-build/00/x', 'package cache'],
	['root/.npm/_cacache/index', 'package cache'],
	['home/app/.m2/repository/x.jar', 'package cache'],
	['root/.gradle/caches/x', 'package cache'],
	['usr/local/cargo/registry/cache/x.crate', 'package cache'],
	['go/pkg/mod/cache/download/x', 'package cache'],
	['usr/local/lib/ruby/gems/3.3.0/cache/rails.gem', 'package cache'],
	['app/__pycache__/main.cpython-312.pyc', 'package cache'],
	['var/lib/apt/lists/deb_dists_bookworm', 'package lists'],
	['app/.git/objects/pack/x', 'version control'],
	['root/.ssh/id_ed25519', 'credentials'],
	['app/.env', 'credentials'],
	['root/.npmrc', 'credentials'],
	['root/.aws/credentials', 'credentials'],
	['etc/ssl/private/server.key', 'credentials'],
	['usr/include/stdio.h', 'compilers and headers'],
	['usr/lib/gcc/x86_64-linux-gnu/12/cc1', 'compilers and headers'],
	['usr/bin/x86_64-linux-gnu-gcc-12', 'compilers and headers'],
	['usr/local/go/pkg/tool/link', 'compilers and headers'],
	['usr/lib/jvm/java-21/bin/javac', 'compilers and headers'],
	['app/node_modules/typescript/lib/tsc.js', 'compilers and headers'],
	['usr/bin/make', 'build tools'],
	['usr/share/cmake-3.25/Modules/x', 'build tools'],
	['src/parse_test.go', 'test data'],
	['app/test/fixtures/big.json', 'test data'],
	['usr/share/doc/curl/copyright', 'documentation'],
	['usr/share/man/man1/ls.1.gz', 'documentation'],
	['tmp/build-123/x', 'logs and temporary files'],
	['var/log/dpkg.log', 'logs and temporary files'],
	['src/main.go', 'sources'],
	['app/lib/index.ts', 'sources'],
	['bin/busybox', null],
	['etc/ssl/certs/ca-certificates.crt', null],
	['usr/lib/x86_64-linux-gnu/libc.so.6', null],
	['app/dist/index.js', null],
	['usr/lib/os-release', null],
])('%s is %s', (path, category) => {
	expect(categoryOf(bytePathFromText(path))).toBe(category);
});

test('a directory is what is in it', () => {
	expect(categoryOf(bytePathFromText('var/lib/apt/lists'))).toBe(
		'package lists',
	);
	expect(categoryOf(bytePathFromText('usr/local/go'))).toBe(
		'compilers and headers',
	);
	expect(categoryOf(bytePathFromText('usr/local'))).toBeNull();
});
