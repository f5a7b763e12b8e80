import {expect, test} from 'vitest';
import {
	addressOf,
	registryLogins,
} from '../../../../source/engine/legacy/client/registry-access.js';

const known: Readonly<Record<string, {username: string; secret: string}>> = {
	'registry-1.docker.io': {username: 'ann', secret: 'pass'},
	'example.com:5000': {username: '', secret: 'token'},
	'other.example': {username: 'bob', secret: 'not asked for'},
};

test('an engine is told of the registries of a build, and of no others', async () => {
	const logins = await registryLogins(
		['busybox', 'team/app:1', 'example.com:5000/app', 'unknown.example/app'],
		{
			credentialsFor: async host => known[host] ?? {username: '', secret: ''},
		},
	);
	expect(logins).toEqual({
		'https://index.docker.io/v1/': {
			username: 'ann',
			password: 'pass',
			serveraddress: 'https://index.docker.io/v1/',
		},
		'example.com:5000': {
			identitytoken: 'token',
			serveraddress: 'example.com:5000',
		},
	});
});

test.each([
	['busybox', 'https://index.docker.io/v1/'],
	['docker.io/a/b', 'https://index.docker.io/v1/'],
	['127.0.0.1:5000/a:1', '127.0.0.1:5000'],
	['localhost/a', 'localhost'],
])('the registry of %s is %s', (reference, address) => {
	expect(addressOf(reference)).toBe(address);
});
