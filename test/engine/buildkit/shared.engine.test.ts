import {expect, test} from 'vitest';
import type {BuildEvent} from '../../../source/engine/port.js';
import {failureOf, openBuild, runSteps, unique} from './builds.js';

/** What is told of steps, without what differs from run to run. */
function told(events: readonly BuildEvent[]): readonly string[] {
	return events.flatMap(event =>
		event.type === 'started' ||
		event.type === 'done' ||
		event.type === 'cached' ||
		event.type === 'log'
			? [`${event.type} ${event.step}`]
			: [],
	);
}

/** Two stages that hold the same instructions, and so share their operations; steps 0 to 2 and 3 to 5. */
function twins(command: string): readonly string[] {
	const same = [`RUN ${command} # ${unique()}`, 'WORKDIR /deep'];
	return [
		'FROM busybox AS a',
		...same,
		'FROM busybox AS b',
		...same,
		'FROM scratch',
		'COPY --from=a / /a',
		'COPY --from=b / /b',
	];
}

test('an operation that two stages share is told of the step that the run is for', async () => {
	const build = await openBuild(twins('echo once'));
	const first = told(await runSteps(build, [0, 1, 2]));
	// An image that the engine has may be taken for cached or done.
	expect(new Set(first.filter(event => !event.endsWith(' 0')))).toEqual(
		new Set(['started 1', 'log 1', 'done 1', 'started 2', 'done 2']),
	);
	expect(told(await runSteps(build, [3, 4, 5]))).toEqual([
		'cached 3',
		'cached 4',
		'cached 5',
	]);
});

test('a failure of an operation that two stages share is one of the stage that the run is for', async () => {
	const build = await openBuild(twins('false'));
	expect(await failureOf(build, [0, 1])).toMatchObject({step: 1});
	expect(await failureOf(build, [3, 4])).toMatchObject({step: 4});
	expect(await failureOf(build)).toMatchObject({step: 1});
});
