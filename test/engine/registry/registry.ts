import {type ChildProcess, spawn} from 'node:child_process';
import {open, readFile, writeFile} from 'node:fs/promises';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {registryProgram} from '../debian.js';
import type {EngineAddress} from '../http.js';
import {takenSlots} from '../slots.js';
import {watchFor} from '../process.js';

/** Who may use the registry. */
export const registryUser = {
	username: 'ann',
	password: 's3cret-of-ann-in-the-registry',
};

/** Of that user, as htpasswd writes it (bcrypt of the password). */
const passwordFile = String.raw`ann:$2b$05$abcdefghijklmnopqrstuu6XD65//irg2FeZLuqJMKTjTabSniZBy`;

/** Debian's docker-registry with basic authentication, on the engine's own loopback addresses; the BuildKit of 20.10 speaks no TLS to those. */
export type Registry = {
	readonly port: number;
	stop(): void;
};

/**
@param engine - The one that is to reach it.
@param folder - Where it keeps its images.
*/
export async function startRegistry(
	engine: EngineAddress,
	folder: string,
): Promise<Registry> {
	const port = 20_000 + Math.floor(Math.random() * 10_000);
	const configuration = {
		version: 0.1,
		storage: {
			filesystem: {rootdirectory: path.join(folder, 'images')},
			delete: {enabled: true},
		},
		http: {
			addr: `0.0.0.0:${port}`,
		},
		auth: {
			htpasswd: {realm: 'test', path: path.join(folder, 'users')},
		},
	};
	await writeFile(path.join(folder, 'users'), `${passwordFile}\n`);
	const file = path.join(folder, 'registry.yml');
	// JSON is YAML too.
	await writeFile(file, JSON.stringify(configuration));
	const logFile = path.join(folder, 'log');
	const log = await open(logFile, 'w');
	const [command, ...args] = [
		...(await namespaceOf(engine)),
		await registryProgram(),
		'serve',
		file,
	];
	const child = spawn(command, args, {stdio: ['ignore', log.fd, log.fd]});
	await log.close();
	if (
		(await watchFor(async () => isListening(child, logFile), 20_000)) !== true
	) {
		throw new Error(
			`The registry doesn't start:\n${await readFile(logFile, 'utf8')}`,
		);
	}

	return {
		port,
		stop() {
			child.kill();
		},
	};
}

/** A registry that breaks off in the middle of a layer, in front of one that doesn't. */
export type BreakingRegistry = Registry & {
	/** Settles when the first layer broke off. */
	readonly broken: Promise<unknown>;
};

/**
@param engine - The one that is to reach it.
@param registry - What it hands on.
@param kind - Whether the connections are cut, or stay open and silent.
*/
export async function startBreaking(
	engine: EngineAddress,
	registry: Registry,
	kind: 'cut' | 'stall',
): Promise<BreakingRegistry> {
	const [command, ...args] = [
		...(await namespaceOf(engine)),
		process.execPath,
		fileURLToPath(new URL('breaking-proxy.mjs', import.meta.url)),
		String(registry.port),
		kind,
	];
	const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'inherit']});
	const lines = createInterface(child.stdout);
	const [port] = (await once(lines, 'line')) as [string];
	return {
		port: Number(port),
		broken: once(lines, 'line'),
		stop() {
			child.kill();
		},
	};
}

/** A private engine has a network of its own. */
async function namespaceOf({
	dockerHost,
}: EngineAddress): Promise<readonly string[]> {
	const slots = await takenSlots();
	const found = slots.find(({state}) => state.dockerHost === dockerHost);
	return found ? ['nsenter', `--net=/run/netns/${found.slot.cgroup}`] : [];
}

async function isListening(
	child: ChildProcess,
	logFile: string,
): Promise<boolean | undefined> {
	if (child.exitCode !== null) {
		return false;
	}

	const said = await readFile(logFile, 'utf8');
	return said.includes('listening on') || undefined;
}
