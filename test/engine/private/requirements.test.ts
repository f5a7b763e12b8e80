import {chmod, mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {
	type PrivateMachine,
	readRequirements,
} from '../../../source/engine/private/requirements.js';
import {makeTree} from '../context/temporary-tree.js';

let root: string;

beforeEach(async () => {
	root = await makeTree();
});

async function install(...files: readonly string[]): Promise<void> {
	for (const file of files) {
		const full = path.join(root, file);
		// eslint-disable-next-line no-await-in-loop -- a few
		await mkdir(path.dirname(full), {recursive: true});
		// eslint-disable-next-line no-await-in-loop
		await writeFile(full, '');
		// eslint-disable-next-line no-await-in-loop
		await chmod(full, 0o755);
	}
}

function machine(isRoot: boolean): PrivateMachine {
	return {
		environment: {PATH: '/opt/bin:/usr/bin'},
		isRoot,
		user: isRoot ? {name: 'root', id: 0} : {name: 'ann', id: 1000},
		root,
	};
}

const engine = [
	'usr/sbin/dockerd',
	'usr/bin/containerd',
	'opt/bin/runc',
	'usr/sbin/iptables',
	'sys/fs/cgroup/cgroup.controllers',
];
const forRoot = ['usr/sbin/ip', 'usr/bin/unshare'];
const withoutRoot = [
	'usr/bin/rootlesskit',
	'usr/bin/slirp4netns',
	'usr/bin/newuidmap',
	'dev/net/tun',
	'usr/share/docker.io/contrib/dockerd-rootless.sh',
];

describe('what an engine of our own needs', () => {
	it('is all there for root', async () => {
		await install(...engine, ...forRoot);
		expect(await readRequirements(machine(true))).toEqual({
			missing: [],
			path: '/opt/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin',
			rootlessScript: null,
		});
	});

	it('is all there for a user, with the script of Debian', async () => {
		await install(...engine, ...withoutRoot);
		await mkdir(path.join(root, 'etc'));
		await writeFile(path.join(root, 'etc/subuid'), 'bob:1:2\nann:100000:65536');
		await writeFile(path.join(root, 'etc/subgid'), '1000:100000:65536\n');
		expect(await readRequirements(machine(false))).toMatchObject({
			missing: [],
			rootlessScript: '/usr/share/docker.io/contrib/dockerd-rootless.sh',
		});
	});

	it.each([
		['usr/sbin/dockerd', /^dockerd, .*install Docker Engine/v],
		['usr/bin/containerd', /^containerd, .*package containerd/v],
		['opt/bin/runc', /^runc, .*package runc/v],
		['usr/sbin/iptables', /^iptables, .*package iptables/v],
		['usr/sbin/ip', /^ip, .*package iproute2/v],
		['usr/bin/unshare', /^unshare, .*package util-linux/v],
		['sys/fs/cgroup/cgroup.controllers', /^No control groups.*mount/v],
	])('says what to do without %s', async (file, sentence) => {
		await install(
			...[...engine, ...forRoot].filter(installed => installed !== file),
		);
		const {missing} = await readRequirements(machine(true));
		expect(missing).toHaveLength(1);
		expect(missing[0]).toMatch(sentence);
	});

	it('says in a sentence each what a user lacks', async () => {
		await install(...engine);
		const {missing} = await readRequirements(machine(false));
		expect(missing.map(sentence => sentence.split(/[, ]/v, 1)[0])).toEqual([
			'rootlesskit',
			'slirp4netns',
			'newuidmap',
			'dockerd-rootless.sh',
			'/etc/subuid',
			'/etc/subgid',
			'/dev/net/tun',
		]);
		for (const sentence of missing) {
			expect(sentence).toMatch(/: .+\.$/v);
		}
	});
});
