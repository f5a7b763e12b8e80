import {EventEmitter, once} from 'node:events';
import {symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {expect, onTestFinished, test, vi} from 'vitest';
import {watchBuild} from '../../source/commands/watch.js';
import {openStore, reachPhase, startStore} from '../debugger/programs.js';
import {makeTree} from '../engine/context/temporary-tree.js';

test('links are watched, not what they lead to: a builder gets them as they are', async () => {
	const elsewhere = await makeTree({file: '1'});
	const context = await makeTree({
		Dockerfile: 'FROM busybox\n',
		loop: '→ loop',
		elsewhere: `→ ${elsewhere}`,
	});
	const store = await startStore({policy: 'stage'});
	const watcher = await watchBuild(store, {
		context,
		dockerfile: path.join(context, 'Dockerfile'),
	});
	onTestFinished(async () => watcher.close());
	await watcher.ready;
	const reloads = new EventTarget();
	const heard: string[] = [];
	store.onEvent(({type}) => {
		heard.push(type);
		reloads.dispatchEvent(new Event(type));
	});
	await writeFile(path.join(elsewhere, 'file'), '2');
	await symlink('loop', path.join(context, 'another'));
	await once(reloads, 'reloaded');
	expect(heard).toEqual(['reload', 'reloaded']);
});

test('a Dockerfile, and a context, that are links are watched where they lead to', async () => {
	const shared = await makeTree({
		'context/a': '1',
		'files/Dockerfile': 'FROM busybox\n',
	});
	const folder = await makeTree({
		context: `→ ${shared}/context`,
		Dockerfile: `→ ${shared}/files/Dockerfile`,
	});
	const store = await startStore({policy: 'stage'});
	const watcher = await watchBuild(store, {
		context: path.join(folder, 'context'),
		dockerfile: path.join(folder, 'Dockerfile'),
	});
	onTestFinished(async () => watcher.close());
	await watcher.ready;
	const reloads = new EventTarget();
	store.onEvent(({type}) => {
		reloads.dispatchEvent(new Event(type));
	});
	for (const file of ['files/Dockerfile', 'context/a']) {
		const reloaded = once(reloads, 'reloaded');
		// eslint-disable-next-line no-await-in-loop -- one change after the other
		await writeFile(path.join(shared, file), 'FROM busybox AS other\n');
		// eslint-disable-next-line no-await-in-loop
		await reloaded;
	}
});

test('what can not be watched is told once the build stands still, and ends no session', async () => {
	// Of what a machine can watch, other programs have their part: it can't be made to run out here alone.
	// eslint-disable-next-line unicorn/prefer-event-target -- chokidar's is one
	const watcher = Object.assign(new EventEmitter(), {close: vi.fn()});
	vi.doMock('chokidar', () => ({watch: () => watcher}));
	onTestFinished(() => {
		vi.doUnmock('chokidar');
	});
	const context = await makeTree({Dockerfile: 'FROM busybox\n'});
	const store = openStore({policy: 'stage'});
	const told: string[] = [];
	store.onEvent(event => {
		told.push(
			event.type === 'reload-failed' ? event.error.message : event.type,
		);
	});
	await watchBuild(store, {
		context,
		dockerfile: path.join(context, 'Dockerfile'),
	});
	watcher.emit('error', new Error('ENOSPC'));
	expect(told).toEqual([]);
	await store.start();
	store.reload();
	watcher.emit('error', new Error('ENOSPC'));
	await reachPhase(store, 'paused');
	await setImmediate();
	const fault =
		"Not every change of the build's files is seen (ENOSPC): reload by yourself, or leave more out in .dockerignore.";
	expect(told).toEqual(['loaded', fault, 'reload', 'reloaded', fault]);
});
