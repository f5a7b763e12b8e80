import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {FaultyProxy} from '../../test/engine/faulty-proxy.js';
import {run} from '../../test/engine/process.js';
import type {Mode, Phase} from './catalogue.js';
import {type EnginePlace, manyFiles, mountMemory} from './place.js';
import type {Plan} from './plan.js';

/** What the places are called that a trial works with. */
export type Scene = {
	/** Everything of the trial, outside of what the program may write to. */
	readonly folder: string;

	/** The build context, and the current folder of the program. */
	readonly context: string;
	readonly work: string;

	/** Small disks in memory. */
	readonly cache: string;
	readonly temporary: string;

	/** A number that only processes of this trial have in their command line. */
	readonly seconds: string;

	/** What is in the environment of the program and of all that it starts. */
	readonly mark: string;

	/** What a build leaves layers of. */
	readonly layers: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly args: readonly string[];

	/** Unmounts and removes everything. */
	remove(): Promise<void>;
};

/** How much the program can write into each of its folders. */
const diskSize = '8m';

let trials = 0;

/** Writes what a trial needs before its program starts. */
export async function setScene(
	plan: Plan,
	place: EnginePlace,
	proxy: FaultyProxy,
): Promise<Scene> {
	trials++;
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-fault-'));
	const seconds = `1${String(process.pid).padStart(7, '0')}${String(trials).padStart(5, '0')}`;
	const folders = ['context', 'work', 'cache', 'temporary', 'home', 'notes'];
	for (const name of folders) {
		// eslint-disable-next-line no-await-in-loop -- a few
		await mkdir(path.join(folder, name));
	}

	const [context, work, cache, temporary] = folders.map(name =>
		path.join(folder, name),
	) as [string, string, string, string];
	await mountMemory(cache, diskSize);
	await mountMemory(temporary, diskSize);
	const first = `echo ${seconds} > /one`;
	await writeFile(
		path.join(context, 'Dockerfile'),
		[
			`FROM ${baseOf(plan.phase, place)} AS a`,
			`RUN ${first}`,
			`RUN ${secondOf(plan.phase, seconds)}`,
			'FROM busybox',
			'COPY --from=a /one /one',
			'',
		].join('\n'),
	);
	const editor = path.join(folder, 'editor');
	await writeFile(editor, editorText, {mode: 0o755});
	const mark = `mstage-fault-${seconds}`;
	return {
		folder,
		context,
		work,
		cache,
		temporary,
		seconds,
		mark,
		layers: [first, 'echo two > /two', 'sleep', '/bin/sh -c mkdir /many'],
		args: argumentsOf(plan, context, seconds),
		env: {
			DOCKER_HOST: proxy.address,
			HOME: path.join(folder, 'home'),
			XDG_CACHE_HOME: cache,
			XDG_CONFIG_HOME: path.join(folder, 'home'),
			TMPDIR: temporary,
			EDITOR: editor,
			VISUAL: undefined,
			MSTAGE_TRIAL: mark,
			MSTAGE_SOAK_MOUNTS: undefined,
			NODE_OPTIONS: undefined,
		},
		async remove() {
			await run('umount', ['--lazy', cache, temporary]);
			await rm(folder, {recursive: true, force: true});
		},
	};
}

/** It sets what editors set, waits for a line, and leaves the terminal as it was. */
const editorText = String.raw`#!/bin/sh
printf '\033[?1049h\033[?25l\033[?1h\033=\033[?2004h\033[?1000h'
echo editor ready
read answer
printf '\033[?1000l\033[?2004l\033>\033[?1l\033[?25h\033[?1049l'
`;

function baseOf(phase: Phase, place: EnginePlace): string {
	switch (phase) {
		case 'loading': {
			return place.silentImage;
		}

		case 'listing':
		case 'diffing':
		case 'exporting': {
			return manyFiles;
		}

		default: {
			return 'busybox';
		}
	}
}

function secondOf(phase: Phase, seconds: string): string {
	switch (phase) {
		case 'running': {
			return `echo waiting; sleep ${seconds}`;
		}

		case 'failed': {
			return 'echo half > /half; exit 9';
		}

		default: {
			return 'echo two > /two';
		}
	}
}

function argumentsOf(
	plan: Plan,
	context: string,
	seconds: string,
): readonly string[] {
	const {mode, phase, builder} = plan;
	const flags = builder === 'legacy' ? ['--builder', 'legacy'] : [];
	if (mode === 'one-shot') {
		return [
			...errandArguments(plan, context, flags),
			...(plan.errand === 'shell' ? shellWords(plan.phase, seconds) : []),
		];
	}

	const stops = ['running', 'end', 'failed', 'loading'].includes(phase)
		? []
		: ['--break', 'a:2'];
	return [
		'debug',
		context,
		'--pause',
		'error',
		...stops,
		...flagsOf(mode),
		...flags,
	];
}

function flagsOf(mode: Mode): readonly string[] {
	switch (mode) {
		case 'plain on a terminal':
		case 'plain': {
			return ['--plain'];
		}

		case 'json': {
			return ['--json'];
		}

		default: {
			return [];
		}
	}
}

function errandArguments(
	{errand, phase}: Plan,
	context: string,
	flags: readonly string[],
): readonly string[] {
	const at = ['-C', context, ...flags];
	switch (errand) {
		case 'diff': {
			return ['diff', 'a', ...at];
		}

		case 'why': {
			return ['why', '/one', ...at];
		}

		case 'left': {
			return ['left', ...at];
		}

		case 'ls': {
			return ['ls', phase === 'listing' ? 'a:/many/d0' : 'a:/bin', ...at];
		}

		case 'cp': {
			return [
				'cp',
				phase === 'exporting' ? 'a:/many' : 'a:/one',
				'copied',
				...at,
			];
		}

		case 'cat': {
			return ['cat', phase === 'exporting' ? 'a:/many/large' : 'a:/one', ...at];
		}

		case 'shell': {
			// What runs for ever is the step behind that.
			return ['shell', phase === 'running' ? 'a:2' : 'a:1', ...at];
		}

		case 'check': {
			return ['check', context, ...flags];
		}

		case 'tree': {
			return ['tree', context];
		}
	}
}

function shellWords(phase: Phase, seconds: string): readonly string[] {
	switch (phase) {
		case 'busy shell': {
			return [];
		}

		case 'shell': {
			return ['--', 'sh', '-c', `echo in the shell; sleep ${seconds}`];
		}

		default: {
			return ['--', 'cat', '/one'];
		}
	}
}
