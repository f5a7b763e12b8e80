import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {cachedFolder} from './cache.js';
import {run} from './process.js';
import {type EngineVersion, releases} from './versions.js';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

type Source = {uri: string; suites: string[]; components: string[]};

/** One-line sources (sources.list(5)): `deb [options] URI suite component…`. */
function parseOneLine(text: string): Source[] {
	return text
		.split('\n')
		.map(line =>
			/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$/v.exec(line.trim()),
		)
		.filter(match => match !== null)
		.map(([, uri = '', suite = '', components = '']) => ({
			uri,
			suites: [suite],
			components: components.split(/\s+/v),
		}));
}

/** Sources in deb822 style (sources.list(5)): stanzas of `Field: value` lines. */
function parseStanzas(text: string): Source[] {
	return text.split(/\n\s*\n/v).map(stanza => {
		const field = (name: string) =>
			new RegExp(`^${name}:(.*)$`, 'imv')
				.exec(stanza)?.[1]
				?.trim()
				.split(/\s+/v) ?? [];
		return {
			uri: field('URIs')[0] ?? '',
			suites: field('Suites'),
			components: field('Components'),
		};
	});
}

async function machineSources(): Promise<Source[]> {
	const folder = '/etc/apt/sources.list.d';
	const names = await readdir(folder).catch(() => []);
	const files = [
		'/etc/apt/sources.list',
		...names.map(name => path.join(folder, name)),
	];
	const parsed = await Promise.all(
		files.map(async file => {
			const text = await readFile(file, 'utf8').catch(() => '');
			if (file.endsWith('.sources')) {
				return parseStanzas(text);
			}

			return file.endsWith('.list') ? parseOneLine(text) : [];
		}),
	);
	return parsed.flat();
}

/**
@returns The address of the Debian mirror that this machine's own apt sources name.
@throws {Error} on a machine that isn't Debian.
*/
export async function debianMirror(): Promise<string> {
	const release = await readFile('/etc/os-release', 'utf8');
	const codename = /^VERSION_CODENAME=(.*)$/mv.exec(release)?.[1] ?? '';
	const sources = await machineSources();
	const source = sources.find(
		({suites, components}) =>
			suites.includes(codename) && components.includes('main'),
	);
	if (!/^ID=debian$/mv.test(release) || source === undefined) {
		throw new Error(
			'Engines for tests are unpacked from Debian packages, and this is no Debian machine: set MSTAGE_TEST_ENGINE=host to use the engine that DOCKER_HOST names',
		);
	}

	return source.uri;
}

/** Options that keep apt to lists of its own: the machine's sources and state stay as they are. */
async function privateApt(folder: string, suite: string): Promise<string[]> {
	const lists = path.join(folder, 'lists');
	const state = path.join(folder, 'status');
	const sources = path.join(folder, 'sources.list');
	await mkdir(path.join(lists, 'partial'), {recursive: true});
	await mkdir(path.join(folder, 'archives/partial'), {recursive: true});
	await writeFile(state, '');
	await writeFile(
		sources,
		`deb [signed-by=${keyring}] ${await debianMirror()} ${suite} main\n`,
	);
	return [
		`Dir::Etc::SourceList=${sources}`,
		'Dir::Etc::SourceParts=-',
		`Dir::State::lists=${lists}`,
		`Dir::State::status=${state}`,
		`Dir::Cache=${folder}`,
		'APT::Sandbox::User=root',
		'Acquire::Languages=none',
	].flatMap(option => ['-o', option]);
}

/**
Downloads packages of a suite of Debian and unpacks them, without installing anything.
@param suite - The suite's name: `bookworm`, `trixie`, `sid`.
@param packages - Their names; `name@prefix` asks for a version that starts so.
@param folder - Where to unpack them; a folder `apt` in it is used meanwhile.
@throws {Error} when the suite has no such package or no such version.
*/
async function unpackPackages(
	suite: string,
	packages: string[],
	folder: string,
): Promise<void> {
	const work = path.join(folder, 'apt');
	const options = await privateApt(work, suite);
	await run('apt-get', [...options, '-q', 'update']);
	const wanted = await Promise.all(
		packages.map(async asked => {
			const [name = '', prefix = ''] = asked.split('@');
			const table = await run('apt-cache', [...options, 'madison', name]);
			const version = table
				.split('\n')
				.map(line => line.split('|')[1]?.trim() ?? '')
				.find(candidate => candidate !== '' && candidate.startsWith(prefix));
			if (version === undefined) {
				throw new Error(`Debian ${suite} has no ${name} ${prefix} (any more)`);
			}

			return `${name}=${version}`;
		}),
	);
	await run('apt-get', [...options, '-q', 'download', ...wanted], {cwd: work});
	const files = await readdir(work);
	const debs = files.filter(name => name.endsWith('.deb'));
	await Promise.all(
		debs.map(async deb =>
			run('dpkg-deb', ['-x', path.join(work, deb), folder]),
		),
	);
	await rm(work, {recursive: true});
}

/**
@param version - An engine.
@returns The folder with its unpacked binaries (`usr/sbin/dockerd`, `usr/bin/containerd`, …), downloaded when not in the cache yet.
*/
export async function engineBinaries(version: EngineVersion): Promise<string> {
	const {suite, prefix, packages} = releases[version];
	const [name] = version.split('-');
	return cachedFolder(`docker-${name}`, async folder =>
		unpackPackages(suite, [`docker.io@${prefix}`, ...packages], folder),
	);
}

/**
@returns The folders of that version's programs, downloaded when not in the cache yet.
*/
export async function programFolders(
	version: EngineVersion,
): Promise<readonly string[]> {
	const binaries = await engineBinaries(version);
	return ['usr/sbin', 'usr/bin'].map(folder => path.join(binaries, folder));
}

/**
@returns The path of a statically linked busybox, downloaded when not in the cache yet.
*/
export async function staticBusybox(): Promise<string> {
	const folder = await cachedFolder('busybox', async draft =>
		unpackPackages('bookworm', ['busybox-static'], draft),
	);
	return path.join(folder, 'bin/busybox');
}

/**
@returns The path of Debian's docker-registry, downloaded when not in the cache yet.
*/
export async function registryProgram(): Promise<string> {
	const folder = await cachedFolder('docker-registry', async draft =>
		unpackPackages('bookworm', ['docker-registry'], draft),
	);
	return path.join(folder, 'usr/bin/docker-registry');
}

async function isInstalled(name: string): Promise<boolean> {
	return run('dpkg-query', [
		'-W',
		'-f',
		String.raw`\${db:Status-Status}`,
		name,
	]).then(
		status => status === 'installed',
		() => false,
	);
}

/**
Installs those of the packages that the machine lacks.
@param packages - Names of Debian packages.
*/
export async function installPackages(packages: string[]): Promise<void> {
	const installed = await Promise.all(
		packages.map(async name => isInstalled(name)),
	);
	const missing = packages.filter((_, index) => !installed[index]);
	if (missing.length === 0) {
		return;
	}

	const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
	// Apt waits for another one that installs, and not for one that updates.
	const lock = path.join(tmpdir(), 'mstage-apt.lock');
	const patient = [lock, 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300'];
	await run('flock', [...patient, 'update'], {env});
	await run(
		'flock',
		[...patient, 'install', '-y', '--no-install-recommends', ...missing],
		{env},
	);
}
