import {describe, expect, test} from 'vitest';
import {UsageError} from '../../source/errors.js';
import {Session, realProgramOf} from './programs.js';

const dockerfile = [
	'ARG GLOBAL=g',
	'FROM busybox AS run',
	'ARG LEVEL=1',
	'RUN one',
	'ENV LEVEL=2',
	'# a comment',
	'RUN two',
	'FROM busybox AS unneeded',
	'RUN three',
	'FROM scratch',
	'COPY --from=run / /',
].join('\n');
const program = realProgramOf(dockerfile);

/** Returns what becomes of a breakpoint: where it stops, and what is said of it. */
function set(text: string) {
	const {state} = new Session({program, breakpoints: [text]});
	const {positions, note, kind} = state.breakpoints[0]!;
	return {
		kind,
		note,
		at: positions.map(
			index => program.steps[state.positions[index]!.step!]!.text,
		),
	};
}

describe('breakpoints', () => {
	test.each([
		['RUN', ['RUN one', 'RUN two']],
		['run', ['FROM busybox AS run']],
		['copy', ['COPY --from=run / /']],
		['run:3', ['ENV LEVEL=2']],
		['RUN if LEVEL=2', ['RUN two']],
		['RUN if LEVEL!=2', ['RUN one']],
		['4 if LEVEL=1', ['RUN one']],
		['FROM if GLOBAL=g', ['FROM busybox AS run', 'FROM scratch']],
		['RUN if PATH=', []],
	])('%s stop before %j', (text, expected) => {
		expect(set(text).at).toEqual(expected);
	});

	test.each([
		['6', 'Line 6 holds no instruction: it stops at line 7.'],
		['1', 'Line 1 holds no instruction: it stops at line 2.'],
		[
			'9',
			"The target doesn't need the stage unneeded of line 9: it stops at line 10.",
		],
		['4 if LEVEL=2', "LEVEL is '1' before run:2, so it never stops."],
		['4 if NONE=2', "NONE isn't set before run:2, so it never stops."],
		['4 if LEVEL!=1', 'LEVEL has that value before run:2, so it never stops.'],
		['ADD', 'The target needs no stage with ADD, so it never stops.'],
	])('%s say: %s', (text, note) => {
		expect(set(text).note).toBe(note);
	});

	test('on misses are where something runs', () => {
		expect(set('miss')).toMatchObject({
			kind: 'miss',
			at: ['FROM busybox AS run', 'RUN one', 'RUN two', 'COPY --from=run / /'],
		});
	});

	test.each([
		[
			'12',
			"The breakpoint '12' can never be hit: Dockerfile has no instruction from line 12 on. Name an earlier line.",
		],
		[
			'4 if',
			"The condition of the breakpoint '4 if' can't be read: write NAME=value or NAME!=value behind if.",
		],
		[
			'4 if LEVEL',
			"The condition of the breakpoint '4 if LEVEL' can't be read: write NAME=value or NAME!=value behind if.",
		],
	])('%s are refused: %s', (text, message) => {
		expect(() => set(text)).toThrow(new UsageError(message));
	});

	test('are set, disabled, enabled and removed', () => {
		const session = new Session({program});
		session.tell(
			{type: 'set-breakpoint', text: ' RUN '},
			{type: 'set-breakpoint', text: 'run:1'},
			{type: 'enable-breakpoint', id: 1, enabled: false},
		);
		expect(
			session.state.breakpoints.map(({id, text, enabled}) => [
				id,
				text,
				enabled,
			]),
		).toEqual([
			[1, 'RUN', false],
			[2, 'run:1', true],
		]);
		session.tell(
			{type: 'set-breakpoint', text: 'RUN'},
			{type: 'remove-breakpoint', id: 2},
		);
		expect(session.state.breakpoints).toMatchObject([
			{id: 1, text: 'RUN', enabled: true},
		]);
		expect(() => {
			session.tell({type: 'set-breakpoint', text: 'nowhere'});
		}).toThrow(UsageError);
	});
});
