import type {Setting, Variable} from '../../dockerfile/variables/read.js';
import {outOfScope} from '../../debugger/machine/values.js';
import {originText} from '../../debugger/points/origin.js';
import {UsageError} from '../../errors.js';
import {sanitise} from '../../text/sanitise.js';
import {
	type Outcome,
	type PromptContext,
	programOf,
	stepMeant,
} from '../command.js';
import {describeStep} from '../../report/describe-step.js';

/** `variables`: what holds after a step; `*` marks what the step itself changed. */
export function printVariables(
	[text]: readonly string[],
	context: PromptContext,
): Outcome {
	const {store, write} = context;
	const program = programOf(store);
	const step = stepMeant(text, context);
	const held = store.variablesAfter(step);
	if (!held) {
		throw new UsageError('Nothing is known of the variables at that step.');
	}

	const line = (entry: Variable | Setting): string => {
		const {name, value, origin, changed} = entry;
		const from = originText(
			program,
			origin,
			'kind' in entry ? entry.kind : 'setting',
		);
		return `  ${changed ? '*' : ' '} ${sanitise(name)}${value === null ? '' : ` = ${sanitise(value)}`}  (${sanitise(from)})\n`;
	};

	const part = (
		title: string,
		entries: ReadonlyArray<Variable | Setting>,
	): string =>
		entries.length === 0
			? ''
			: `${title}\n${entries.map(entry => line(entry)).join('')}`;
	const ofKind = (kind: Variable['kind']): readonly Variable[] =>
		held.variables.filter(variable => variable.kind === kind);
	write(
		[
			`after ${describeStep(program, step)}\n`,
			part('environment', ofKind('environment')),
			part('build arguments', ofKind('argument')),
			part('settings', held.settings),
			...outOfScope(program, held).map(
				({name, line}, index) =>
					`${index === 0 ? 'not in scope\n' : ''}    ${sanitise(name)}  (ARG before the first FROM, line ${line}: it takes ARG ${sanitise(name)} in the stage)\n`,
			),
		].join(''),
	);
	return 'done';
}
