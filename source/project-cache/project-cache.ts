import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {
	BuilderName,
	KeptBreakpoint,
	ProjectCache,
} from '../debugger/memory/project-cache.js';
import {readBreakpoints, readRun, readTimes} from './formats.js';
import {ListingsFolder} from './listings-folder.js';
import {replaceFile} from './replace-file.js';

const builders: readonly BuilderName[] = ['BuildKit', 'legacy'];

/**
@param dockerfile - Its absolute path: each has a folder of its own.
@param options - `builder` is the session's own: what a step depends on, and how long it takes, is a matter of each;
`environment` is where the user's cache folder is looked up.
@returns What earlier sessions on the Dockerfile left, and where this one leaves what it knows: files that only the user
can read. Whatever can't be read counts as not there.
*/
export async function openProjectCache(
	dockerfile: string,
	{
		builder,
		environment = process.env,
	}: {
		readonly builder: BuilderName;
		readonly environment?: NodeJS.ProcessEnv;
	},
): Promise<ProjectCache> {
	const folder = path.join(
		cacheFolder(environment),
		'mstage',
		nameOf(dockerfile),
	);
	const breakpointsFile = path.join(folder, 'breakpoints.json');
	const runFile = path.join(folder, `run-${builder}.json`);
	const listings = new ListingsFolder(path.join(folder, 'listings'));
	const timesFile = (name: BuilderName): string =>
		path.join(folder, `times-${name}.json`);
	const times = await Promise.all(
		builders.map(async name => {
			const kept = readTimes(await readJson(timesFile(name)));
			return kept ? [[name, kept] as const] : [];
		}),
	);
	return {
		times: new Map(times.flat()),
		async writeTimes(written) {
			await writeJson(timesFile(builder), written);
		},
		listings: await listings.times(),
		async readListing(name) {
			return listings.read(name);
		},
		async writeListings(written) {
			await listings.write(written);
		},
		breakpoints: readBreakpoints(await readJson(breakpointsFile)),
		async readRun() {
			return readRun(await readJson(runFile));
		},
		async writeBreakpoints(breakpoints: readonly KeptBreakpoint[]) {
			await writeJson(breakpointsFile, breakpoints);
		},
		async writeRun(run) {
			await writeJson(runFile, {
				...run,
				context: run.context && [...run.context],
			});
		},
	};
}

/** XDG Base Directory Specification. */
function cacheFolder(environment: NodeJS.ProcessEnv): string {
	return (
		environment['XDG_CACHE_HOME'] ||
		path.join(environment['HOME'] || homedir(), '.cache')
	);
}

function nameOf(dockerfile: string): string {
	return createHash('sha256').update(dockerfile).digest('hex').slice(0, 32);
}

async function readJson(file: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as unknown;
	} catch {
		// The first session, a folder that isn't ours, or a file that was cut off: a session works without its past.
		return null;
	}
}

/** What can't be written is not kept. */
async function writeJson(file: string, value: unknown): Promise<void> {
	try {
		await replaceFile(file, JSON.stringify(value));
	} catch {
		// The session was worth more than its memory.
	}
}
