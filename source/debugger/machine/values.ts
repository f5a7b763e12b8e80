import {
	type VariableOptions,
	type Variables,
	VariableReader,
} from '../../dockerfile/variables/read.js';
import type {GlobalArgument} from '../../dockerfile/types.js';
import type {Program} from '../../engine/port.js';
import type {BreakpointContext} from './breakpoints/resolve.js';
import type {DebuggerState} from './state.js';

type Reader = {
	readonly options: VariableOptions;
	readonly reader: VariableReader;
};

const readers = new WeakMap<Program, Reader>();

/**
@param step - A step's id.
@returns The variables and settings that hold after it.
*/
export function variablesAfterStep(
	program: Program,
	step: number,
	options: VariableOptions,
): Variables {
	const {stage, index} = program.steps[step]!;
	return readerOf(program, options).after(stage, index);
}

/** @returns What a breakpoint is resolved against; the state's program must be loaded. */
export function breakpointContext({
	program,
	positions,
	variableOptions,
}: Pick<
	DebuggerState,
	'program' | 'positions' | 'variableOptions'
>): BreakpointContext {
	return {
		program: program!,
		positions,
		valuesBefore(step) {
			const {stage, index} = program!.steps[step]!;
			return readerOf(program!, variableOptions).valuesBefore(stage, index);
		},
	};
}

/** @returns What reads the variables of a program; each is read once. */
export function readerOf(
	program: Program,
	options: VariableOptions,
): VariableReader {
	const known = readers.get(program);
	if (known?.options === options) {
		return known.reader;
	}

	const bases = new Map(
		program.stages.flatMap(({index, baseConfiguration}) =>
			baseConfiguration ? [[index, baseConfiguration] as const] : [],
		),
	);
	const reader = new VariableReader(program.graph, bases, options);
	readers.set(program, {options, reader});
	return reader;
}

/** @returns The names of the build arguments that hold after a step. */
export function argumentNames(
	program: Program,
	step: number,
	options: VariableOptions,
): ReadonlySet<string> {
	const {variables} = variablesAfterStep(program, step, options);
	return new Set(
		variables.filter(({kind}) => kind === 'argument').map(({name}) => name),
	);
}

/**
@returns The arguments before the first FROM that don't hold there: an ARG of their name is needed in the stage.
*/
export function outOfScope(
	{graph}: Program,
	{variables}: Variables,
): readonly GlobalArgument[] {
	const held = new Set(variables.map(({name}) => name));
	return graph.globalArguments.filter(({name}) => !held.has(name));
}

/** @returns The same variables and settings with other values. */
export function withValues(
	{variables, settings}: Variables,
	valueOf: (value: string) => string,
): Variables {
	return {
		variables: variables.map(variable => ({
			...variable,
			value: variable.value === null ? null : valueOf(variable.value),
		})),
		settings: settings.map(setting => ({
			...setting,
			value: valueOf(setting.value),
		})),
	};
}
