import {hintsOf} from '../../dockerfile/hints/hints.js';
import {type BuildWarning, warningKey} from '../../dockerfile/hints/warning.js';
import type {DebuggerState} from './state.js';

/**
@returns The state with what mstage itself finds in the program, in place of all that was warned of before.
*/
export function withHints(state: DebuggerState): DebuggerState {
	const {program, engine, variableOptions} = state;
	const hints = hintsOf(program!.graph, {
		builder: engine.builder,
		target: program!.target,
		bases: new Map(
			program!.stages.flatMap(({index, baseConfiguration}) =>
				baseConfiguration ? [[index, baseConfiguration] as const] : [],
			),
		),
		variables: variableOptions,
	});
	return withWarnings({...state, warnings: []}, hints);
}

/**
@returns The state with those of the warnings that it doesn't have yet; the same when it has all.
*/
export function withWarnings(
	state: DebuggerState,
	warnings: readonly BuildWarning[],
): DebuggerState {
	const known = new Map(
		state.warnings.map(warning => [warningKey(warning), warning]),
	);
	for (const warning of warnings) {
		known.set(warningKey(warning), known.get(warningKey(warning)) ?? warning);
	}

	return known.size === state.warnings.length
		? state
		: {...state, warnings: [...known.values()]};
}

/**
@param line - A line of the Dockerfile, counted from 1.
@returns What is warned of there, in the order in which it was told.
*/
export function warningsAt(
	{warnings}: DebuggerState,
	line: number,
): readonly BuildWarning[] {
	return warnings.filter(({lines}) => lines?.[0] === line);
}

/**
@param step - A step's id.
@returns What is warned of in its instruction.
*/
export function warningsOf(
	{warnings, program}: DebuggerState,
	step: number,
): readonly BuildWarning[] {
	const [first, last] = program!.steps[step]!.lines;
	return warnings.filter(
		({lines}) => lines !== null && lines[0] >= first && lines[0] <= last,
	);
}
