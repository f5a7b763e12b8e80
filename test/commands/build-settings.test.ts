import {describe, expect, test} from 'vitest';
import {
	buildSettings,
	type SettingFlags,
} from '../../source/commands/build-settings.js';
import {frontendOptions} from '../../source/engine/buildkit/program/loading.js';
import {makeTree} from '../engine/context/temporary-tree.js';

/** What BuildKit's frontend is told of the flags. */
async function told(
	flags: SettingFlags,
): Promise<Readonly<Record<string, string>>> {
	const {filename: _, ...options} = frontendOptions({
		context: '/c',
		dockerfile: '/c/Dockerfile',
		dockerfileName: 'Dockerfile',
		buildArguments: {},
		secrets: [],
		noCache: false,
		tags: [],
		settings: await buildSettings(flags),
	});
	return options;
}

describe('what BuildKit is told', () => {
	test.each<readonly [SettingFlags, Readonly<Record<string, string>>]>([
		[{}, {}],
		[{network: 'default'}, {}],
		[{iidfile: 'id'}, {}],
		[{pull: true}, {'image-resolve-mode': 'pull'}],
		[{network: 'none'}, {'force-network-mode': 'none'}],
		[{label: ['a=b=c', 'd']}, {'label:a': 'b=c', 'label:d': ''}],
		[
			{addHost: ['db:192.0.2.1', 'six=[::1]', 'v6:2001:db8::1']},
			{'add-hosts': 'db=192.0.2.1,six=::1,v6=2001:db8::1'},
		],
		[{shmSize: '1.5g'}, {'shm-size': '1610612736'}],
		[{shmSize: '64MiB'}, {'shm-size': '67108864'}],
		[{shmSize: '2048'}, {'shm-size': '2048'}],
		[
			{ulimit: ['nofile=1:2', 'core=-1', 'nproc=5']},
			{ulimit: 'nofile=1:2,core=-1:-1,nproc=5:5'},
		],
		[
			{
				buildContext: [
					'Alpine:latest=docker-image://alpine:3.20',
					'app=https://example.com/app.git#main',
				],
			},
			{
				'frontend.caps': 'moby.buildkit.frontend.contexts',
				'context:alpine': 'docker-image://alpine:3.20',
				'context:app': 'https://example.com/app.git#main',
			},
		],
	])('of %j', async (flags, options) => {
		expect(await told(flags)).toEqual(options);
	});

	test('of a folder', async () => {
		const folder = await makeTree();
		expect(await told({buildContext: [`src=${folder}`]})).toMatchObject({
			'context:src': 'local:src',
		});
	});
});

test.each<readonly [SettingFlags, RegExp]>([
	[{label: ['=x']}, /--label '=x' has no name: write/v],
	[{addHost: ['db']}, /--add-host 'db' is no name with an IP address: write/v],
	[{addHost: ['db:nowhere']}, /--add-host 'db:nowhere' is no name/v],
	[{shmSize: 'much'}, /--shm-size 'much' is no size: write/v],
	[{ulimit: ['files=3']}, /--ulimit 'files=3' is no limit: write .* nofile,/v],
	[{ulimit: ['nofile=3:2']}, /--ulimit 'nofile=3:2' has a soft limit above/v],
	[{ulimit: ['nofile=-1:2']}, /--ulimit 'nofile=-1:2' has a soft limit above/v],
	[{buildContext: ['x']}, /--build-context 'x' has no name and place: write/v],
	[{buildContext: ['x=/nowhere']}, /--build-context x: there is no folder/v],
	[{buildContext: ['x=oci-layout:///a']}, /--build-context x: an OCI layout/v],
])('%j is refused', async (flags, reason) => {
	await expect(buildSettings(flags)).rejects.toThrow(reason);
});
