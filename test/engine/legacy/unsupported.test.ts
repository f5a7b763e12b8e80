import {describe, expect, test} from 'vitest';
import {readStageGraph} from '../../../source/dockerfile/stage-graph.js';
import {placeDockerfile} from '../../../source/engine/legacy/run/dockerfile-place.js';
import {findUnsupported} from '../../../source/engine/legacy/unsupported.js';

function reasons(...lines: readonly string[]): readonly string[] {
	const graph = readStageGraph(`${lines.join('\n')}\n`, {
		filename: 'Dockerfile',
	});
	return findUnsupported(graph, 0).map(({line, reason}) => `${line} ${reason}`);
}

describe('what the legacy builder doesn’t know', () => {
	test.each([
		['RUN --mount=type=cache,target=/x true', 'RUN --mount'],
		['RUN --network=none true', 'RUN --network'],
		['COPY --link x /', 'COPY --link'],
		['COPY --chmod=755 x /', 'COPY --chmod'],
		['COPY --parents x /', 'COPY --parents'],
		['ONBUILD COPY --link x /', 'COPY --link'],
		['RUN <<EOF\ntrue\nEOF', 'a heredoc (<<EOF) in RUN'],
		['ADD https://example.com/x.git /x', 'ADD a Git repository'],
	])('%s', (line, what) => {
		const [found, ...others] = reasons('FROM busybox', line);
		expect(found).toContain(`2 `);
		expect(found).toContain(what);
		expect(others).toEqual([]);
	});

	test('is not what it does know, nor what stands after the target', () => {
		expect(
			reasons(
				'FROM busybox',
				'COPY --chown=1:2 --link=false x /',
				'HEALTHCHECK --interval=3s CMD true',
				'FROM busybox',
				'RUN --mount=type=cache,target=/x true',
			),
		).toEqual([]);
	});
});

describe('the place of our Dockerfile in the build context', () => {
	test.each([
		[null, '.mstage-dockerfile', '.dockerignore\n.mstage-dockerfile\n'],
		['*.log\n', 'mstage.log', null],
		['node_modules\n', 'node_modules', null],
		['*\n!src\n', 'mstage', null],
		[
			'node_modules\n!node_modules/a\n',
			'.mstage-dockerfile',
			'node_modules\n!node_modules/a\n\n.mstage-dockerfile\n',
		],
		[
			'.dockerignore\n',
			'.mstage-dockerfile',
			'.dockerignore\n\n.mstage-dockerfile\n',
		],
	])(
		'with the .dockerignore %j is one that is taken out again',
		(ignoreFile, name, sent) => {
			expect(placeDockerfile(ignoreFile)).toEqual({name, ignoreFile: sent});
		},
	);
});
