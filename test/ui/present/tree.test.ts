import {describe, expect, test} from 'vitest';
import {
	presentTree,
	treeItemAt,
	treeLength,
	treeRowOf,
} from '../../../source/ui/present/tree.js';
import {failureWith} from '../failures.js';
import {programOf} from '../program.js';
import {type SceneOptions, done, now, sceneOf, textsOf} from '../scene.js';

function tree(options: SceneOptions, width = 32, height = 20, wide = true) {
	return textsOf(presentTree(sceneOf(options), width, height, wide).rows);
}

describe('the stage tree', () => {
	test('at the start: the first stage is open, the build stands before it', () => {
		expect(tree({})).toEqual([
			'▌▾ ⏸ 0 builder  golang:1.24',
			'     ○ WORKDIR /src',
			'     ○ COPY go.mod .',
			'     ○ RUN go build -o /app',
			' ▸ ⊘ 1 tests    not needed',
			' ▸ ○ 2 final    scratch',
		]);
	});

	test('under the legacy builder what the target can do without is built, and says so at every width', () => {
		const scene = sceneOf({});
		const {state} = scene.session;
		const stages = state.program!.stages.map(stage => ({
			...stage,
			needed: true,
		}));
		const legacy = {
			...scene,
			session: {
				...scene.session,
				state: {...state, program: {...state.program!, stages}},
			},
		};
		const row = (width: number, wide: boolean): string | undefined =>
			textsOf(presentTree(legacy, width, 20, wide).rows).find(text =>
				text.includes('tests'),
			);
		expect(row(40, true)).toMatch(/1 tests {4}built, not needed$/v);
		expect(row(25, false)).toMatch(/1 tests {2}not needed$/v);
	});

	test('paused in a stage: what is done, where it stands, what is selected', () => {
		expect(
			tree({
				events: [{type: 'next'}, ...done(0), {type: 'next'}, ...done(1)],
				view: [{type: 'select', selection: {kind: 'step', step: 1}}],
			}),
		).toEqual([
			' ▾ ⏸ 0 builder  golang:1.24',
			'▌    ✔ WORKDIR /src',
			'   ▶ ○ COPY go.mod .',
			'     ○ RUN go build -o /app',
			' ▸ ⊘ 1 tests    not needed',
			' ▸ ○ 2 final    scratch',
		]);
	});

	test('running: the selection goes along, the sign is the place of a spinner', () => {
		const scene = sceneOf({
			events: [{type: 'end-of-stage'}, {type: 'started', step: 1, at: now}],
		});
		const {rows} = presentTree(scene, 32, 20, true);
		expect(textsOf(rows).slice(0, 3)).toEqual([
			' ▾ ◐ 0 builder  golang:1.24',
			'▌  ▶ ◐ WORKDIR /src',
			'     ○ COPY go.mod .',
		]);
		expect(rows[1]!.find(segment => segment.spinner)?.text).toBe('◐');
	});

	test('failed', () => {
		expect(
			tree({
				target: 'tests',
				policy: 'error',
				events: [
					...done(0, 1, 2, 3).slice(0, -1),
					{
						type: 'failed',
						failure: failureWith({step: 5}),
					},
				],
			}),
		).toEqual([
			' ▸ ✔ 0 builder  golang:1.24',
			' ▾ ✖ 1 tests    ← builder',
			'▌  ▶ ✖ RUN go test ./...',
			' ▸ ⊘ 2 final    not needed',
		]);
	});

	test('breakpoints; a folded stage shows those it hides', () => {
		expect(
			tree({
				breakpoints: ['builder:2', 'final:1'],
				view: [{type: 'fold', stage: 2, open: false}],
			}),
		).toEqual([
			'▌▾ ⏸ 0 builder  golang:1.24',
			'     ○ WORKDIR /src',
			'  ●  ○ COPY go.mod .',
			'     ○ RUN go build -o /app',
			' ▸ ⊘ 1 tests    not needed',
			' ▸●○ 2 final    scratch',
		]);
	});

	test('where it is narrow: signs, numbers and names', () => {
		expect(tree({}, 18, 20, false)).toEqual([
			'▌▾ ⏸ 0 builder',
			'     ○ WORKDIR /…',
			'     ○ COPY go.m…',
			'     ○ RUN go bu…',
			' ▸ ⊘ 1 tests',
			' ▸ ○ 2 final',
		]);
	});

	test('a stage without a name says what it is made from, wherever it is', () => {
		expect(
			tree({dockerfile: 'FROM busybox\nRUN true\n'}, 24, 5, false),
		).toEqual(['▌▾ ⏸ 0   busybox', '     ○ RUN true']);
	});

	test('only the visible part is drawn, around what is selected', () => {
		const dockerfile = Array.from(
			{length: 300},
			(_, index) => `FROM busybox AS s${index}\nRUN true\n`,
		).join('');
		const rows = tree(
			{
				dockerfile,
				target: 's150',
				view: [{type: 'select', selection: {kind: 'stage', stage: 150}}],
			},
			30,
			5,
		);
		expect(rows).toEqual([
			' ▸ ⊘ 148 s148  not needed',
			' ▸ ⊘ 149 s149  not needed',
			'▌▾ ⏸ 150 s150  busybox',
			'     ○ RUN true',
			' ▸ ⊘ 151 s151  not needed',
		]);
	});

	test('foreign text is harmless', () => {
		const [, row] = tree(
			{dockerfile: 'FROM busybox\nRUN echo \u001B[2Jx \u202E\n'},
			60,
		);
		expect(row).toBe(
			String.raw`   ▶ ○ RUN echo \x1b[2Jx \u202e`.replace('▶', ' '),
		);
	});
});

test('rows and what stands in them belong together, whichever stages are open', () => {
	const program = programOf(
		'FROM a AS a\nRUN 1\nRUN 2\nFROM b AS b\nRUN 3\nFROM c AS c\nRUN 4\n',
	);
	for (let open = 0; open < 8; open++) {
		// eslint-disable-next-line no-bitwise -- each of the three stages open or not
		const isOpen = (stage: number) => (open & (1 << stage)) !== 0;
		const count = treeLength(program, isOpen);
		for (let row = 0; row < count; row++) {
			expect(
				treeRowOf(program, isOpen, treeItemAt(program, isOpen, row)!),
			).toBe(row);
		}

		expect(treeItemAt(program, isOpen, count)).toBeUndefined();
		expect(treeRowOf(program, isOpen, {kind: 'step', step: 2})).toBe(
			isOpen(0) ? 2 : 0,
		);
	}
});
