import {Refusal} from '../refusal.js';

// The rules and the names are those of the module github.com/containerd/platforms: `platforms.go` and `database.go`.
const systemPattern = /^(?<system>[\w\-]+)(?:\([\w.%\-]*(?:\+[\w.%\-]+)*\))?$/v;
const componentPattern = /^[\w.\-]+$/v;

const systems = new Set([
	'aix',
	'android',
	'darwin',
	'dragonfly',
	'freebsd',
	'hurd',
	'illumos',
	'ios',
	'js',
	'linux',
	'macos',
	'nacl',
	'netbsd',
	'openbsd',
	'plan9',
	'solaris',
	'windows',
	'zos',
]);

const architectures = new Set([
	'386',
	'amd64',
	'amd64p32',
	'arm',
	'armbe',
	'arm64',
	'arm64be',
	'loong64',
	'mips',
	'mipsle',
	'mips64',
	'mips64le',
	'mips64p32',
	'mips64p32le',
	'ppc',
	'ppc64',
	'ppc64le',
	'riscv',
	'riscv64',
	's390',
	's390x',
	'sparc',
	'sparc64',
	'wasm',
	'i386',
	'x86_64',
	'x86-64',
	'aarch64',
	'armhf',
	'armel',
]);

/** The parts of `os/architecture/variant`; what a platform doesn't say is empty. */
export type Platform = {
	readonly os: string;
	readonly architecture: string;
	readonly variant: string;
};

/**
@param platform - As `--platform` takes it: `linux/arm64/v8`, `linux`, `arm64`.
@returns Its parts as they are written, in lower case.
@throws {Refusal} When it is no platform.
*/
export function parsePlatform(platform: string): Platform {
	const parts = platform.split('/');
	const [first = '', ...others] = parts;
	const system = systemPattern.exec(first)?.groups?.['system']?.toLowerCase();

	if (
		system === undefined ||
		parts.length > 3 ||
		others.some(part => !componentPattern.test(part))
	) {
		throw new Refusal(
			`"${platform}" is no valid platform (an example of one: linux/arm64)`,
		);
	}

	if (others.length === 0) {
		if (systems.has(system)) {
			return {os: system, architecture: '', variant: ''};
		}

		if (architectures.has(first.toLowerCase())) {
			return {os: 'linux', architecture: first.toLowerCase(), variant: ''};
		}

		throw new Refusal(
			`"${platform}" is neither a known operating system nor a known architecture (an example of a platform: linux/arm64)`,
		);
	}

	return {
		os: system,
		architecture: others[0]!.toLowerCase(),
		variant: (others[1] ?? '').toLowerCase(),
	};
}
