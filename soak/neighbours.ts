import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {setTimeout as delay} from 'node:timers/promises';
import {
	callEngine,
	dockerClient,
	engineVersions,
	getJson,
	removeImage,
	seedBusybox,
	startEngine,
	type TestEngine,
} from '../test/engine/engine.js';
import {type FaultKind, openFaultyProxy} from '../test/engine/faulty-proxy.js';
import {attempt} from '../test/engine/process.js';
import {randomOf} from '../test/oracle/random.js';
import {bundle} from '../test/terminal/bundle.js';

/** How many are at work on one engine at once. */
const crowds = [2, 5, 20];

/** What happens to one of them. */
const faults = [
	'SIGKILL',
	'SIGTERM',
	'SIGQUIT',
	'reset',
	'stall',
	'garbage',
] as const;

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
Has crowds of mstage processes work at one engine at once, at the same and at different Dockerfiles, beside `docker build` of both,
of each version of the tests' engines: each must end as it does alone, and leave nothing behind, whatever happens to one of them.

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
	const fault = faults[Math.floor(random() * faults.length)]!;
	const errands = Array.from({length: size}, (_, index) => ({
		errand: random() < 0.6 ? shared : errandOf(random, `${mark}-${index}`),
		wait: random() * 2000,
	}));
	const other = errandOf(random, `${mark}-docker`);
	const [, ended, built] = await Promise.all([
		sufferBeside(program, engine, {
			errand: shared,
			fault,
			wait: random() * 2000,
		}),
		Promise.all(
			errands.map(async ({errand, wait}) => {
				await delay(wait);
				return {errand, ...(await run(program, engine, errand))};
			}),
		),
		Promise.all(
			[shared, other].map(async errand => ({
				errand,
				...(await dockerBuild(engine, errand)),
			})),
		),
	]);
	const wrong = ended.flatMap(({errand, output, code}) => {
		const missing = errand.expected.filter(wanted => !output.includes(wanted));
		return code === errand.code && missing.length === 0 && !notices.test(output)
			? []
			: [
					`Beside ${fault}, a session ended with ${code} instead of ${errand.code}, without: ${missing.join(', ')}\n${errand.dockerfile}${output}`,
				];
	});
	const wrongBuilds = built.flatMap(({errand, output, code}) =>
		(code === 0) === (errand.code === 0)
			? []
			: [
					`Beside ${fault}, docker build ended with ${code}\n${errand.dockerfile}${output}`,
				],
	);
	const after = await leftOn(engine);
	return [
		...wrong,
		...wrongBuilds,
		...(after === before
			? []
			: [`Left behind beside ${fault}: ${before} before, ${after} after`]),
	];
}

/** What none of them may say while another one is in trouble. */
const notices = /is gone|can't be used|hasn't answered|doesn't answer/v;

/** A session at the same build to which something happens in the midst of it; what it says is no matter. */
async function sufferBeside(
	program: string,
	engine: TestEngine,
	{
		errand,
		fault,
		wait,
	}: {
		readonly errand: Errand;
		readonly fault: (typeof faults)[number];
		readonly wait: number;
	},
): Promise<void> {
	const proxy = await openFaultyProxy(engine.dockerHost.replace('unix://', ''));
	try {
		await run(
			program,
			{...engine, dockerHost: proxy.address},
			errand,
			child => {
				setTimeout(() => {
					if (fault.startsWith('SIG')) {
						child.kill(fault as NodeJS.Signals);
					} else {
						proxy.fault(fault as FaultKind);
						// A link that is dead says nothing, and nor does the program until it is told to end.
						setTimeout(() => {
							child.kill('SIGTERM');
						}, 500);
					}
				}, wait);
			},
		);
	} finally {
		await proxy.close();
	}
}

/** The same build by Docker's own client, with BuildKit. */
async function dockerBuild(
	engine: TestEngine,
	{dockerfile, contents}: Errand,
): Promise<Ended> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-neighbour-'));
	try {
		await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
		await writeFile(path.join(folder, 'note'), contents);
		const {command, env} = await dockerClient(engine);
		const tag = path.basename(folder).toLowerCase();
		const {code, stdout, stderr} = await attempt(
			command,
			['build', '--progress', 'plain', '--tag', tag, folder],
			{env},
		);
		await removeImage(engine, tag);
		return {code, output: `${stdout}${stderr}`};
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
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
	onStart: (child: ChildProcess) => void = () => undefined,
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
		onStart(child);
		// One that is killed reads nothing.
		child.stdin.on('error', () => undefined);
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
