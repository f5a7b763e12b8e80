import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {casesForTests, type Case} from './case.js';

const open = casesForTests();
const builders = ['buildkit', 'legacy'] as const;

/** Writes a Dockerfile, runs it to its end, and returns what is told. */
async function run(
	it: Case,
	builder: string,
	lines: readonly string[],
	{
		flags = [],
		pause = 'never',
		input = '',
	}: {
		readonly flags?: readonly string[];
		readonly pause?: string;
		readonly input?: string;
	} = {},
): Promise<string> {
	await writeFile(path.join(it.folder, 'Dockerfile'), lines.join('\n'));
	const {stdout} = await it.mstage(
		['debug', '--plain', '--pause', pause, '--builder', builder, ...flags, '.'],
		{input},
	);
	return stdout;
}

test.each(builders)(
	'a step that failed the last time is told as that, and never that nothing differs (%s)',
	async builder => {
		await using it = await open('not-cached');
		const lines = [
			'FROM busybox',
			'COPY flag /flag',
			`RUN echo ${Date.now()} && grep good /flag`,
			'RUN echo behind',
		];
		expect(await run(it, builder, lines)).not.toContain('not cached');
		const again = await run(it, builder, lines);
		expect(again).toContain(
			'not cached: it failed the last time, so there was nothing in the cache',
		);
		expect(again).not.toContain('nothing differs');

		const edited = lines.map(line => line.replace('&& grep', '; grep'));
		const retried = await run(it, builder, edited, {
			pause: 'error',
			input: 'continue\n',
		});
		expect(retried.match(/not cached: (?:instruction|it failed)/gv)).toEqual([
			'not cached: instruction',
			'not cached: it failed',
		]);

		await writeFile(path.join(it.folder, 'flag'), `good ${Date.now()}`);
		const mended = await run(it, builder, lines);
		expect(mended).toContain('not cached: file flag changed');
		expect(mended).toContain('✔ finished');
		expect(await run(it, builder, lines)).not.toContain('not cached');
	},
);

test.each(builders)(
	'an image whose tag moved is told in FROM, COPY --from and mounts (%s)',
	async builder => {
		await using it = await open('not-cached');
		const image = `mstage-moved-${builder}-${Date.now()}:1`;
		const move = async (mark: string) =>
			run(it, builder, ['FROM busybox', `RUN echo ${mark} ${image} > /mark`], {
				flags: ['-t', image],
			});
		const lines = [
			`FROM ${image} AS a`,
			'RUN cat /mark',
			'FROM busybox AS b',
			`COPY --from=${image} /mark /mark`,
			'RUN cat /mark > /again',
			'FROM b AS c',
			...(builder === 'buildkit'
				? [`RUN --mount=from=${image},target=/m cat /m/mark > /mounted`]
				: []),
			'COPY --from=a /mark /a',
		];
		// Each has memories of its own Dockerfile.
		await using other = await open('not-cached');
		const toldBy = async () => run(other, builder, lines);
		await move('one');
		expect(await toldBy()).not.toContain('not cached');
		expect(await toldBy()).not.toContain('not cached');
		await move('two');
		const told = await toldBy();
		const changed = `not cached: the image ${image} changed`;
		expect(told.split(changed)).toHaveLength(builder === 'buildkit' ? 4 : 2);
		// The legacy builder's FROM is a step that has its own key.
		expect(told).toContain(
			builder === 'buildkit'
				? 'not cached: a step before it changed: see b:1'
				: 'not cached: a step before it changed: see a:0',
		);
		expect(told).toContain('not cached: the stage a changed: see a:');
		expect(told).not.toContain('nothing differs');
	},
);
