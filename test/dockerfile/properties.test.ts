import {expect, test} from 'vitest';
import fc from 'fast-check';
import {
	findTarget,
	neededStages,
	readStageGraph,
	type StageGraph,
} from '../../source/dockerfile/stage-graph.js';
import {DockerfileError} from '../../source/errors.js';

const read = (source: string): StageGraph =>
	readStageGraph(source, {filename: 'Dockerfile'});

const graphOf = (source: string): StageGraph | undefined => {
	try {
		return read(source);
	} catch (error) {
		expect(error).toBeInstanceOf(DockerfileError);
		return undefined;
	}
};

const name = fc.constantFrom(
	'a',
	'b',
	'C',
	'busybox',
	'scratch',
	'0',
	'1',
	'2',
	'$A',
);

const pieces = fc.oneof(
	fc.tuple(name, name).map(([base, own]) => `FROM ${base} AS ${own}`),
	name.map(base => `FROM ${base}`),
	name.map(from => `COPY --from=${from} /x /x`),
	name.map(from => `RUN --mount=from=${from},target=/x true`),
	name.map(from => `ONBUILD COPY --from=${from} /x /x`),
	fc.constantFrom(
		'',
		'# comment',
		'ARG A=a',
		'ENV B=c',
		'RUN true \\\n # within\n && true',
		'RUN <<E\nFROM x\nE',
		'COPY <<-E <<F /x\n\tE\nF',
		'WORKDIR /x',
		'EXPOSE x',
		'\\',
	),
);

const dockerfile = fc
	.tuple(
		fc.constantFrom('', '\uFEFF', '# escape=`\n', 'ARG A=busybox\n'),
		fc.array(pieces, {maxLength: 9}),
		fc.constantFrom('\n', '\r\n'),
	)
	.map(([head, lines, lineEnd]) =>
		[`${head}FROM busybox AS a`, ...lines].join('\n').replaceAll('\n', lineEnd),
	);

const text = fc.oneof(
	dockerfile,
	fc.string({unit: 'binary', maxLength: 60}),
	fc
		.tuple(dockerfile, fc.nat(), fc.string({unit: 'binary', maxLength: 3}))
		.map(([source, place, inserted]) => {
			const index = place % (source.length + 1);
			return source.slice(0, index) + inserted + source.slice(index);
		}),
	fc
		.array(
			fc.constantFrom(
				'FROM',
				'COPY',
				'--from=',
				'RUN',
				'<<',
				'$',
				'{',
				'"',
				"'",
				'\\',
				'\n',
				' ',
				'a',
				'#',
				'[',
				']',
			),
			{maxLength: 30},
		)
		.map(parts => `FROM a\n${parts.join('')}`),
);

test('any text has a graph, or is refused with a line of it', () => {
	fc.assert(
		fc.property(text, source => {
			const count = source.split('\n').length;

			try {
				const graph = read(source);
				findTarget(graph, undefined);
			} catch (error) {
				expect(error).toBeInstanceOf(DockerfileError);
				const {line} = error as DockerfileError;
				expect(line).toBeGreaterThanOrEqual(1);
				expect(line).toBeLessThanOrEqual(count);
			}
		}),
		{numRuns: 2000},
	);
});

test('no line belongs to two instructions, and each knows its own text', () => {
	fc.assert(
		fc.property(text, source => {
			const graph = graphOf(source);
			const lines = source.replace(/^\uFEFF/v, '').split('\n');
			let last = 0;

			for (const instruction of graph?.stages.flatMap(
				stage => stage.instructions,
			) ?? []) {
				const [from, to] = instruction.lines;
				expect(from).toBeGreaterThan(last);
				expect(to).toBeGreaterThanOrEqual(from);
				expect(instruction.source).toBe(
					lines
						.slice(from - 1, to)
						.join('\n')
						.replace(/\r+$/v, ''),
				);
				expect(instruction.text.split(/[\t\v\f\r ]/v)[0]).toBe(
					instruction.keyword,
				);
				last = to;
			}
		}),
		{numRuns: 1000},
	);
});

test('stages follow each other, each from its FROM to its last instruction', () => {
	fc.assert(
		fc.property(dockerfile, source => {
			for (const [index, stage] of graphOf(source)?.stages.entries() ?? []) {
				expect(stage.index).toBe(index);
				expect(stage.instructions[0]!.keyword).toBe('FROM');
				expect(
					stage.instructions.filter(({keyword}) => keyword === 'FROM'),
				).toHaveLength(1);
				expect(stage.lines).toEqual([
					stage.instructions[0]!.lines[0],
					stage.instructions.at(-1)!.lines[1],
				]);
			}
		}),
	);
});

test('what a target needs is closed, and so small that nothing can be left out', () => {
	fc.assert(
		fc.property(dockerfile, source => {
			const graph = graphOf(source);

			for (const target of graph?.stages.keys() ?? []) {
				const needed = neededStages(graph!, target, 'buildkit');
				expect(needed.has(target)).toBe(true);

				for (const index of needed) {
					const readers = [...needed].filter(reader =>
						graph!.stages[reader]!.dependencies.some(
							dependency =>
								dependency.kind === 'stage' && dependency.stage === index,
						),
					);
					expect(index === target || readers.length > 0).toBe(true);

					for (const dependency of graph!.stages[index]!.dependencies) {
						expect(
							dependency.kind !== 'stage' || needed.has(dependency.stage),
						).toBe(true);
					}
				}
			}
		}),
	);
});

test('a target without faults needs only stages up to itself, so BuildKit builds no more than the legacy builder', () => {
	fc.assert(
		fc.property(dockerfile, source => {
			const graph = graphOf(source);

			for (const target of graph?.stages.keys() ?? []) {
				const needed = neededStages(graph!, target, 'buildkit');
				const legacy = neededStages(graph!, target, 'legacy');
				const isFaulty = graph!.faults.some(({stage}) => needed.has(stage));

				expect(isFaulty || [...needed].every(index => legacy.has(index))).toBe(
					true,
				);
			}
		}),
	);
});

test('line ends, a byte-order mark and comments change no edge', () => {
	const edges = (source: string): unknown =>
		graphOf(source)?.stages.map(({name: own, base, dependencies}) => ({
			own,
			base,
			dependencies: dependencies.map(({line, ...dependency}) => dependency),
		}));

	fc.assert(
		fc.property(dockerfile, source => {
			const plain = source.replace(/^\uFEFF/v, '').replaceAll('\r\n', '\n');

			expect(edges(plain.replaceAll('\n', '\r\n'))).toEqual(edges(plain));
			expect(edges(`\uFEFF${plain}`)).toEqual(edges(plain));
			expect(edges(`${plain}\n# the end\n`)).toEqual(edges(plain));
		}),
	);
});

test.each([
	['nested variables', `FROM ${'$'.concat('{a:-').repeat(10_000)}`],
	['nested triggers', `FROM a\n${'ONBUILD '.repeat(8000)}RUN x`],
	[
		'a chain of stages',
		Array.from(
			{length: 2000},
			(_, index) => `FROM a AS s${index}\nCOPY --from=s${index + 1} /x /x`,
		).join('\n'),
	],
	[
		'a long flag',
		`FROM a\nCOPY --exclude=${`${'é'.repeat(20_000)}\\\n`.repeat(10)} a b`,
	],
	[
		'a costly pattern',
		`ARG A=${'a'.repeat(30_000)}\nFROM ${'$'.concat('{A//*a*a*a*b/c}')}`,
	],
	['much space', `FROM a\nRUN a${' '.repeat(60_000)}b${'\r'.repeat(5000)}c`],
	['many digits', `FROM a\nHEALTHCHECK --interval=${'1'.repeat(60_000)} CMD x`],
])('%s neither hang nor break it', (_, source) => {
	const graph = graphOf(source);

	expect(graph === undefined || graph.stages.length > 0).toBe(true);
});
