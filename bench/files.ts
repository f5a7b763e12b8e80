import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {ContentHashes} from '../source/inspect/content-hashes.js';
import {findLeft} from '../source/inspect/left/left.js';
import {Tracer} from '../source/inspect/trace/trace.js';
import {bytePathFromText} from '../source/text/byte-path.js';
import {BuildkitEngine} from '../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../source/engine/docker/address.js';
import type {Build, Snapshot, TouchedEntries} from '../source/engine/port.js';
import {compare} from '../source/filesystem/compare/comparison.js';
import {listWithRoot} from '../source/filesystem/tree/list-with-root.js';
import {dockerClient, type EngineInfo} from '../test/engine/engine.js';
import {type ByteCounter, countBytes} from './byte-counter.js';
import {makeLargeImages, type LargeImage} from './large-images.js';
import {timeRun, type Command} from './processes.js';
import {summarise} from './statistics.js';

/** How much longer than `docker save` may be, as a part of its time. */
const mostOfSave = 0.3;

/** How long telling what a step changed may take, in milliseconds. */
const mostOfStep = 300;

const rounds = 3;

/**
Measures listings, comparisons and the changes of a step on large images, against `docker save`, in turns.

@returns What was measured, a line each, as it is.
@throws {RunError} From the iterable: `docker save` failed.
*/
export async function* measureFiles(
	engine: EngineInfo,
	signal: AbortSignal,
): AsyncGenerator<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-bench-files-'));
	const counter = await countBytes(engine, path.join(folder, 'engine.sock'));
	const setting = {engine, counter, folder, signal};
	try {
		console.error('making large images');
		for await (const image of makeLargeImages(engine, folder)) {
			console.error(`measuring: ${image.name}`);
			for (const line of await measureImage(setting, image)) {
				yield `${image.name}: ${line}`;
			}
		}
	} finally {
		counter.close();
		await rm(folder, {recursive: true});
	}
}

type Setting = {
	readonly engine: EngineInfo;
	readonly counter: ByteCounter;
	readonly folder: string;
	readonly signal: AbortSignal;
};

async function measureImage(
	setting: Setting,
	image: LargeImage,
): Promise<readonly string[]> {
	const {engine, counter, folder, signal} = setting;
	const {command, env} = await dockerClient({...engine, ...counter.engine});
	const save = (reference: string): Command => ({
		file: 'sh',
		args: ['-c', `"$0" save ${reference} | tar -t`, command],
		env,
	});
	const open = async () =>
		BuildkitEngine.open(parseDockerAddress(counter.engine.dockerHost));
	const times = {
		save: [] as number[],
		saveOther: [] as number[],
		list: [] as number[],
		compare: [] as number[],
		step: [] as number[],
		why: [] as number[],
		left: [] as number[],
	};
	const counts = {entries: 0, changes: 0, changesOfStep: 0};
	let [listedBytes, savedBytes] = [0, 0];
	const ours = await open();
	const build = await buildOn(ours, image.reference, folder);
	try {
		const images = await ours.openImages({});
		/* eslint-disable no-await-in-loop -- they would disturb each other */
		for (let round = 0; round < rounds; round++) {
			const [one, other] = await Promise.all([
				images.snapshot(image.reference),
				images.snapshot(image.other),
			]);
			counter.take();
			times.save.push(await timeRun(save(image.reference), {signal}));
			savedBytes = counter.take();
			counts.entries = await timed(times.list, async () => countEntries(one));
			listedBytes = counter.take();
			times.saveOther.push(await timeRun(save(image.other), {signal}));
			counts.changes = await timed(times.compare, async () =>
				countChanges(
					await images.touched(image.reference, image.other),
					one,
					other,
				),
			);
			counts.changesOfStep = await timed(times.step, async () =>
				countTouched(build),
			);
			await timed(times.why, async () =>
				new Tracer(build).trace({
					point: {kind: 'final'},
					path: bytePathFromText('made/one'),
				}),
			);
			await timed(times.left, async () =>
				findLeft(build, undefined, new ContentHashes(), signal),
			);
		}
		/* eslint-enable no-await-in-loop */
	} finally {
		await ours.close();
	}

	const median = (name: keyof typeof times): number =>
		summarise(times[name]).median;
	// The engine may keep what it found: it is the first time that a user waits for.
	const [first] = times.step;
	const saves = median('save') + median('saveOther');
	return [
		ratioLine(
			`listing of ${counts.entries} entries`,
			median('list'),
			median('save'),
		),
		`  ${(listedBytes / 1e6).toFixed(1)} MB moved, ${(listedBytes / counts.entries).toFixed(0)} bytes an entry; docker save moves ${(savedBytes / 1e6).toFixed(0)} MB`,
		ratioLine(
			`comparison with ${counts.changes} changes`,
			median('compare'),
			saves,
		),
		ratioLine('where a file came from', median('why'), median('save')),
		ratioLine('what is left behind', median('left'), median('save')),
		`${verdict(first! <= mostOfStep)} what a step changed (${counts.changesOfStep} paths), asked for the first time: ${first!.toFixed(0)} ms of at most ${mostOfStep} ms`,
	];
}

function ratioLine(name: string, ours: number, theirs: number): string {
	const ratio = ours / theirs;
	return `${verdict(ratio <= mostOfSave)} ${name}: ${ours.toFixed(0)} ms, docker save ${theirs.toFixed(0)} ms: ratio ${ratio.toFixed(2)} of at most ${mostOfSave}`;
}

function verdict(isMet: boolean): string {
	return isMet ? 'met   ' : 'MISSED';
}

/** Adds how long some work took, in milliseconds; returns what it returns. */
async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
	const start = performance.now();
	const result = await work();
	times.push(performance.now() - start);
	return result;
}

async function countEntries(files: Snapshot): Promise<number> {
	let count = 0;
	for await (const _ of files.list()) {
		count++;
	}

	return count;
}

/** As `mstage diff` does it. */
async function countChanges(
	touched: TouchedEntries | null,
	from: Snapshot,
	to: Snapshot,
): Promise<number> {
	const {changes} = await compare(
		touched?.before ?? listWithRoot(from),
		touched?.after ?? listWithRoot(to),
		{differing: new ContentHashes().comparing(from, to)},
	);
	return changes.length;
}

/** A step that makes, changes and removes some files of the image. */
async function buildOn(
	engine: BuildkitEngine,
	reference: string,
	folder: string,
): Promise<Build> {
	const dockerfile = path.join(folder, 'Dockerfile');
	await writeFile(
		dockerfile,
		[
			`FROM ${reference}`,
			'RUN echo more >> /data/package-7/file-7.js && rm -r /data/package-9 && rm /data/package-8/file-1.js && mkdir /made && echo 1 > /made/one',
		].join('\n'),
	);
	const build = await engine.openBuild({
		context: folder,
		dockerfile,
		dockerfileName: 'Dockerfile',
		buildArguments: {},
		secrets: [],
		noCache: false,
		tags: [],
	});
	for await (const event of build.run([0, 1], new AbortController().signal)) {
		if (event.type === 'failed') {
			throw new Error(event.failure.message);
		}
	}

	return build;
}

async function countTouched(build: Build): Promise<number> {
	const points = [
		{kind: 'before', step: 1},
		{kind: 'after', step: 1},
	] as const;
	const touched = await build.touched(...points);
	if (!touched) {
		throw new Error('The engine does not tell what a step touched');
	}

	const [from, to] = await Promise.all(
		points.map(async point => build.snapshot(point)),
	);
	return countChanges(touched, from!, to!);
}
