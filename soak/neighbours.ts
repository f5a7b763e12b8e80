import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {setTimeout as delay} from 'node:timers/promises';
import {
	callEngine,
	engineVersions,
	getJson,
	seedBusybox,
	startEngine,
	type TestEngine,
} from '../test/engine/engine.js';
import {randomOf} from '../test/oracle/random.js';
import {bundle} from '../test/terminal/bundle.js';

/** How many are at work on one engine at once. */
const crowds = [2, 5, 20];

/** A Dockerfile, what a session at it is told to do, and what it ends with. */
type Errand = {
	readonly dockerfile: string;
	readonly contents: string;
	readonly args: readonly string[];
	readonly input: string;
	readonly code: number;
	readonly expected: readonly string[];
};

type Ended = {
	readonly output: string;
	readonly code: number | null;
};

/**
Has crowds of mstage processes work at one engine at once, at the same and at different Dockerfiles, of each version of the
tests' engines: each must end as it does alone, and leave nothing behind.

@param count - How many times each crowd works.
@throws {Error} One didn't, or the engine died.
*/
export async function soakNeighbours(
	seed: number,
	count: number,
): Promise<void> {
	const program = await bundle(
		path.join(import.meta.dirname, '../cli.tsx'),
		`soak-${process.pid}`,
	);
	const wanted = process.env['MSTAGE_TEST_ENGINE_VERSION'];
	const versions = engineVersions.filter(
		version => !wanted || version === wanted,
	);
	const wrong: string[] = [];
	try {
		for (const version of versions) {
			// eslint-disable-next-line no-await-in-loop -- engine after engine
			const engine = await startEngine({version});
			try {
				// eslint-disable-next-line no-await-in-loop
				await seedBusybox(engine);
				// eslint-disable-next-line no-await-in-loop
				wrong.push(...(await crowdsOn(engine, program.path, seed, count)));
			} finally {
				// eslint-disable-next-line no-await-in-loop
				await engine.stop();
			}
		}
	} finally {
		await program.remove();
	}

	if (wrong.length > 0) {
		throw new Error(wrong.join('\n'));
	}
}

async function crowdsOn(
	engine: TestEngine,
	program: string,
	first: number,
	count: number,
): Promise<readonly string[]> {
	const wrong: string[] = [];
	for (let seed = first; seed < first + count; seed++) {
		for (const size of crowds) {
			// eslint-disable-next-line no-await-in-loop -- crowd after crowd
			const faults = await crowd(engine, program, {size, seed});
			process.stdout.write(
				`neighbours ${engine.version}: ${size} at once, seed ${seed}: ${faults.length} wrong\n`,
			);
			wrong.push(...faults);
		}
	}

	return wrong;
}

/** Returns what went wrong, each in one paragraph. */
async function crowd(
	engine: TestEngine,
	program: string,
	{size, seed}: {readonly size: number; readonly seed: number},
): Promise<readonly string[]> {
	const random = randomOf(seed * 100 + size);
	const mark = `${seed}-${size}-${Date.now().toString(36)}`;
	const before = await leftOn(engine);
	const shared = errandOf(random, mark);
	const ended = await Promise.all(
		Array.from({length: size}, async (_, index) => {
			const errand =
				random() < 0.6 ? shared : errandOf(random, `${mark}-${index}`);
			await delay(random() * 2000);
			return {errand, ...(await run(program, engine, errand))};
		}),
	);
	const faults = ended.flatMap(({errand, output, code}) => {
		const missing = errand.expected.filter(wanted => !output.includes(wanted));
		return code === errand.code && missing.length === 0
			? []
			: [
					`A session ended with ${code} instead of ${errand.code}, without: ${missing.join(', ')}\n${errand.dockerfile}${output}`,
				];
	});
	const after = await leftOn(engine);
	return after === before
		? faults
		: [...faults, `Left behind: ${before} before, ${after} after`];
}

function errandOf(random: () => number, mark: string): Errand {
	const fails = random() < 0.6;
	const seconds = (random() * 1.5).toFixed(1);
	const command = `echo start ${mark}; sleep ${seconds}; echo state ${mark} > /state`;
	const dockerfile = [
		'FROM busybox AS prep',
		random() < 0.7 ? 'COPY note /note' : 'ENV NOTE=1',
		`RUN ${command}${fails ? '; exit 9' : ''}`,
		'FROM busybox',
		'COPY --from=prep /state /state',
		'',
	].join('\n');
	const asks = random() < 0.7;
	return {
		dockerfile,
		contents: mark,
		args: ['debug', '--plain', '--pause', fails && asks ? 'error' : 'never'],
		input: fails && asks ? 'shell failed -- cat /state\nquit\n' : '',
		code: fails ? 1 : 0,
		expected: fails
			? [
					'failed in prep:2',
					'exited with code 9',
					...(asks ? [`state ${mark}`] : []),
				]
			: ['✔ prep:2', '✔ finished'],
	};
}

async function run(
	program: string,
	{dockerHost}: TestEngine,
	{dockerfile, contents, args, input}: Errand,
): Promise<Ended> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-neighbour-'));
	try {
		await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
		await writeFile(path.join(folder, 'note'), contents);
		const child = spawn(process.execPath, [program, ...args, '.'], {
			cwd: folder,
			env: {
				...process.env,
				DOCKER_HOST: dockerHost,
				XDG_CACHE_HOME: path.join(folder, 'cache'),
			},
		});
		child.stdin.end(input);
		const [out, error, [code]] = await Promise.all([
			text(child.stdout),
			text(child.stderr),
			once(child, 'close') as Promise<[number | null]>,
		]);
		return {output: `${out}${error}`, code};
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

/** What is on an engine that a session could leave there; the call itself tells whether it lives. */
async function leftOn(engine: TestEngine): Promise<string> {
	const [containers, images, {status}] = await Promise.all([
		getJson<unknown[]>(engine, '/containers/json?all=1'),
		getJson<unknown[]>(engine, '/images/json'),
		callEngine(engine, 'GET', '/_ping'),
	]);
	return `${containers.length} containers, ${images.length} images, ping ${status}`;
}
