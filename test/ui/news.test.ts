import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, test} from 'vitest';
import {DockerfileError, EngineError, UsageError} from '../../source/errors.js';
import {
	isHopeless,
	showFaultyLine,
	viewActionsFor,
} from '../../source/ui/news.js';
import {presentSource} from '../../source/ui/present/source.js';
import {presentTree} from '../../source/ui/present/tree.js';
import {initialView} from '../../source/ui/view-state.js';
import {ViewStore} from '../../source/ui/view-store.js';
import {programOf} from './program.js';
import {dockerfile, done, sceneOf, stateOf, textsOf} from './scene.js';

const program = programOf(
	dockerfile.replace('go build -o /app', 'go build -v -o /app'),
);
const reloaded = {type: 'reloaded', program, changedInputs: []} as const;
const built = [{type: 'end-of-stage'}, ...done(0, 1, 2, 3)] as const;

test('a reload says how much changed; what changed is marked until it has run', () => {
	const events = [...built, {type: 'reload'}, reloaded] as const;
	expect(viewActionsFor(reloaded, stateOf({events}))).toEqual([
		{type: 'follow'},
		{
			type: 'message',
			message: {
				kind: 'note',
				text: 'Reloaded: 1 step changed, the first is builder:3.',
			},
		},
	]);
	const scene = sceneOf({events});
	expect(textsOf(presentTree(scene, 40, 9, true).rows)[3]).toBe(
		'▌  ▶±○ RUN go build -v -o /app',
	);
	expect(textsOf(presentSource(scene, 60, 12).rows)[3]).toMatch(
		/^▌ ▶± 4 {2}RUN go build -v/v,
	);
	const run = sceneOf({events: [...events, {type: 'next'}, ...done(3)]});
	expect(textsOf(presentSource(run, 60, 12).rows)[3]).not.toContain('±');
});

test('a Dockerfile that can not be loaded again stands above the last good one', () => {
	const error = new DockerfileError('there is no RNU', 'Dockerfile', 4);
	const failed = {type: 'reload-failed', error} as const;
	const events = [...built, {type: 'reload'}, failed] as const;
	const state = stateOf({events});
	expect(state.phase).toMatchObject({kind: 'paused'});
	expect(viewActionsFor(failed, state)).toEqual([
		{type: 'show', pane: 'source'},
		{
			type: 'message',
			message: {
				kind: 'problem',
				text: 'The Dockerfile has an error, so what was loaded last goes on: E edits it.',
			},
		},
	]);
	const scene = sceneOf({
		events,
		view: [{type: 'faulty-line', text: 'RNU go build'}],
	});
	expect(textsOf(presentSource(scene, 60, 6).rows)).toEqual([
		' not reloaded: Dockerfile:4: there is no RNU',
		' 4  RNU go build',
		'    ^',
		' below is what was loaded last',
		expect.stringMatching(/ 1 {2}FROM golang/v),
		expect.stringMatching(/ 2 {2}WORKDIR/v),
	]);
});

test('the faulty line comes from the file as it is now', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-news-'));
	const views = new ViewStore(initialView({rows: 24, columns: 80}));
	const file = path.join(folder, 'Dockerfile');
	try {
		await writeFile(file, 'FROM busybox\r\nRNU true\r\n');
		const error = new DockerfileError('no', 'Dockerfile', 2);
		await showFaultyLine(error, file, views);
		expect(views.getView().faultyLine).toBe('RNU true');
		await showFaultyLine(error, path.join(folder, 'gone'), views);
		expect(views.getView().faultyLine).toBeNull();
	} finally {
		await rm(folder, {recursive: true});
	}
});

test('only what can not be mended on the screen ends it', () => {
	const broken = (error: Error, events: readonly [] | null = null) =>
		isHopeless({
			...stateOf({events}),
			phase: {kind: 'broken', error},
		});
	expect(broken(new UsageError('no target'))).toBe(true);
	expect(broken(new Error('a defect'), [])).toBe(true);
	expect(broken(new EngineError('lost'))).toBe(false);
	expect(broken(new DockerfileError('no', 'Dockerfile', 1))).toBe(false);
	expect(broken(new UsageError('gone'), [])).toBe(false);
});
