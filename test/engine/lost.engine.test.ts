import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {BuilderKind} from '../../source/dockerfile/stages/stage-queries.js';
import type {Build} from '../../source/engine/port.js';
import {EngineError} from '../../source/errors.js';
import {rootPath} from '../../source/text/byte-path.js';
import {type FaultyProxy, openFaultyProxy} from './faulty-proxy.js';
import {testEngine} from './test-engine.js';
import {openBuild, unique} from './buildkit/builds.js';

let proxy: FaultyProxy;
let build: Build;
const never = new AbortController().signal;

async function begin(builder: BuilderKind): Promise<void> {
	proxy = await openFaultyProxy(testEngine().dockerHost.replace('unix://', ''));
	build = await openBuild(
		[
			'FROM busybox',
			`RUN echo ${unique()}`,
			`RUN echo runs; sleep 1000 # ${unique()}`,
		],
		{engine: {dockerHost: proxy.address}, builder},
	);
	await toEnd(build.run([0, 1], never));
}

afterEach(async () => {
	await build.close();
	await proxy.close();
});

async function toEnd(events: AsyncIterable<unknown>): Promise<void> {
	for await (const _ of events) {
		// Only the end is of interest.
	}
}

async function open() {
	return build.snapshot({kind: 'after', step: 1});
}

/** What takes a while at a point that is done: each resolves once it is under way, to its outcome. */
const errands: Readonly<
	Record<string, () => Promise<{readonly outcome: Promise<unknown>}>>
> = {
	async 'a step runs'() {
		const events = build.run([2], never)[Symbol.asyncIterator]();
		let next = await events.next();
		while (!next.done && next.value.type !== 'log') {
			// eslint-disable-next-line no-await-in-loop -- one event after the other
			next = await events.next();
		}

		return {outcome: toEnd({[Symbol.asyncIterator]: () => events})};
	},
	async 'files are listed'() {
		const snapshot = await open();
		return {outcome: toEnd(snapshot.list())};
	},
	async 'a folder is read'() {
		const snapshot = await open();
		return {outcome: snapshot.readDirectory(rootPath)};
	},
	async 'a shell is open'() {
		const snapshot = await open();
		const shell = await snapshot.openShell({
			terminal: null,
			command: ['sleep', '1000'],
		});
		return {outcome: shell.exited};
	},
	async 'a shell is opened'() {
		const snapshot = await open();
		return {
			outcome: snapshot.openShell({terminal: null, command: ['sleep', '1000']}),
		};
	},
};

describe.each(
	(['buildkit', 'legacy'] as const).flatMap(builder =>
		(['reset', 'drop', 'garbage'] as const).map(kind => ({builder, kind})),
	),
)('a connection with $kind is a lost engine ($builder)', ({builder, kind}) => {
	beforeEach(async () => begin(builder));

	test.each(Object.keys(errands))('while %s', async name => {
		const {outcome} = await errands[name]!();
		proxy.fault(kind);
		await expect(outcome).rejects.toThrow(EngineError);
		const error = await build.lost;
		expect(error!.message).toContain('is gone');
	});
});

test('garbage on a connection over which nothing is asked is noticed', async () => {
	await begin('buildkit');
	proxy.fault('garbage');
	const error = await build.lost;
	expect(error!.message).toContain('is gone');
	await build.close();
});
