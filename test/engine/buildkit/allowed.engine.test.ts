import {expect, onTestFinished, test, vi} from 'vitest';
import {testEngine} from '../test-engine.js';
import {
	failureOf,
	isOldEngine,
	logOf,
	openBuild,
	runAt,
	runSteps,
	unique,
} from './builds.js';

const readNetwork = 'readlink /proc/self/ns/net';

/** Engine 20.10 knows no `RUN --network`: it says so of the line. */
test('a step on the network of the host needs to be allowed it', async () => {
	const dockerfile = [
		'FROM busybox',
		`RUN echo ${unique()}`,
		`RUN --network=host ${readNetwork}`,
		`RUN ${readNetwork} # ${unique()}`,
	];
	if (isOldEngine()) {
		await expect(openBuild(dockerfile)).rejects.toThrow(
			/^Dockerfile:3: unknown flag: network/iv,
		);
		return;
	}

	const build = await openBuild(dockerfile);
	expect(await failureOf(build)).toMatchObject({
		step: 2,
		message: "This build isn't allowed network.host.",
		advice: 'Start mstage again with --allow network.host.',
		state: {kept: false},
	});
});

test('a step that is allowed the host’s network has it, and so have its shells', async () => {
	const opening = openBuild(
		[
			'FROM busybox',
			`RUN --network=host ${readNetwork} # ${unique()}`,
			`RUN ${readNetwork} # ${unique()}`,
		],
		{entitlements: ['network.host']},
	);
	if (isOldEngine()) {
		await expect(opening).rejects.toThrow(
			/^Dockerfile:2: unknown flag: network/iv,
		);
		return;
	}

	const build = await opening;
	const events = await runSteps(build);
	const network = logOf(events, 1);
	expect(network).toMatch(/^net:\[\d+\]\n$/v);
	expect(logOf(events, 2)).not.toBe(network);
	const command = readNetwork.split(' ');
	for (const kind of ['before', 'after'] as const) {
		// eslint-disable-next-line no-await-in-loop -- one shell after the other
		const {stdout} = await runAt(build, {kind, step: 1}, ...command);
		expect(stdout).toBe(network);
	}
});

test('what the engine’s configuration doesn’t give is told at once', async () => {
	await expect(
		openBuild(['FROM busybox'], {entitlements: ['security.insecure']}),
	).rejects.toThrow(
		"The engine's configuration doesn't let builds have security.insecure: leave --allow security.insecure out, or allow it in the engine's daemon.json, under builder.entitlements.",
	);
});

/** The frontends of engines before 27 know no `env=`. */
test('a secret that is a variable of a step is one of its shells, too', async () => {
	const id = unique();
	const opening = openBuild(
		[
			'FROM busybox',
			`RUN --mount=type=secret,id=${id},env=TOKEN echo "$TOKEN" | wc -c`,
		],
		{secrets: [{id, kind: 'environment', variable: 'MSTAGE_TEST_TOKEN'}]},
	);
	if (Number.parseInt(testEngine().version, 10) < 27) {
		await expect(opening).rejects.toThrow(
			"Dockerfile:2: unexpected key 'env' in 'env=TOKEN'",
		);
		return;
	}

	const build = await opening;
	vi.stubEnv('MSTAGE_TEST_TOKEN', 'hush');
	onTestFinished(() => {
		vi.unstubAllEnvs();
	});
	const events = await runSteps(build);
	expect(logOf(events, 1)).toBe('5\n');
	const point = {kind: 'before', step: 1} as const;
	const {stdout} = await runAt(build, point, 'sh', '-c', 'echo "$TOKEN"');
	expect(stdout).toBe('hush\n');
});
