/** The engines that tests can start, by the name given to `--version`. */
export const engineVersions = [
	'26.1.5',
	'20.10.24',
	'28',
	'28-containerd',
] as const;

export type EngineVersion = (typeof engineVersions)[number];

/** What is started when nothing else is asked for. */
export const defaultVersion: EngineVersion = '26.1.5';

/** Where an engine comes from: a suite of Debian and the packages to unpack from it. */
export type Release = {
	suite: string;
	/** The start of the version of `docker.io`; the suite may hold a newer one some day. */
	prefix: string;
	packages: string[];
	/** Shared libraries that its binaries need from the machine, as Debian packages. */
	libraries: string[];
	/** What makes it different from another one of the same packages, as dockerd's arguments. */
	args?: readonly string[];
};

const release28: Release = {
	suite: 'sid',
	prefix: '28.',
	packages: ['docker-cli', 'containerd', 'docker-buildx', 'tini-static'],
	libraries: ['libsystemd0'],
};

/** Each version with its Debian suite: `docker.io` of trixie, bookworm and sid. */
export const releases: Record<EngineVersion, Release> = {
	'26.1.5': {
		suite: 'trixie',
		prefix: '26.1.5',
		packages: ['docker-cli', 'containerd', 'docker-buildx', 'tini'],
		libraries: ['libsystemd0'],
	},
	// Bookworm's docker.io holds the client too, and has no buildx beside it.
	'20.10.24': {
		suite: 'bookworm',
		prefix: '20.10.24',
		packages: ['containerd', 'tini'],
		libraries: ['libsystemd0', 'libdevmapper1.02.1'],
	},
	'28': release28,
	// Images in containerd's store, as new installations of later versions have them.
	'28-containerd': {
		...release28,
		args: [
			'--feature=containerd-snapshotter=true',
			'--storage-driver=overlayfs',
		],
	},
};

/**
@param text - A version as a person types it.
@returns It, as one of ours.
@throws {Error} when there is no such version.
*/
export function parseVersion(text: string): EngineVersion {
	const version = engineVersions.find(known => known === text);
	if (version === undefined) {
		throw new Error(
			`There is no engine ${text}: take one of ${engineVersions.join(', ')}`,
		);
	}

	return version;
}
