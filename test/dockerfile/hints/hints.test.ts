import {describe, expect, test} from 'vitest';
import {
	hintsOf,
	type HintOptions,
} from '../../../source/dockerfile/hints/hints.js';
import {readStageGraph} from '../../../source/dockerfile/stage-graph.js';
import {readImageConfiguration} from '../../../source/dockerfile/variables/image-configuration.js';

/** Returns what is told of a Dockerfile: `line rule: message`. */
function hints(
	lines: readonly string[],
	{
		args = {},
		...options
	}: Partial<HintOptions> & {
		readonly args?: Readonly<Record<string, string>>;
	} = {},
): readonly string[] {
	const graph = readStageGraph(lines.join('\n'), {
		filename: 'Dockerfile',
		buildArguments: args,
	});
	return hintsOf(graph, {
		builder: 'BuildKit',
		target: graph.stages.length - 1,
		bases: new Map(),
		variables: {buildArguments: args},
		...options,
	}).map(
		warning =>
			`${warning.lines?.[0] ?? '-'} ${warning.rule}: ${warning.message}`,
	);
}

const image = (config: unknown): ReturnType<typeof readImageConfiguration> =>
	readImageConfiguration({config});

describe('characters that look like another one', () => {
	test.each([
		['COPY –from=app /a /b', 'an en dash', '--from=app'],
		['COPY —from=app /a /b', 'an em dash', '--from=app'],
		['ADD −−chown=1:1 a /b', 'a minus sign', '--chown=1:1'],
		['COPY -–from=app /a /b', 'an en dash', '--from=app'],
		['COPY -from=app /a /b', 'one hyphen', '--from=app'],
		['COPY --chmod=644 –from=app /a /b', 'an en dash', '--from=app'],
		[
			'RUN –mount=type=cache,target=/c true',
			'an en dash',
			'--mount=type=cache,target=/c',
		],
		['ONBUILD COPY –from=app /a /b', 'an en dash', '--from=app'],
	])('%s', (line, name, meant) => {
		const told = hints(['FROM busybox AS app', 'FROM busybox', line]);
		expect(told).toHaveLength(1);
		expect(told[0]).toContain('3 LookalikeCharacter: ');
		expect(told[0]).toContain(name);
		expect(told[0]).toContain(`did you mean ${meant}?`);
	});

	test('are found on the line of an instruction that they stand on', () => {
		expect(
			hints(['FROM busybox', 'RUN \\', '  –network=none \\', '  true'])[0],
		).toMatch(/^3 LookalikeCharacter: /v);
	});

	test.each([
		['HEALTHCHECK –interval=5s CMD true', 'did you mean --interval=5s?'],
		['FROM –platform=linux/amd64 busybox', '--platform=linux/amd64?'],
		['COPY\u{A0}--from=app /a /b', 'a no-break space (U+00A0) stands behind'],
		['COPY --from=app\u{A0}/x /y', 'a no-break space (U+00A0), where'],
		['COPY --from=“app” /x /y', 'did you mean --from=app?'],
		['SHELL [“/bin/sh”, “-c”]', 'did you mean ["/bin/sh", "-c"]?'],
	])('are told where that is refused: %s', (line, reason) => {
		expect(() => hints(['FROM busybox', line])).toThrow(reason);
	});

	test('make of an array a command in shell form', () => {
		const [told] = hints(['FROM busybox', 'CMD [“/bin/app”, “x”]']);
		expect(told).toContain('did you mean ["/bin/app", "x"]?');
	});

	test('or single quotes do', () => {
		expect(hints(['FROM busybox', "RUN ['ls', '/']"])).toEqual([
			expect.stringContaining(
				`has single quotes, so it isn't a JSON array: did you mean ["ls", "/"]?`,
			),
		]);
	});

	test.each([
		'COPY --from=app /a–b /c',
		'COPY – /b',
		'RUN -x',
		'RUN echo –from=app',
		'COPY -r /b',
		'CMD ["“quoted”"]',
		'LABEL a=“b”',
		"RUN [ 'a' ]",
		"RUN ['a' = b ]",
		`RUN ["it's"]`,
	])('%s is left alone', line => {
		expect(hints(['FROM busybox AS app', 'FROM busybox', line])).toEqual([]);
	});
});

describe('an ARG where it does not hold', () => {
	test('before the first FROM', () => {
		const lines = [
			'ARG EDITION=7',
			'FROM busybox',
			'RUN true && \\',
			'  test -n "$EDITION"',
		];
		expect(hints(lines)).toEqual([
			'4 ArgumentScope: EDITION is an ARG before the first FROM (line 1), which holds in no stage by itself: here it has no value, unless the base image sets it.',
		]);
		expect(hints(lines, {bases: new Map([[0, image({})]])})[0]).toMatch(
			/here it has no value\.$/v,
		);
		expect(
			hints(lines, {bases: new Map([[0, image({Env: ['EDITION=1']})]])}),
		).toEqual([]);
	});

	test('of another stage, or later in the same', () => {
		expect(
			hints([
				'FROM scratch AS one',
				'ARG A',
				'FROM scratch',
				'COPY $A/x /x',
				'ENV C=$B',
				'ARG B',
			]),
		).toEqual([
			'4 ArgumentScope: A is an ARG of the stage one (line 2), and holds only there: here it has no value.',
			'5 ArgumentScope: ARG B comes only in line 6: here it has no value.',
		]);
	});

	test('of the platform, which only BuildKit sets', () => {
		const lines = ['FROM scratch', 'RUN make-for $TARGETARCH'];
		expect(hints(lines)[0]).toContain('TARGETARCH is set for FROM');
		expect(hints(lines, {builder: 'legacy'})).toEqual([]);
	});

	test.each([
		['ARG A', 'RUN echo $A'],
		['ENV A=1', 'RUN echo $A'],
		["RUN echo '$A'"],
		[String.raw`RUN echo \$A`],
		['RUN A=1; echo $A'],
		['RUN for A in 1 2; do echo $A; done'],
		['RUN read A; echo $A'],
		['CMD echo $A'],
		['RUN <<EOF', '# $A isn’t', 'echo x', 'EOF'],
		["COPY <<'EOF' /x", '$A', 'EOF'],
		['RUN --mount=type=secret,id=a,env=A echo $A'],
	])('not told of %s', (...lines) => {
		expect(
			hints(['ARG A=1', 'FROM scratch', ...lines]).filter(told =>
				told.includes('ArgumentScope'),
			),
		).toEqual([]);
	});
});

describe('build arguments that nothing reads', () => {
	test('are told with what is near', () => {
		expect(
			hints(['FROM scratch', 'ARG VERSION=1'], {args: {VERSON: '2'}}),
		).toEqual([
			'2 UnreadBuildArgument: Nothing reads --build-arg VERSON: the Dockerfile has no ARG of that name; did you mean VERSION (ARG in line 2)?',
		]);
		expect(hints(['FROM scratch'], {args: {OTHER: '2'}})).toEqual([
			'- UnreadBuildArgument: Nothing reads --build-arg OTHER: the Dockerfile has no ARG of that name.',
		]);
	});

	test('not those of the builder, of triggers and of the global scope', () => {
		expect(
			hints(['ARG G', 'FROM busybox', 'ONBUILD ARG T', 'ARG V=1 W'], {
				args: {
					G: '1',
					T: '1',
					W: '1',
					I: '1',
					HTTP_PROXY: 'x',
					no_proxy: 'x',
					TARGETARCH: 'x',
					BUILDKIT_INLINE_CACHE: '1',
					SOURCE_DATE_EPOCH: '0',
				},
				bases: new Map([[0, image({OnBuild: ['ARG I=2']})]]),
			}),
		).toEqual([]);
	});

	test('the legacy builder reads only up to the target', () => {
		const lines = ['FROM scratch AS a', 'FROM scratch AS b', 'ARG V'];
		const options = {args: {V: '1'}, target: 0} as const;
		expect(hints(lines, {...options, builder: 'BuildKit'})).toEqual([]);
		expect(hints(lines, {...options, builder: 'legacy'})).toHaveLength(1);
	});
});

describe('what ended with the shell of a RUN', () => {
	const bases = new Map([[0, image({})]]);
	const told = (...lines: readonly string[]): readonly string[] =>
		hints(['FROM busybox AS base', ...lines], {bases});

	test('is told where a later one uses it, also in a stage on top', () => {
		expect(
			told(
				'RUN true && export MODE=fast; export A B=1',
				'RUN echo $MODE $B',
				'FROM base',
				'RUN \\\n test \'$MODE\' = "$MODE"',
			),
		).toEqual([
			expect.stringMatching(/^3 EndedShell: MODE was exported .*line 2,/v),
			expect.stringMatching(/^3 EndedShell: B was exported .*line 2,/v),
			expect.stringMatching(/^6 EndedShell: MODE was exported .*line 2,/v),
		]);
	});

	test.each([
		[['RUN export A=1 && echo $A']],
		[['RUN export A=1', 'ENV A=1', 'RUN echo $A']],
		[['RUN export A=1', 'RUN A=2; echo $A']],
		[['RUN export A=1', "RUN echo '$A'"]],
		[['RUN export A=1', 'RUN . /env && echo $A']],
		[['RUN ["export", "A=1"]', 'RUN echo $A']],
		[['RUN echo no export A=1', 'RUN echo $A']],
		[['RUN export A=1', 'FROM busybox', 'RUN echo $A']],
	])('not %j', lines => {
		expect(told(...lines)).toEqual([]);
	});

	test('nor where the environment of the base image is unknown', () => {
		expect(hints(['FROM busybox', 'RUN export A=1', 'RUN echo $A'])).toEqual(
			[],
		);
	});
});

describe('a heredoc that goes on behind a failure', () => {
	const told = (...lines: readonly string[]): boolean =>
		hints(['FROM busybox', ...lines]).some(hint =>
			hint.includes('HeredocExitCode'),
		);

	test.each([
		[['RUN <<EOF', 'make', 'make install', 'EOF']],
		[['RUN <<EOF', '#!/bin/bash', 'make', 'make install', 'EOF']],
		[['RUN <<EOF', '#!/usr/bin/env bash', 'make', 'ls', 'EOF']],
		[['RUN bash <<EOF', 'make', 'ls', 'EOF']],
		[['RUN <<-EOF', '\tmake; ls', '\tEOF']],
		[['SHELL ["/bin/bash", "-c"]', 'RUN <<EOF', 'make', 'ls', 'EOF']],
	])('%j', lines => {
		expect(told(...lines)).toBe(true);
	});

	test.each([
		[['RUN <<EOF', 'set -e', 'make', 'ls', 'EOF']],
		[['RUN <<EOF', 'set -euo pipefail', 'make', 'ls', 'EOF']],
		[['RUN <<EOF', 'set -x -e', 'make', 'ls', 'EOF']],
		[['RUN <<EOF', 'set -o errexit', 'make', 'ls', 'EOF']],
		[['RUN <<EOF', '#!/bin/sh -e', 'make', 'ls', 'EOF']],
		[['RUN <<EOF', '#!/usr/bin/python3', 'import os', 'os.x()', 'EOF']],
		[['RUN bash -e <<EOF', 'make', 'ls', 'EOF']],
		[['RUN python3 <<EOF', 'import os', 'os.x()', 'EOF']],
		[['RUN cat <<EOF > /x', 'a', 'b', 'EOF']],
		[['RUN <<EOF', 'make', 'EOF']],
		[['RUN <<EOF', 'make && \\', '  ls', 'EOF']],
		[['RUN <<EOF', 'make || exit 1', 'ls', 'EOF']],
		[['RUN <<EOF', 'A=1', 'make', 'EOF']],
		[
			[
				'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]',
				'RUN <<EOF',
				'make',
				'ls',
				'EOF',
			],
		],
		[
			[
				'SHELL ["/usr/bin/python3", "-c"]',
				'RUN <<EOF',
				'import os',
				'os.x()',
				'EOF',
			],
		],
		[['COPY <<EOF /x', 'a', 'b', 'EOF']],
	])('not %j', lines => {
		expect(told(...lines)).toBe(false);
	});
});

describe('what the legacy builder throws away', () => {
	const legacy = {builder: 'legacy'} as const;

	test('is told with the line of VOLUME', () => {
		const lines = [
			'FROM busybox AS base',
			'VOLUME /data /cache/',
			'RUN true',
			'RUN echo x > /data/x',
			'FROM base',
			'WORKDIR /cache/sub',
			'RUN echo y > y',
			'RUN echo z > /database/z; echo /x/data',
		];
		expect(hints(lines, legacy)).toEqual([
			expect.stringMatching(
				/^4 VolumeDiscards: .*below \/data .*: line 2 makes/v,
			),
			expect.stringMatching(
				/^7 VolumeDiscards: .*below \/cache .*: line 2 makes/v,
			),
			expect.stringMatching(/^8 VolumeDiscards: .*below \/cache /v),
		]);
		expect(hints(lines)).toEqual([]);
	});

	test('also where the base image has the volume', () => {
		expect(
			hints(['FROM db', 'RUN initdb /var/lib/db'], {
				...legacy,
				bases: new Map([[0, image({Volumes: {'/var/lib/db': {}}})]]),
			}),
		).toEqual([expect.stringContaining('it is a VOLUME of the image db')]);
	});
});
