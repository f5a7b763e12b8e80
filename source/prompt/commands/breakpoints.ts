import {resolveBreakpoints} from '../../debugger/breakpoints.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	programOf,
} from '../command.js';
import {describeStep} from '../printer.js';

/** What says where the build is to stop. */
export const breakpointCommands: readonly PromptCommand[] = [
	{
		name: 'break',
		key: 'b',
		usage: 'break [PLACE]',
		description:
			'set or clear a breakpoint (14, builder, builder:3); without a place, list them',
		run: breakAt,
	},
];

function breakAt(
	words: readonly string[],
	{store, write}: PromptContext,
): Outcome {
	const program = programOf(store);
	if (words.length > 0) {
		for (const position of resolveBreakpoints(
			words,
			program,
			store.state.positions,
		)) {
			store.dispatch({type: 'toggle-breakpoint', position});
		}
	}

	const {breakpoints, positions} = store.state;
	write(
		breakpoints.length === 0
			? 'no breakpoints\n'
			: breakpoints
					.map(index => `● ${describeStep(program, positions[index]!.step!)}\n`)
					.join(''),
	);
	return 'done';
}
