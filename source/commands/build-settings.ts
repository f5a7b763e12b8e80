import {stat} from 'node:fs/promises';
import {isIP} from 'node:net';
import path from 'node:path';
import type {BuildSettings, NamedContext} from '../engine/port.js';
import {UsageError} from '../errors.js';
import {isGitAddress} from './git-address.js';

/** Flags of `docker build` that change what runs, or what comes of it; as the command line gives them. */
export type SettingFlags = {
	readonly label?: readonly string[];
	readonly pull?: boolean;
	readonly network?: string;
	readonly addHost?: readonly string[];
	readonly shmSize?: string;
	readonly ulimit?: readonly string[];
	readonly buildContext?: readonly string[];
	readonly iidfile?: string;
};

/**
@param flags - With the meanings of `docker build`'s.
@throws {UsageError} One says nothing that a builder could do.
*/
export async function buildSettings({
	label = [],
	pull = false,
	network = 'default',
	addHost = [],
	shmSize,
	ulimit = [],
	buildContext = [],
	iidfile,
}: SettingFlags): Promise<BuildSettings> {
	return {
		labels: Object.fromEntries(label.map(text => labelOf(text))),
		pull,
		network: network === 'default' ? null : network,
		hosts: addHost.map(text => hostOf(text)),
		sharedMemory: shmSize === undefined ? null : sizeOf(shmSize),
		limits: ulimit.map(text => limitOf(text)),
		contexts: Object.fromEntries(
			await Promise.all(buildContext.map(async text => contextOf(text))),
		),
		keepsImage: iidfile !== undefined,
	};
}

function labelOf(text: string): readonly [string, string] {
	const {name, value} = split(text, '=');
	if (name === '') {
		throw new UsageError(
			`--label '${text}' has no name: write --label NAME=value.`,
		);
	}

	return [name, value ?? ''];
}

/** `NAME:ADDRESS` or `NAME=ADDRESS`, an IPv6 address with or without brackets (docker/cli, opts/hosts.go). */
function hostOf(text: string): BuildSettings['hosts'][number] {
	const separator = /[:=]/v.exec(text)?.[0] ?? ':';
	const {name, value = ''} = split(text, separator);
	const address = value.replace(/^\[(?<inner>.*)\]$/v, '$<inner>');
	if (name === '' || (isIP(address) === 0 && address !== 'host-gateway')) {
		throw new UsageError(
			`--add-host '${text}' is no name with an IP address: write --add-host NAME:192.0.2.1.`,
		);
	}

	return {name, address};
}

const units = 'bkmgtp';

/** A number with the first letter of a unit of 1024 (docker/go-units, `RAMInBytes`). */
function sizeOf(text: string): number {
	const {number, unit = 'b'} =
		/^(?<number>\d+(?:\.\d+)?) ?(?<unit>[bkmgtp])?(?:i?b)?$/iv.exec(text)
			?.groups ?? {};
	if (number === undefined) {
		throw new UsageError(
			`--shm-size '${text}' is no size: write --shm-size 128m.`,
		);
	}

	return Math.floor(Number(number) * 1024 ** units.indexOf(unit.toLowerCase()));
}

/** Of setrlimit(2), as docker/go-units names them. */
const limitNames = [
	'core',
	'cpu',
	'data',
	'fsize',
	'locks',
	'memlock',
	'msgqueue',
	'nice',
	'nofile',
	'nproc',
	'rss',
	'rtprio',
	'rttime',
	'sigpending',
	'stack',
];

function limitOf(text: string): BuildSettings['limits'][number] {
	const {
		name = '',
		first,
		second,
	} = /^(?<name>[a-z]+)=(?<first>-?\d+)(?::(?<second>-?\d+))?$/v.exec(text)
		?.groups ?? {};
	if (first === undefined || !limitNames.includes(name)) {
		throw new UsageError(
			`--ulimit '${text}' is no limit: write --ulimit nofile=1024:2048, with one of ${limitNames.join(', ')}.`,
		);
	}

	const soft = Number(first);
	const hard = Number(second ?? first);
	if (hard !== -1 && (soft === -1 || soft > hard)) {
		throw new UsageError(
			`--ulimit '${text}' has a soft limit above the hard one: write --ulimit ${name}=SOFT:HARD.`,
		);
	}

	return {name, soft, hard};
}

async function contextOf(
	text: string,
): Promise<readonly [string, NamedContext]> {
	const {name, value} = split(text, '=');
	if (name === '' || !value) {
		throw new UsageError(
			`--build-context '${text}' has no name and place: write --build-context NAME=FOLDER, or NAME=docker-image://IMAGE.`,
		);
	}

	if (value.startsWith('oci-layout://')) {
		throw new UsageError(
			`--build-context ${name}: an OCI layout can't be served yet; load it into the engine and write ${name}=docker-image://IMAGE.`,
		);
	}

	const key = name.toLowerCase().replace(/:latest$/v, '');
	if (/^(?:docker-image|https?):\/\//v.test(value) || isGitAddress(value)) {
		return [key, {kind: 'address', address: value}];
	}

	const folder = path.resolve(value);
	const found = await stat(folder).catch(() => undefined);
	if (!found?.isDirectory()) {
		throw new UsageError(
			`--build-context ${name}: there is no folder ${value}; name one, an image as docker-image://IMAGE, or a Git repository.`,
		);
	}

	return [key, {kind: 'folder', path: folder}];
}

function split(
	text: string,
	separator: string,
): {readonly name: string; readonly value: string | undefined} {
	const place = text.indexOf(separator);
	return place === -1
		? {name: text, value: undefined}
		: {name: text.slice(0, place), value: text.slice(place + 1)};
}
