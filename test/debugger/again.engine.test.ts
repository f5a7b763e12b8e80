import {readFile, readdir} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {DebuggerStore} from '../../source/debugger/session/store.js';
import {unique} from '../engine/buildkit/builds.js';
import {seedBusybox, startEngine} from '../engine/engine.js';
import {heard, placeOf, Project} from './project.js';
import {reachPhase} from './programs.js';

/** All the text that is in the files of a folder. */
async function textIn(folder: string): Promise<string> {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile());
	const texts = await Promise.all(
		files.map(async ({parentPath, name}) =>
			readFile(path.join(parentPath, name), 'utf8'),
		),
	);
	return texts.join('\n');
}

/** All that a step printed. */
function linesOf(store: DebuggerStore, step: number): readonly string[] {
	const log = store.log(step);
	return Array.from({length: log.lineCount}, (_, line) => log.line(line) ?? '');
}

/** Waits until a step is done, and returns how long it ran. */
async function secondsOf(store: DebuggerStore, step: number): Promise<number> {
	return new Promise(resolve => {
		const stop = store.onEvent(event => {
			if (event.type === 'done' && event.step === step) {
				stop();
				resolve(event.seconds);
			}
		});
	});
}

describe('a failure', () => {
	test('that is mended, loaded again and gone on from is done sooner than a session that starts anew', async () => {
		const example = path.join(import.meta.dirname, '../../examples/failing');
		const names = await readdir(example, {
			recursive: true,
			withFileTypes: true,
		});
		const files = names
			.filter(entry => entry.isFile())
			.map(({parentPath, name}) =>
				path.relative(example, path.join(parentPath, name)),
			);
		const project = await Project.make(
			Object.fromEntries(
				await Promise.all(
					files.map(async name => [
						name,
						await readFile(path.join(example, name), 'utf8'),
					]),
				),
			) as Record<string, string>,
		);
		const started = performance.now();
		const store = await project.start();
		await reachPhase(store, 'failed');
		const session = performance.now() - started;
		const failed = placeOf(store);
		const dockerfile = await readFile(path.join(example, 'Dockerfile'), 'utf8');
		await project.write(
			'Dockerfile',
			dockerfile.replace(
				'RUN sh run.sh /site',
				`RUN echo ${unique()} > $REPORT`,
			),
		);
		const before = performance.now();
		store.reload();
		await heard(store, 'reloaded');
		expect(placeOf(store)).toBe(failed);
		store.dispatch({type: 'continue'});
		const mended = store.state.program!.steps.find(({text}) =>
			text.includes('> $REPORT'),
		)!;
		const own = await secondsOf(store, mended.id);
		expect(performance.now() - before - own * 1000).toBeLessThan(session);
	});
});

test('at a miss, going on at once runs what was just canceled', async () => {
	const mark = unique();
	const names = ['one', 'two', 'three', 'four'];
	const project = await Project.make({
		Dockerfile: [
			'FROM busybox',
			...names.map(
				name =>
					`RUN trap '' TERM INT; echo ${name}; sleep 0.2; echo ${mark} > /${name}`,
			),
		].join('\n'),
	});
	const store = await project.start({policy: 'error', breakpoints: ['miss']});
	for (const index of names.keys()) {
		// eslint-disable-next-line no-await-in-loop -- one pause after the other
		await reachPhase(store, 'paused');
		expect(placeOf(store)).toBe(`0:${index + 1}`);
		store.dispatch({type: 'continue'});
	}

	await reachPhase(store, 'finished');
	expect(names.map((_, index) => linesOf(store, index + 1))).toEqual(
		names.map(name => [name]),
	);
});

test('a secret’s value is in nothing that is told or kept', async () => {
	const secret = `hush-${unique()}`;
	const project = await Project.make({
		Dockerfile: [
			'FROM busybox',
			`ARG OPEN=${secret}`,
			`RUN --mount=type=secret,id=token --mount=type=secret,id=more echo $(cat /run/secrets/token) $OPEN`,
			`RUN --mount=type=secret,id=token cat /run/secrets/token; echo; echo ${secret}; false`,
		].join('\n'),
	});
	const token = path.join(project.folder, 'token');
	await project.write('../token', `${secret}\n`);
	const store = await project.start({
		breakpoints: [`3 if OPEN=x`],
		secrets: [{id: 'token', kind: 'file', path: token}],
	});
	for (const text of [`4 if OPEN=no-${secret}`, 'ENV']) {
		store.dispatch({type: 'set-breakpoint', text});
	}

	await reachPhase(store, 'failed');
	const told = [
		...linesOf(store, 2),
		...linesOf(store, 3),
		JSON.stringify(store.variablesAfter(2)),
	].join('\n');
	expect(told).toContain('••••');
	expect(told).not.toContain(secret);
	await store.close();
	const kept = await textIn(path.join(project.folder, 'mstage'));
	expect(kept).toContain('/run/secrets/token');
	expect(kept).toContain('"ENV"');
	expect(kept).not.toContain(secret);
});

test('after the engine was started again, the build is loaded again', async () => {
	const socket = `/run/mstage-${unique()}.sock`;
	const start = async () => {
		const engine = await startEngine({version: '26.1.5', socket});
		onTestFinished(engine.stop);
		await seedBusybox(engine);
		return engine;
	};

	const engine = await start();
	const project = await Project.make({
		Dockerfile: 'FROM busybox\nRUN echo one\nRUN echo two\n',
	});
	const store = await project.start({policy: 'stage', engine});
	store.dispatch({type: 'next'});
	await reachPhase(store, 'running');
	await reachPhase(store, 'paused');
	await engine.stop();
	store.dispatch({type: 'next'});
	await reachPhase(store, 'broken');
	store.reload();
	await heard(store, 'reload-failed');
	expect(store.state.phase).toMatchObject({
		kind: 'broken',
		error: {name: 'EngineError'},
	});

	await start();
	store.reload();
	await heard(store, 'reloaded');
	store.dispatch({type: 'continue'});
	await reachPhase(store, 'running');
	await reachPhase(store, 'paused');
	expect(placeOf(store)).toBe('0:end');
});
