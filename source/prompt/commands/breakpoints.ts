import {sanitise} from '../../text/sanitise.js';
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
	const text = words.join(' ');
	const known = store.state.breakpoints.find(other => other.text === text);
	if (known) {
		store.dispatch({type: 'remove-breakpoint', id: known.id});
	} else if (text !== '') {
		store.dispatch({type: 'set-breakpoint', text});
	}

	const {breakpoints, positions} = store.state;
	write(
		breakpoints.length === 0
			? 'no breakpoints\n'
			: breakpoints
					.map(({text, kind, positions: [first], note}) => {
						const place =
							kind === 'place' && first !== undefined
								? describeStep(program, positions[first]!.step!)
								: sanitise(text);
						const remark = note === null ? '' : `  ${sanitise(note)}`;
						return `● ${place}${remark}\n`;
					})
					.join(''),
	);
	return 'done';
}
