import {describe, expect, test} from 'vitest';
import {presentSource} from '../../../source/ui/present/source.js';
import {type SceneOptions, done, now, sceneOf, textsOf} from '../scene.js';

function source(options: SceneOptions, width = 60, height = 20) {
	const {rows, label, position} = presentSource(
		sceneOf(options),
		width,
		height,
	);
	return {lines: textsOf(rows), label, position};
}

describe('the source', () => {
	test('shows each instruction with its state, the current line, the selection and breakpoints', () => {
		expect(
			source({
				events: [
					{type: 'next'},
					{type: 'cached', step: 0},
					{type: 'reached'},
					{type: 'next'},
					...done(1),
				],
				breakpoints: ['final'],
				view: [{type: 'select', selection: {kind: 'stage', stage: 0}}],
			}),
		).toEqual({
			lines: [
				'▌    1  FROM golang:1.24 AS builder              ✔   cached',
				'     2  WORKDIR /src                             ✔    0.2 s',
				'  ▶  3  COPY go.mod .                            ○',
				'     4  RUN go build -o /app                     ○',
				'     5',
				'     6  FROM builder AS tests                    ⊘',
				'     7  RUN go test ./...                        ⊘',
				'     8',
				' ●   9  FROM scratch AS final                    ○',
				'    10  # only the binary',
				'    11  COPY --from=builder /app /app            ○',
				'    12  ENTRYPOINT ["/app"]                      ○',
			],
			label: 'Dockerfile',
			position: '',
		});
	});

	test('a running step shows how long it has been running', () => {
		const {lines} = source({
			events: [{type: 'next'}, {type: 'started', step: 0, at: now - 3200}],
		});
		expect(lines[0]).toBe(
			'▌ ▶  1  FROM golang:1.24 AS builder              ◐    3.2 s',
		);
	});

	test('an instruction of several lines is selected in all of them', () => {
		const {lines} = source({
			dockerfile:
				'FROM busybox\nRUN one && \\\n\ttwo && \\\n    three\nCMD x\n',
			view: [{type: 'select', selection: {kind: 'step', step: 1}}],
		});
		expect(lines).toEqual([
			'  ▶  1  FROM busybox                             ○',
			String.raw`▌    2  RUN one && \                             ○`,
			String.raw`▌    3      two && \ `.trimEnd(),
			'▌    4      three',
			'     5  CMD x                                    ○',
		]);
	});

	test('where it is narrow only the sign is left', () => {
		const {lines} = source({events: [{type: 'next'}, ...done(0)]}, 34);
		expect(lines[0]).toBe('     1  FROM golang:1.24 AS bu… ✔');
	});

	test('moves to the right', () => {
		const {lines} = source({view: [{type: 'shift', cells: 5}]}, 40);
		expect(lines[0]).toBe('▌ ▶  1  golang:1.24 AS builder        ○');
	});

	test('of 10,000 lines only the visible ones are drawn, around the selection or where the user scrolled', () => {
		const dockerfile = `FROM busybox\n${'RUN true\n'.repeat(9999)}`;
		const selected = source(
			{
				dockerfile,
				view: [{type: 'select', selection: {kind: 'step', step: 5000}}],
			},
			50,
			5,
		);
		expect(selected.lines).toEqual([
			'     4999  RUN true                    ○',
			'     5000  RUN true                    ○',
			'▌    5001  RUN true                    ○',
			'     5002  RUN true                    ○',
			'     5003  RUN true                    ○',
		]);
		expect(selected.position).toBe('4,999-5,003 of 10,000');
		const scrolled = source(
			{dockerfile, view: [{type: 'scroll-source', top: 999_999}]},
			50,
			5,
		);
		expect(scrolled.lines.at(-1)).toBe(
			'    10000  RUN true                    ○',
		);
	});

	test('nothing before the program is loaded', () => {
		expect(source({events: null}).lines).toEqual([]);
	});
});
