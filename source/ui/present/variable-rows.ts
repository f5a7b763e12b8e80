import type {
	Setting,
	Variable,
	VariableOrigin,
	Variables,
} from '../../dockerfile/variables/read.js';
import {originText} from '../../debugger/points/origin.js';
import {outOfScope, variablesAfterStep} from '../../debugger/machine/values.js';
import type {DebuggerState} from '../../debugger/machine/state.js';
import type {Program} from '../../engine/port.js';
import {selectionIn, stepOf} from '../place.js';
import type {ViewState} from '../view-state.js';

/** A line of the variables pane. */
export type VariableRow =
	| {readonly kind: 'title'; readonly text: string}
	| {
			readonly kind: 'value';
			readonly name: string;

			/** One line. */
			readonly value: string;

			/** Whether the value is the variable's, not a word for its absence. */
			readonly isKnown: boolean;
			readonly origin: string;
			readonly changed: boolean;
	  }
	/** What a changed value was before. */
	| {
			readonly kind: 'before';
			readonly value: string;
			readonly origin: string;
	  };

/** @returns The id of the step after which the variables are shown, or `null` without a program. */
export function variablesStep(
	state: DebuggerState,
	view: ViewState,
): number | null {
	const {program, positions, cursor} = state;
	const selection = selectionIn(state, view);
	if (!program || !selection) {
		return null;
	}

	const stands = positions[cursor];
	return view.selection === null && stands?.step === null
		? program.stages[stands.stage]!.steps.at(-1)!
		: stepOf(program, selection);
}

/**
@param filter - What a name or a value has to contain, whatever its case; empty for all.
@returns What holds after the step, in groups, with what the step changed and what it was before.
*/
export function variableRows(
	state: DebuggerState,
	step: number,
	filter: string,
): readonly VariableRow[] {
	const program = state.program!;
	const after = variablesAfterStep(program, step, state.variableOptions);
	const before =
		program.steps[step]!.index === 0
			? null
			: variablesAfterStep(program, step - 1, state.variableOptions);
	const wanted = filter.toLowerCase();
	const isWanted = (name: string, value: string | null): boolean =>
		`${name}=${value ?? ''}`.toLowerCase().includes(wanted);
	const group = (
		title: string,
		rows: readonly VariableRow[],
	): readonly VariableRow[] =>
		rows.length === 0 ? [] : [{kind: 'title', text: title}, ...rows];
	const variables = (kind: Variable['kind']): readonly VariableRow[] =>
		after.variables
			.filter(
				variable =>
					variable.kind === kind && isWanted(variable.name, variable.value),
			)
			.flatMap(variable => variableLines(program, variable, before));
	return [
		...group('Environment', variables('environment')),
		...group('Build arguments', variables('argument')),
		...group(
			'Not in scope',
			outOfScope(program, after)
				.filter(({name, value}) => isWanted(name, value))
				.map(({name, line}) => ({
					kind: 'value',
					name,
					value: `takes ARG ${name} in the stage`,
					isKnown: false,
					origin: `ARG before FROM, line ${line}`,
					changed: false,
				})),
		),
		...group(
			'Settings',
			after.settings
				.filter(({name, value}) => isWanted(name, value))
				.flatMap(setting => settingLines(program, setting, before)),
		),
	];
}

function variableLines(
	program: Program,
	{name, value, origin, changed, kind}: Variable,
	before: Variables | null,
): readonly VariableRow[] {
	const old = before?.variables.find(
		other => other.name === name && other.kind === kind,
	);
	return [
		{
			kind: 'value',
			name,
			value: value ?? whyNoValue(origin, kind),
			isKnown: value !== null,
			origin: originText(program, origin, kind),
			changed,
		},
		...(changed && old && old.value !== value
			? [
					{
						kind: 'before',
						value: old.value ?? whyNoValue(old.origin, kind),
						origin: originText(program, old.origin, kind),
					} as const,
				]
			: []),
	];
}

function settingLines(
	program: Program,
	{name, value, origin, changed}: Setting,
	before: Variables | null,
): readonly VariableRow[] {
	const old = before?.settings.find(other => other.name === name);
	const [first = '', ...others] = value.split('\n');
	return [
		{
			kind: 'value',
			name,
			value: first,
			isKnown: true,
			origin: originText(program, origin, 'setting'),
			changed,
		},
		...others.map((line): VariableRow => ({
			kind: 'value',
			name: '',
			value: line,
			isKnown: true,
			origin: '',
			changed,
		})),
		...(changed && old && old.value !== value
			? [
					{
						kind: 'before',
						value: old.value.replaceAll('\n', ', '),
						origin: originText(program, old.origin, 'setting'),
					} as const,
				]
			: []),
	];
}

function whyNoValue(origin: VariableOrigin, kind: Variable['kind']): string {
	return origin.kind === 'secret'
		? 'never shown'
		: kind === 'argument'
			? 'not set'
			: 'not known';
}
