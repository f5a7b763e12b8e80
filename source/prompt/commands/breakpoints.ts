import {resolveBreakpoint} from '../../debugger/breakpoints/resolve.js';
import {breakpointContext} from '../../debugger/values.js';
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
	const texts = words.includes('if') ? [words.join(' ')] : words;
	const context = breakpointContext(store.state);
	const wanted = texts.map(text => ({
		text,
		...resolveBreakpoint(text, context),
	}));
	for (const {text, kind, condition, positions} of wanted) {
		store.dispatch(
			kind === 'place' && condition === null
				? {type: 'toggle-breakpoint', position: positions[0]!}
				: {type: 'set-breakpoint', text},
		);
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
