import {expect, test} from 'vitest';
import {asBytePath} from '../../../source/text/byte-path.js';
import {noWhere, whereItems} from '../../../source/ui/files/where-view.js';
import {presentWhere} from '../../../source/ui/present/where.js';
import {programOf} from '../program.js';
import {dockerfile, sceneOf, textsOf} from '../scene.js';

const program = programOf(dockerfile);
const app = asBytePath('app');

function rowsOf(
	items: ReturnType<typeof whereItems>,
	{width = 60, height = 20, cursor = 1} = {},
): readonly string[] {
	const scene = sceneOf({
		view: [
			{
				type: 'where-from',
				whereFrom: {...noWhere, status: {kind: 'ready'}, items, cursor},
			},
			{type: 'focus', page: 'where-from'},
		],
	});
	return textsOf(presentWhere(scene, width, height).rows);
}

const whole = {
	path: app,
	isThere: true,
	course: {path: app, links: [], fate: {kind: 'there'}},
	names: [],
	below: [],
	readers: [],
	open: [],
} as const;

const shipped = whereItems(program, 'final:/app', {
	...whole,
	stage: 2,
	links: [
		{
			kind: 'copied',
			path: app,
			step: 7,
			from: {kind: 'stage', stage: 0},
			source: asBytePath('out/a\u001B]0;x\u0007'),
			named: asBytePath('out/a\u001B]0;x\u0007'),
			member: null,
			confirmation: 'same contents',
		},
		{kind: 'written', path: app, step: 3},
	],
	arrivals: null,
});

test('a shipped file is followed to the instruction that made it', () => {
	expect(rowsOf(shipped)).toEqual([
		' final:/app',
		String.raw`▌  ← COPY --from=builder /out/a\x1b]0;x\x07`,
		'▌    Dockerfile:11 · final:1 · same contents',
		'   ← RUN go build -o /app',
		'     Dockerfile:4 · builder:3',
	]);
	expect(shipped.map(({step}) => step)).toEqual([null, 7, 3]);
});

test('a file of a stage is followed to where it went, or it stayed behind', () => {
	const file = {
		...whole,
		stage: 0,
		links: [
			{
				kind: 'base',
				path: app,
				step: 0,
				base: {kind: 'image', reference: 'golang:1.24'},
			},
		],
	} as const;
	expect(
		rowsOf(
			whereItems(program, 'builder:/app', {
				...file,
				arrivals: [
					{
						stage: 2,
						path: app,
						links: [{...file.links[0], step: 7}],
						fate: {kind: 'there'},
					},
				],
			}),
			{cursor: 3},
		),
	).toEqual([
		' builder:/app',
		'   ← FROM golang:1.24',
		'     Dockerfile:1 · builder:0 · its base image',
		'',
		' Where it went',
		'▌  → final:/app',
		'▌    FROM golang:1.24 · Dockerfile:11',
	]);
	expect(
		rowsOf(whereItems(program, 'builder:/app', {...file, arrivals: []})).slice(
			-3,
		),
	).toEqual([
		' Where it went',
		'   ✖ it stayed behind',
		'     final, the final stage, does not have it',
	]);
	expect(
		rowsOf(
			whereItems(program, 'builder:/app', {...file, arrivals: [], open: [2]}),
		).slice(-2),
	).toEqual([' Not known yet', ' not done: final']);
});

test('the selected item is in sight, and long lines are broken', () => {
	expect(rowsOf(shipped, {width: 30, height: 3, cursor: 2})).toEqual([
		'     Dockerfile:11 · final:1 …',
		'▌  ← RUN go build -o /app',
		'▌    Dockerfile:4 · builder:3',
	]);
});
