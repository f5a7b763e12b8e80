import {constants} from 'node:fs';
import {access, readdir, readFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import path from 'node:path';

/** What of a machine decides whether an engine of our own can be started on it. */
export type PrivateMachine = {
	readonly environment: NodeJS.ProcessEnv;
	readonly isRoot: boolean;

	/** The name and the number of the user. */
	readonly user: {readonly name: string; readonly id: number};

	/** The root of its filesystem: `/`. */
	readonly root: string;
};

/** What starting an engine needs, as found on a machine. */
export type Requirements = {
	/** One sentence, with what to do, for each thing that is missing. */
	readonly missing: readonly string[];

	/** Where programs are looked for, as PATH spells it. */
	readonly path: string;

	/** Docker's own script for starting without root's rights; `null` for root, or when it is missing. */
	readonly rootlessScript: string | null;
};

/** Where programs for administrators are; a user's PATH may lack them. */
const administrators = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where packages put Docker's script: in the PATH (Docker's own), or beside their documentation (Debian's). */
const scriptName = 'dockerd-rootless.sh';
const scriptFolders = [
	'/usr/share/docker.io/contrib',
	'/usr/share/docker/contrib',
];

type Program = {
	/** Any of them will do. */
	readonly names: readonly string[];
	readonly purpose: string;
	readonly remedy: string;
};

const everywhere: readonly Program[] = [
	{
		names: ['dockerd'],
		purpose: 'is the engine itself',
		remedy: "install Docker Engine (Debian's package docker.io)",
	},
	{
		names: ['containerd'],
		purpose: 'runs containers for dockerd',
		remedy: 'install the package containerd',
	},
	{
		names: ['runc'],
		purpose: 'starts containers for containerd',
		remedy: 'install the package runc',
	},
	{
		names: ['iptables'],
		purpose: 'connects containers with the network',
		remedy: 'install the package iptables',
	},
];

const forRoot: readonly Program[] = [
	{
		names: ['ip'],
		purpose: 'gives the engine a network of its own',
		remedy: 'install the package iproute2',
	},
	{
		names: ['unshare'],
		purpose: 'keeps the engine apart from the machine',
		remedy: 'install the package util-linux',
	},
];

const withoutRoot: readonly Program[] = [
	{
		names: ['rootlesskit'],
		purpose: "lets dockerd run without root's rights",
		remedy: 'install the package rootlesskit, or run mstage as root',
	},
	{
		names: ['slirp4netns', 'vpnkit', 'pasta'],
		purpose: "is the network of an engine without root's rights",
		remedy: 'install the package slirp4netns',
	},
	{
		names: ['newuidmap'],
		purpose: "gives containers users without root's rights",
		remedy: 'install the package uidmap',
	},
];

/**
Looks for what starting an engine needs (Docker's documentation, "Run the Docker daemon as a non-root user").

@returns What is missing, and where the rest is.
*/
export async function readRequirements(
	machine: PrivateMachine,
): Promise<Requirements> {
	const folders = [
		...(machine.environment['PATH'] ?? '').split(':').filter(Boolean),
		...administrators,
	];
	const programs = [...everywhere, ...(machine.isRoot ? forRoot : withoutRoot)];
	const rootlessScript = machine.isRoot
		? null
		: await findProgram(machine, scriptName, [...folders, ...scriptFolders]);
	const missing = await Promise.all([
		...programs.map(async program => lackOf(machine, program, folders)),
		...(machine.isRoot
			? []
			: [
					rootlessScript === null
						? `${scriptName}, which starts dockerd without root's rights, is missing: install the package docker-ce-rootless-extras or docker.io, or run mstage as root.`
						: null,
					lackOfIds(machine, 'subuid'),
					lackOfIds(machine, 'subgid'),
					lackOfTunnels(machine),
				]),
		lackOfControlGroups(machine),
	]);
	return {
		missing: missing.filter(sentence => sentence !== null),
		path: folders.join(':'),
		rootlessScript,
	};
}

/**
@returns The machine that this process runs on.
*/
export function ourMachine(environment: NodeJS.ProcessEnv): PrivateMachine {
	const {uid: id, username: name} = userInfo();
	return {environment, isRoot: id === 0, user: {name, id}, root: '/'};
}

async function lackOf(
	machine: PrivateMachine,
	{names, purpose, remedy}: Program,
	folders: readonly string[],
): Promise<string | null> {
	const found = await Promise.all(
		names.map(async name => findProgram(machine, name, folders)),
	);
	return found.some(file => file !== null)
		? null
		: `${names[0]}, which ${purpose}, is missing: ${remedy}.`;
}

async function findProgram(
	{root}: PrivateMachine,
	name: string,
	folders: readonly string[],
): Promise<string | null> {
	for (const folder of folders) {
		const file = path.join(folder, name);
		try {
			// eslint-disable-next-line no-await-in-loop -- the first that is there is the one
			await access(path.join(root, file), constants.X_OK);
			return file;
		} catch {
			// Not in this one.
		}
	}

	return null;
}

/** `NAME:FIRST:COUNT` per line, by the user's name or number (subuid(5)). */
async function lackOfIds(
	{root, user}: PrivateMachine,
	name: 'subuid' | 'subgid',
): Promise<string | null> {
	const text = await readFile(path.join(root, 'etc', name), 'utf8').catch(
		() => '',
	);
	const has = text
		.split('\n')
		.some(line =>
			[user.name, String(user.id)].includes(line.split(':', 1)[0]!),
		);
	const option = name === 'subuid' ? '--add-subuids' : '--add-subgids';
	return has
		? null
		: `/etc/${name} has no line for ${user.name}, whose containers need numbers of their own: run usermod ${option} 100000-165535 ${user.name} as root.`;
}

/** What slirp4netns makes the network of (its documentation). */
async function lackOfTunnels({
	root,
	user,
}: PrivateMachine): Promise<string | null> {
	const device = path.join(root, 'dev/net/tun');
	return Promise.all([
		access(device, constants.R_OK),
		access(device, constants.W_OK),
	]).then(
		() => null,
		() =>
			`/dev/net/tun, of which the network of an engine without root's rights is made, is not there for ${user.name}: run modprobe tun and chmod 666 /dev/net/tun as root.`,
	);
}

/** Version 2 has one hierarchy, version 1 one per controller (cgroups(7)). */
async function lackOfControlGroups({
	root,
}: PrivateMachine): Promise<string | null> {
	const folder = path.join(root, 'sys/fs/cgroup');
	const names: readonly string[] = await readdir(folder).catch(() => []);
	return names.includes('cgroup.controllers') || names.includes('devices')
		? null
		: 'No control groups are mounted at /sys/fs/cgroup, which containers need: mount them (mount -t cgroup2 cgroup2 /sys/fs/cgroup), or give the container that mstage runs in those of the machine.';
}
