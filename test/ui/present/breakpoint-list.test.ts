import {expect, test} from 'vitest';
import type {DebuggerEvent} from '../../../source/debugger/machine/state.js';
import {presentBreakpoints} from '../../../source/ui/present/breakpoint-list.js';
import {presentSource} from '../../../source/ui/present/source.js';
import {sceneOf, textsOf} from '../scene.js';

const events: readonly DebuggerEvent[] = [
	{type: 'set-breakpoint', text: 'builder:2'},
	{type: 'set-breakpoint', text: 'builder:3 if CGO=1'},
	{type: 'set-breakpoint', text: 'RUN'},
	{type: 'set-breakpoint', text: 'miss'},
	{type: 'set-breakpoint', text: '10'},
	{type: 'enable-breakpoint', id: 1, enabled: false},
	{type: 'enable-breakpoint', id: 3, enabled: false},
];

test('says of each what it is, whether it is on, where it stops, and what there is to be known', () => {
	const {rows, position} = presentBreakpoints(
		sceneOf({events, view: [{type: 'select-breakpoint', row: 1}]}),
		70,
		20,
	);
	expect(textsOf(rows)).toEqual([
		' ○ builder:2            builder:2  COPY go.mod .                  off',
		'▌◆ builder:3 if CGO=1   nowhere',
		"   CGO isn't set before builder:3, so it never stops.",
		' ○ RUN                  builder:3  RUN go build -o /app           off',
		' ● miss                 what is not cached',
		' ● 10                   final:1  COPY --from=builder /app /app',
		'   Line 10 holds no instruction: it stops at line 11.',
	]);
	expect(position).toBe('5 breakpoints');
});

test('without any it says how there can be one', () => {
	expect(textsOf(presentBreakpoints(sceneOf(), 60, 5).rows)).toEqual([
		' There are no breakpoints.',
		'',
		' b  sets or clears one before what is selected',
		' a  adds one by its text: 14, builder, builder:3, RUN,',
		'    miss, or 14 if NAME=value',
	]);
});

test('the selected one is in sight in a small pane', () => {
	const {rows} = presentBreakpoints(
		sceneOf({events, view: [{type: 'select-breakpoint', row: 3}]}),
		70,
		2,
	);
	expect(textsOf(rows)).toContain('▌● miss                 what is not cached');
});

test('the source has a sign for each kind', () => {
	const scene = sceneOf({
		dockerfile: 'FROM a\nARG LEVEL=1\nRUN one\nRUN two\nRUN three\n',
		events: [
			{type: 'set-breakpoint', text: '3'},
			{type: 'set-breakpoint', text: '4 if LEVEL=1'},
			{type: 'set-breakpoint', text: '5'},
			{type: 'set-breakpoint', text: 'miss'},
			{type: 'enable-breakpoint', id: 3, enabled: false},
		],
	});
	expect(
		textsOf(presentSource(scene, 60, 12).rows).map(row => row.slice(0, 14)),
	).toEqual([
		'▌ ▶  1  FROM a',
		'     2  ARG LE',
		' ●   3  RUN on',
		' ◆   4  RUN tw',
		' ○   5  RUN th',
	]);
});
