import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {watchBuild} from '../../source/commands/watch.js';
import {unique} from '../engine/buildkit/builds.js';
import {explained, heard, placeOf, Project, reasonsOf} from './project.js';
import {reachPhase} from './programs.js';

describe('on a real engine', () => {
	test('a breakpoint on misses stops before what isn’t cached', async () => {
		const mark = unique();
		const project = await Project.make({
			Dockerfile: `FROM busybox\nRUN echo ${mark} > /one\nCOPY a /a\nRUN cat /a # ${mark}\n`,
			a: mark,
		});
		const first = await project.start({policy: 'never'});
		await reachPhase(first, 'finished');
		await first.close();

		await project.write('a', 'another');
		const second = await project.start({
			policy: 'never',
			breakpoints: ['miss'],
		});
		await reachPhase(second, 'paused');
		expect([placeOf(second), second.state.phase]).toEqual([
			'0:2',
			{kind: 'paused', reason: 'miss'},
		]);
		second.dispatch({type: 'continue'});
		await reachPhase(second, 'paused');
		expect(placeOf(second)).toBe('0:3');
		second.dispatch({type: 'continue'});
		await reachPhase(second, 'finished');
	});

	test('a step that runs again says why, also over sessions', async () => {
		const mark = unique();
		const dockerfile = (flag: string): string =>
			[
				'FROM busybox AS first',
				'COPY src /src',
				`RUN ls ${flag} /src # ${mark}`,
				'FROM busybox',
				'ARG VERSION=1',
				`RUN echo $VERSION ${mark} > /version`,
				'COPY --from=first /src /src',
				`RUN true # ${mark}`,
			].join('\n');
		const project = await Project.make({
			Dockerfile: dockerfile('-a'),
			'src/main.c': mark,
		});
		const store = await project.start({policy: 'never'});
		await reachPhase(store, 'finished');
		expect(reasonsOf(store)).toEqual({});
		await store.close();

		await project.write('src/main.c', `${mark} changed`);
		const again = await project.start({
			policy: 'stage',
			buildArguments: {VERSION: '2'},
		});
		const told = explained(again, 5);
		again.dispatch({type: 'continue'});
		await heard(again, 'reached');
		again.dispatch({type: 'continue'});
		await told;
		expect(reasonsOf(again)).toEqual({
			'COPY src /src': ['file src/main.c changed'],
			[`RUN ls -a /src # ${mark}`]: ['a step before it changed: see first:1'],
			[`RUN echo $VERSION ${mark} > /version`]: ['argument VERSION: 1 → 2'],
			'COPY --from=first /src /src': ['the stage first changed: see first:1'],
			[`RUN true # ${mark}`]: ['argument VERSION: 1 → 2'],
		});
	});

	test('after a failure, an edit and a reload only what changed runs', async () => {
		const mark = unique();
		const dockerfile = (command: string): string =>
			[
				'FROM busybox',
				`RUN cat /proc/sys/kernel/random/uuid | tee /id # ${mark}`,
				`RUN ${command} # ${mark}`,
			].join('\n');
		const project = await Project.make({Dockerfile: dockerfile('false')});
		const store = await project.start({breakpoints: ['3']});
		await reachPhase(store, 'paused');
		const id = store.log(1).line(0);
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'failed');

		await project.write('Dockerfile', `# better\n${dockerfile('true')}`);
		store.reload();
		await reachPhase(store, 'paused');
		expect([placeOf(store), store.state.phase]).toEqual([
			'0:2',
			{kind: 'paused', reason: 'reload'},
		]);
		expect(store.state.reload).toEqual({changed: [2], error: null});
		expect(store.state.breakpoints[0]!.text).toBe('4');
		expect(store.log(1).line(0)).toBe(id);
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'finished');
	});

	test('an unreadable Dockerfile leaves the build as it was', async () => {
		const project = await Project.make({
			Dockerfile: 'FROM busybox\nRUN true\n',
		});
		const store = await project.start({policy: 'stage'});
		await project.write('Dockerfile', 'FROM busybox\nRUM true\n');
		store.reload();
		await reachPhase(store, 'paused');
		expect(store.state.reload!.error).toMatchObject({
			name: 'DockerfileError',
			line: 2,
		});
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'running');
		await reachPhase(store, 'paused');
		expect(placeOf(store)).toBe('0:end');
	});

	test('a step that is run again without cache runs again', async () => {
		const project = await Project.make({
			Dockerfile: `FROM busybox\nRUN cat /proc/sys/kernel/random/uuid # ${unique()}\nRUN true\n`,
		});
		const store = await project.start({policy: 'stage'});
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'running');
		await reachPhase(store, 'paused');
		const before = store.log(1).line(0);
		store.dispatch({type: 'rerun', step: 1, onward: false});
		await reachPhase(store, 'paused');
		expect(placeOf(store)).toBe('0:2');
		expect(store.log(1).lineCount).toBe(1);
		expect(store.log(1).line(0)).not.toBe(before);
	});

	test('a secret’s value is in no log', async () => {
		const project = await Project.make({
			Dockerfile: `FROM busybox\nRUN --mount=type=secret,id=token cat /run/secrets/token; echo; cut -c 1-3 /run/secrets/token # ${unique()}\n`,
			token: 's3cret-of-mine\n',
		});
		const store = await project.start({
			policy: 'never',
			secrets: [
				{
					id: 'token',
					kind: 'file',
					path: path.join(project.context, 'token'),
				},
			],
		});
		await reachPhase(store, 'finished');
		const log = store.log(1);
		const lines = Array.from({length: log.lineCount}, (_, line) =>
			log.line(line),
		);
		expect(lines).toEqual(['••••', '', 's3c']);
	});

	test('a change of the files loads the build again', async () => {
		const project = await Project.make({
			Dockerfile: 'FROM busybox\nCOPY a /a\n',
			'.dockerignore': 'ignored\n',
			a: '1',
			'ignored/b': '1',
		});
		const store = await project.start({policy: 'stage'});
		store.dispatch({type: 'continue'});
		await reachPhase(store, 'running');
		await reachPhase(store, 'paused');
		const watcher = await watchBuild(store, {
			context: project.context,
			dockerfile: path.join(project.context, 'Dockerfile'),
		});
		onTestFinished(async () => watcher.close());
		await watcher.ready;
		await project.write('ignored/b', '2');
		await project.write('a', '2');
		await heard(store, 'reloaded');
		expect(placeOf(store)).toBe('0:1');
		expect(store.state.reload!.changed).toEqual([1]);
	});

	test('two changes of a file at once end with the build that the second makes', async () => {
		const project = await Project.make({Dockerfile: 'FROM busybox\n'});
		const store = await project.start({policy: 'stage'});
		const watcher = await watchBuild(store, {
			context: project.context,
			dockerfile: path.join(project.context, 'Dockerfile'),
		});
		onTestFinished(async () => watcher.close());
		await watcher.ready;
		await project.write('Dockerfile', 'FORM busybox\n');
		await project.write('Dockerfile', 'FROM busybox\nLABEL a=b\n');
		await heard(store, 'reloaded');
		expect(store.state.program!.steps).toHaveLength(2);
	});
});
