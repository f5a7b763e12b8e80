import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {
	ownLabel,
	ownerLabel,
	ownerOfName,
} from '../../../source/engine/docker/owner.js';
import {callEngine, getJson} from '../engine.js';
import {
	failureOf,
	openBuild,
	openTestEngine,
	unique,
} from '../buildkit/builds.js';
import {testEngine} from '../test-engine.js';

async function containerOf(label: string): Promise<string> {
	return createContainer('', {[ownLabel]: label});
}

async function createContainer(
	query: string,
	labels: Readonly<Record<string, string>>,
): Promise<string> {
	const {text} = await callEngine(
		testEngine(),
		'POST',
		`/containers/create${query}`,
		JSON.stringify({Image: 'busybox', Cmd: ['none'], Labels: labels}),
	);
	const {Id: id} = JSON.parse(text) as {readonly Id: string};
	onTestFinished(async () => {
		await callEngine(testEngine(), 'DELETE', `/containers/${id}?force=1`);
	});
	return id;
}

async function imageOf(container: string): Promise<string> {
	const {text} = await callEngine(
		testEngine(),
		'POST',
		`/commit?container=${container}`,
	);
	const {Id: id} = JSON.parse(text) as {readonly Id: string};
	onTestFinished(async () => {
		await callEngine(testEngine(), 'DELETE', `/images/${id}`);
	});
	return id;
}

async function idsOf(
	kind: 'containers' | 'images',
): Promise<readonly string[]> {
	const found = await getJson<ReadonlyArray<{readonly Id: string}>>(
		testEngine(),
		`/${kind}/json?all=1`,
	);
	return found.map(({Id: id}) => id);
}

async function ownerThatIsGone(): Promise<string> {
	const child = spawn(process.execPath, ['--version'], {stdio: 'ignore'});
	await once(child, 'close');
	return ownerLabel()
		.split('.')
		.map((part, index) => (index === 3 ? String(child.pid) : part))
		.join('.');
}

test('what a killed session left is removed, and what others have is not', async () => {
	const label = await ownerThatIsGone();
	const gone = await containerOf(label);
	const image = await imageOf(gone);
	const ours = await containerOf(ownerLabel());
	const old = await containerOf('1');

	const engine = await openTestEngine('buildkit');
	const removed = await engine.removeLeftBehind();
	expect(removed.containers).toBeGreaterThanOrEqual(1);
	expect(removed.images).toBeGreaterThanOrEqual(1);
	expect(await idsOf('images')).not.toContain(image);
	const containers = await idsOf('containers');
	expect(containers).not.toContain(gone);
	expect(containers).toEqual(expect.arrayContaining([ours, old]));
});

test('the next session with the legacy builder does it by itself', async () => {
	const gone = await containerOf(await ownerThatIsGone());
	await openTestEngine('legacy');
	await expect.poll(async () => idsOf('containers')).not.toContain(gone);
});

test('what a RUN that failed left is known for a session by its name', async () => {
	type Row = {
		readonly Id: string;
		readonly Names: readonly string[];
		readonly Command: string;
	};
	const mark = unique();
	const build = await openBuild(['FROM busybox', `RUN false # ${mark}`], {
		builder: 'legacy',
	});
	await failureOf(build);
	const rows = await getJson<readonly Row[]>(
		testEngine(),
		'/containers/json?all=1',
	);
	const {Id: ours, Names: names} = rows.find(({Command: text}) =>
		text.includes(mark),
	)!;
	const name = names[0]!.slice(1);
	expect(ownerOfName(name)).toBe(ownerLabel());

	const owner = await ownerThatIsGone();
	const gone = await createContainer(
		`?name=${name.replace(ownerLabel(), owner)}`,
		{},
	);
	await openTestEngine('legacy');
	await expect.poll(async () => idsOf('containers')).not.toContain(gone);
	expect(await idsOf('containers')).toContain(ours);
});
