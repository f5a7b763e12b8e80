import {existsSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {openBuild, runSteps} from '../buildkit/builds.js';
import {takenSlots} from '../slots.js';
import {testEngine} from '../test-engine.js';

const engine = testEngine();

/** The containers of a private engine have a control group above them; in the kernel's second version of these it has other files. */
async function limitMemory(): Promise<boolean> {
	const slots = await takenSlots();
	const found = slots.find(({state}) => state.dockerHost === engine.dockerHost);
	const file = `/sys/fs/cgroup/memory/${found?.slot.cgroup}/memory.limit_in_bytes`;
	// What others do on an engine must not be killed with it.
	const isShared = process.env['MSTAGE_TEST_ENGINE'] === 'host';
	if (!found || isShared || !existsSync(file)) {
		return false;
	}

	const before = await readFile(file, 'utf8');
	onTestFinished(async () => writeFile(file, before));
	await writeFile(file, String(150 * 1024 * 1024));
	return true;
}

test.each(['buildkit', 'legacy'] as const)(
	'what a kernel kills for its memory is told as far as the engine knows: %s',
	async builder => {
		if (!(await limitMemory())) {
			return;
		}

		const build = await openBuild(
			['FROM busybox', `RUN echo ${builder}; tail /dev/zero`],
			{builder},
		);
		const events = await runSteps(build);
		const last = events.at(-1);
		expect(last).toMatchObject({
			type: 'failed',
			failure:
				builder === 'legacy'
					? {message: 'The command ran out of memory (exit code 137).'}
					: {
							message: 'The command was killed (exit code 137).',
							advice: expect.stringContaining("doesn't say by whom") as string,
						},
		});
	},
);
