import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	parseDockerAddress,
	type TlsMaterial,
} from '../../../source/engine/docker/address.js';
import {UsageError} from '../../../source/errors.js';

const tls: TlsMaterial = {
	ca: 'CA',
	cert: null,
	key: null,
	verify: true,
	folder: '/certs',
};

describe('an address', () => {
	test.each([
		['unix:///run/docker.sock', {kind: 'unix', path: '/run/docker.sock'}],
		[
			'npipe:////./pipe/docker_engine',
			{kind: 'npipe', path: String.raw`\\.\pipe\docker_engine`},
		],
		['tcp://host', {kind: 'tcp', host: 'host', port: 2375, tls: null}],
		['tcp://[::1]:77/', {kind: 'tcp', host: '::1', port: 77, tls: null}],
		[
			'ssh://host',
			{kind: 'ssh', destination: 'host', port: null, socket: null},
		],
		[
			'ssh://me@host:22/run/my.sock',
			{kind: 'ssh', destination: 'me@host', port: 22, socket: '/run/my.sock'},
		],
		['ssh://me@[::1]/', {kind: 'ssh', destination: 'me@::1', socket: null}],
	])('%s', (text, expected) => {
		expect(parseDockerAddress(text)).toMatchObject({text, ...expected});
	});

	test('has another default port with TLS', () => {
		expect(parseDockerAddress('tcp://host', tls)).toMatchObject({
			port: 2376,
			tls,
		});
	});

	test.each([
		'',
		'docker.sock',
		'unix://docker.sock',
		'tcp://',
		'tcp://host:0',
		'tcp://host:65536',
		'tcp://host/path',
		'tcp://ho\u001Bst',
		'tcp://h\u00F6st\u202E',
		'ssh://ho\u0007st',
		'ssh://m e@host',
		'http://host',
		'ssh://-oProxyCommand=x',
		'ssh://-l@host',
		'ssh://me@-host',
		'ssh://host:99999',
	])('%s is none', text => {
		expect(() => parseDockerAddress(text)).toThrow(UsageError);
	});

	test('of ssh never becomes an option of ssh', () => {
		fc.assert(
			fc.property(fc.string(), text => {
				try {
					const address = parseDockerAddress(`ssh://${text}`);
					expect(address).not.toHaveProperty(
						'destination',
						expect.stringMatching(/^-/v),
					);
				} catch (error) {
					expect(error).toBeInstanceOf(UsageError);
				}
			}),
		);
	});
});
