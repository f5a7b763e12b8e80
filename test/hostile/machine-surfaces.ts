import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {readHistory} from '../../source/commands/prompt-history.js';
import {withPassedOn} from '../../source/commands/passed-on.js';
import {askCredentialHelper} from '../../source/engine/docker/credential-helper.js';
import {listCandidates} from '../../source/engine/candidates.js';
import {openProjectCache} from '../../source/project-cache/project-cache.js';
import {fakeDescription} from '../ui/fake-engine.js';
import type {Told} from './checks.js';
import {type Surface, toldOf} from './text-surfaces.js';

/** What a user's own files and environment say, which anybody may have written. */
const machine: Surface = async (next, random) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-hostile-'));
	try {
		return await inFolder(folder, next, random);
	} finally {
		await rm(folder, {recursive: true});
	}
};

async function inFolder(
	folder: string,
	next: () => string,
	random: () => number,
): Promise<readonly Told[]> {
	const maybe = (text: () => string): string | undefined =>
		random() < 0.3 ? text() : undefined;
	const name = next();
	const environment = {
		DOCKER_CONFIG: folder,
		HOME: folder,
		XDG_STATE_HOME: folder,
		XDG_CACHE_HOME: folder,
		DOCKER_HOST: maybe(next),
		DOCKER_CONTEXT: maybe(() => (random() < 0.5 ? name : next())),
		DOCKER_DEFAULT_PLATFORM: maybe(next),
		DOCKER_TLS_VERIFY: maybe(next),
		DOCKER_CERT_PATH: maybe(next),
		SOURCE_DATE_EPOCH: maybe(next),
	};
	await writeFile(
		path.join(folder, 'config.json'),
		random() < 0.1
			? next()
			: JSON.stringify({
					auths: {[next()]: {auth: next()}},
					credsStore: next(),
					credHelpers: {[next()]: next()},
					currentContext: name,
					proxies: {default: {httpProxy: next()}},
				}),
	);
	const hash = createHash('sha256').update(name).digest('hex');
	const context = path.join(folder, 'contexts/meta', hash);
	await mkdir(context, {recursive: true});
	await writeFile(
		path.join(context, 'meta.json'),
		random() < 0.1
			? next()
			: JSON.stringify({
					Name: name,
					Endpoints: {docker: {Host: random() < 0.8 ? next() : ''}},
				}),
	);
	await mkdir(path.join(folder, 'mstage'));
	await writeFile(
		path.join(folder, 'mstage/history'),
		`${next()}\n${next()}\n`,
	);
	const told = await Promise.all([
		toldBy(async () => {
			const {list} = await listCandidates({}, {environment, platform: 'linux'});
			await Promise.all(list.map(async candidate => candidate.address()));
		}),
		toldBy(async () => {
			await listCandidates(
				{dockerContext: next()},
				{environment, platform: 'linux'},
			).then(async ({list}) => list[0]?.address());
		}),
		toldBy(async () => {
			await withPassedOn(
				{
					context: folder,
					dockerfile: 'Dockerfile',
					dockerfileName: 'Dockerfile',
					buildArguments: {},
					secrets: [],
					noCache: false,
					tags: [],
				},
				fakeDescription,
				environment,
			);
		}),
		toldBy(async () => {
			await askCredentialHelper(
				// A path would run whatever is there.
				`mstage-none-${next().replaceAll('/', '')}`,
				next(),
				next(),
			);
		}),
		toldBy(async () => {
			await openProjectCache(next(), {builder: 'BuildKit', environment});
		}),
	]);
	const history = await readHistory(environment);
	return [
		...told.flat(),
		// As the prompt shows one that is called back.
		...history.map((line): Told => ({text: `> ${line}`, as: 'line'})),
	];
}

async function toldBy(work: () => Promise<void>): Promise<readonly Told[]> {
	try {
		await work();
		return [];
	} catch (error) {
		return toldOf(error);
	}
}

/** What stands in the user's own files. */
export const machineSurfaces: Readonly<Record<string, Surface>> = {machine};
