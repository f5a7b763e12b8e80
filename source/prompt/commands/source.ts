import {writtenStep} from '../../debugger/points/point.js';
import {breakpointPositions} from '../../debugger/machine/breakpoints/breakpoints.js';
import type {DebuggerState} from '../../debugger/machine/state.js';
import {sanitise} from '../../text/sanitise.js';
import {
	type Outcome,
	type PromptContext,
	programOf,
	stepMeant,
} from '../command.js';
import {stepSigns} from '../../report/describe-step.js';

/** How many lines stand before and after the step. */
const around = 5;

/** `list`: the lines of the Dockerfile around a step; `▶` is where the build stands, `●` stops it. */
export function printSource(
	[text]: readonly string[],
	context: PromptContext,
): Outcome {
	const {store, write} = context;
	const program = programOf(store);
	const lines = program.graph.source.split(/\r?\n/v);
	const isAll = text === 'all';
	const [first, last] =
		program.steps[stepMeant(isAll ? undefined : text, context)]!.lines;
	const from = isAll ? 1 : Math.max(1, first - around);
	const to = isAll ? lines.length : Math.min(lines.length, last + around);
	const signs = signsByLine(store.state);
	const width = String(to).length;
	for (let line = from; line <= to; line++) {
		const content = (lines[line - 1] ?? '')
			.split('\t')
			.map(part => sanitise(part))
			.join('\t');
		write(
			`${signs.get(line) ?? '   '} ${String(line).padStart(width)}  ${content}\n`,
		);
	}

	return 'done';
}

function signsByLine(state: DebuggerState): ReadonlyMap<number, string> {
	const {program, positions, cursor, breakpoints, steps} = state;
	const writtenAt = (position: number): readonly number[] => {
		const step = positions[position]?.step;
		return typeof step === 'number' ? [writtenStep(program!, step)] : [];
	};

	const stops = new Set(
		[...breakpointPositions(breakpoints)].flatMap(position =>
			writtenAt(position),
		),
	);
	const [current] = writtenAt(cursor);
	const written = program!.steps.filter(({trigger}) => !trigger);
	return new Map(
		written.map(({id, lines}) => {
			const stop = stops.has(id) ? '●' : ' ';
			const here = current === id ? '▶' : ' ';
			return [lines[0], `${stop}${here}${stepSigns[steps[id]!.kind]}`] as const;
		}),
	);
}
