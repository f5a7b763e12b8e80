import {expect, test} from 'vitest';
import type {
	BuilderName,
	KeptTimes,
} from '../../../source/debugger/memory/project-cache.js';
import {presentBuilders} from '../../../source/ui/present/builders.js';
import {done, type SceneOptions, sceneOf, textsOf} from '../scene.js';

const dockerfile = `FROM busybox AS made
ENV A=1
RUN make
FROM busybox AS unused
RUN true
FROM scratch
COPY --from=made /app /
`;

function builders({
	width = 52,
	height = 30,
	times,
	...options
}: SceneOptions & {
	readonly width?: number;
	readonly height?: number;
	readonly times?: ReadonlyMap<BuilderName, KeptTimes>;
}) {
	const scene = sceneOf(options);
	return presentBuilders(
		{...scene, view: {...scene.view, ...(times && {times})}},
		width,
		height,
	);
}

test('says side by side what each builder runs, and why', () => {
	expect(textsOf(builders({dockerfile}).rows)).toEqual([
		'                                 BuildKit    legacy',
		' 0 made                             built     built',
		'   read by 2: COPY --from (line 7)',
		'     1  FROM busybox AS made         runs      runs',
		'     2  ENV A=1                  settings     image',
		'     3  RUN make                     runs      runs',
		' 1 unused                               -     built',
		'   the target reads nothing of it, but it stands',
		'   before it',
		'     4  FROM busybox AS unused          -      runs',
		'     5  RUN true                        -      runs',
		' 2                                  built     built',
		'   the target',
		'     6  FROM scratch                 runs      runs',
		'     7  COPY --from=made /app /      runs      runs',
		' in all                            2 of 3    3 of 3',
		'',
		' Nothing is known yet of how long BuildKit takes:',
		' finish a session with --builder buildkit.',
		'',
		' Nothing is known yet of how long the legacy',
		' builder takes: finish a session with --builder',
		' legacy.',
	]);
});

test('with what has run there is how long it took, now and in the last session of the other builder', () => {
	const times = new Map([
		[
			'legacy' as const,
			{
				outline: [
					{
						name: 'made',
						steps: ['FROM busybox AS made', 'ENV A=1', 'RUN make'],
					},
					{name: 'unused', steps: ['FROM busybox AS unused', 'RUN other']},
					{name: null, steps: ['FROM scratch', 'COPY --from=made /app /']},
				],
				seconds: [null, 0.1, 61, 0, 4, null, 0.3],
			},
		],
	]);
	const texts = textsOf(
		builders({dockerfile, times, events: [{type: 'continue'}, ...done(0, 2)]})
			.rows,
	).filter(text => !text.startsWith('   t') && !text.startsWith('   b'));
	expect(texts).toEqual([
		'                                 BuildKit    legacy',
		' 0 made                             0.4 s  1 m 01 s',
		'   read by 2: COPY --from (line 7)',
		'     1  FROM busybox AS made        0.2 s      runs',
		'     2  ENV A=1                  settings     0.1 s',
		'     3  RUN make                    0.2 s  1 m 01 s',
		' 1 unused                               -     0.0 s',
		'     4  FROM busybox AS unused          -     0.0 s',
		'     5  RUN true                        -      runs',
		' 2                                  built     0.3 s',
		'     6  FROM scratch                 runs      runs',
		'     7  COPY --from=made /app /      runs     0.3 s',
		' in all                             0.4 s  1 m 01 s',
	]);
});

test('scrolls, and never takes more room than it has', () => {
	const {rows, position} = builders({
		dockerfile,
		width: 30,
		height: 5,
		view: [{type: 'scroll', pane: 'builders', top: 3}],
	});
	expect(rows).toHaveLength(5);
	expect(position).toMatch(/^4-8 of \d+$/v);
	for (const text of textsOf(rows)) {
		expect(text.length).toBeLessThanOrEqual(30);
	}

	expect(builders({events: null}).rows).toEqual([]);
});
