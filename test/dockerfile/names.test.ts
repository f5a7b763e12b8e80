import {describe, expect, test} from 'vitest';
import {
	contextName,
	isDigest,
	parseImageReference,
} from '../../source/dockerfile/instructions/image-reference.js';
import {parsePlatform} from '../../source/dockerfile/instructions/platform.js';
import {checkPort} from '../../source/dockerfile/instructions/ports.js';
import {Refusal} from '../../source/dockerfile/refusal.js';
import {splitCsv} from '../../source/dockerfile/instructions/run-options.js';
import {isSignal} from '../../source/dockerfile/instructions/signals.js';

const sha256 = `sha256:${'0a'.repeat(32)}`;

describe('image references', () => {
	test.each([
		['busybox', 'docker.io', 'library/busybox', undefined],
		['busybox:1.36', 'docker.io', 'library/busybox', '1.36'],
		['team/app', 'docker.io', 'team/app', undefined],
		['docker.io/busybox', 'docker.io', 'library/busybox', undefined],
		['index.docker.io/team/app', 'docker.io', 'team/app', undefined],
		['localhost/app', 'localhost', 'app', undefined],
		['host:5000/app:x', 'host:5000', 'app', 'x'],
		['Host/app', 'Host', 'app', undefined],
		['[::1]:5000/app', '[::1]:5000', 'app', undefined],
		[
			'example.com/a/b_c/d__e/f--g',
			'example.com',
			'a/b_c/d__e/f--g',
			undefined,
		],
		['0', 'docker.io', 'library/0', undefined],
	])('%s', (name, domain, path, tag) => {
		expect(parseImageReference(name)).toEqual({
			domain,
			path,
			tag,
			digest: undefined,
		});
	});

	test('a tag and a digest', () => {
		expect(parseImageReference(`a/b:c@${sha256}`)).toMatchObject({
			tag: 'c',
			digest: sha256,
		});
	});

	test.each([
		'',
		'Busybox',
		'busybox:',
		'busybox:-1',
		`busybox:${'x'.repeat(129)}`,
		'a..b',
		'a___b',
		'-a',
		'a-',
		'a//b',
		'/a',
		'a/',
		'a b',
		'http://example.com/a',
		'example.com:port/a',
		`a@sha256:${'0'.repeat(63)}`,
		`a@sha256:${'A'.repeat(64)}`,
		`a@md5:${'0'.repeat(32)}`,
		'a'.repeat(256),
		'0'.repeat(64),
	])('%j is none', name => {
		expect(() => parseImageReference(name)).toThrow(Refusal);
	});

	test.each([
		['docker.io/library/alpine:latest', 'alpine'],
		['alpine:3.20', 'alpine:3.20'],
		['library/a/b', 'library/a/b'],
		['ghcr.io/a/b', 'ghcr.io/a/b'],
		[`alpine:3@${sha256}`, `alpine:3@${sha256}`],
	])('%s as a named context is %s', (name, expected) => {
		expect(contextName(name)).toBe(expected);
	});

	test('digests', () => {
		expect(isDigest(sha256)).toBe(true);
		expect(isDigest(`sha512:${'f'.repeat(128)}`)).toBe(true);
		expect(isDigest(`${sha256}:`)).toBe(false);
		expect(isDigest('sha256:')).toBe(false);
		expect(isDigest(`toString:${'f'.repeat(64)}`)).toBe(false);
	});
});

describe('platforms', () => {
	test.each([
		['linux/arm64/v8', 'linux', 'arm64', 'v8'],
		['Linux/AMD64', 'linux', 'amd64', ''],
		['linux', 'linux', '', ''],
		['x86_64', 'linux', 'x86_64', ''],
		['windows(10.0.17763+win32k)/amd64', 'windows', 'amd64', ''],
		['made-up/pdp11', 'made-up', 'pdp11', ''],
	])('%s', (platform, os, architecture, variant) => {
		expect(parsePlatform(platform)).toEqual({os, architecture, variant});
	});

	test.each([
		'',
		'pdp11',
		'linux/',
		'/amd64',
		'linux/amd64/v1/x',
		'linux/*',
		'linux amd64',
	])('%j is none', platform => {
		expect(() => parsePlatform(platform)).toThrow(Refusal);
	});
});

describe('ports', () => {
	test.each([
		'80',
		'0',
		'65535/udp',
		'80/TCP',
		'80/',
		'8000-8010/sctp',
		'1:2',
		'127.0.0.1:1:2',
		'[::1]:1:2',
		'9000-9010:80',
		'1-2:3-4',
	])('%s', port => {
		expect(() => {
			checkPort(port);
		}).not.toThrow();
	});

	test.each([
		'',
		'x',
		'65536',
		'-1',
		'80/icmp',
		'80/tcp/udp',
		'9-8',
		'x:80',
		'300.0.0.1:1:2',
		'localhost:1:2',
		'1-2:3-5',
		':80:',
	])('%j is none', port => {
		expect(() => {
			checkPort(port);
		}).toThrow(Refusal);
	});
});

test('signals', () => {
	expect(
		['TERM', 'sigterm', '9', '-9', 'SIGRTMIN+15', 'RTMAX-14', 'RTMAX'].filter(
			name => !isSignal(name),
		),
	).toEqual([]);
	expect(
		['', '0', 'SIG', 'SIGSIGTERM', 'RTMIN+16', 'RTMAX-15', '9x'].filter(name =>
			isSignal(name),
		),
	).toEqual([]);
});

test('comma-separated values', () => {
	expect(splitCsv('a=1,b')).toEqual(['a=1', 'b']);
	expect(splitCsv('"a=1,2","say ""no"""')).toEqual(['a=1,2', 'say "no"']);
	expect(splitCsv('a,,b,')).toEqual(['a', '', 'b', '']);
	expect(() => splitCsv('')).toThrow(Refusal);
	expect(() => splitCsv('a"b')).toThrow(Refusal);
	expect(() => splitCsv('"a')).toThrow(Refusal);
	expect(() => splitCsv('"a"b')).toThrow(Refusal);
});
