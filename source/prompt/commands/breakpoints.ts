import {keywords} from '../../dockerfile/text/keyword.js';
import type {Breakpoint} from '../../debugger/machine/state.js';
import type {DebuggerStore} from '../../debugger/session/store.js';
import {UsageError} from '../../errors.js';
import {sanitise} from '../../text/sanitise.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	programOf,
} from '../command.js';
import {pointsOf} from '../completion-points.js';
import {describeStep} from '../../report/describe-step.js';

/** What says where the build is to stop. */
export const breakpointCommands: readonly PromptCommand[] = [
	{
		name: 'break',
		preparesBuild: true,
		key: 'b',
		usage: 'break [PLACE [if NAME=VALUE]]',
		description:
			'set a breakpoint (14, builder, builder:3, RUN, miss); without a place, list them',
		completions: store => [...pointsOf(store), ...keywords, 'miss', 'if'],
		run: setOrList,
	},
	{
		name: 'clear',
		preparesBuild: true,
		usage: 'clear (NUMBER | PLACE)…',
		description: 'take breakpoints away',
		completions: numbersOf,
		run: forEach((store, {id}) => {
			store.dispatch({type: 'remove-breakpoint', id});
		}),
	},
	{
		name: 'disable',
		preparesBuild: true,
		usage: 'disable (NUMBER | PLACE)…',
		description: 'keep breakpoints without stopping there',
		completions: numbersOf,
		run: forEach((store, {id}) => {
			store.dispatch({type: 'enable-breakpoint', id, enabled: false});
		}),
	},
	{
		name: 'enable',
		preparesBuild: true,
		usage: 'enable (NUMBER | PLACE)…',
		description: 'stop there again',
		completions: numbersOf,
		run: forEach((store, {id}) => {
			store.dispatch({type: 'enable-breakpoint', id, enabled: true});
		}),
	},
];

function numbersOf({state}: DebuggerStore): readonly string[] {
	return state.breakpoints.flatMap(({id, text}) => [String(id), text]);
}

function setOrList(words: readonly string[], context: PromptContext): Outcome {
	programOf(context.store);
	if (words.length > 0) {
		context.store.dispatch({type: 'set-breakpoint', text: words.join(' ')});
	}

	return list(context);
}

/** A number is what the list calls it, before it is a line: what is listed can be typed. */
function forEach(
	change: (store: DebuggerStore, breakpoint: Breakpoint) => void,
): PromptCommand['run'] {
	return (words, context) => {
		const {store} = context;
		const texts = words.includes('if') ? [words.join(' ')] : words;
		const meant = texts.map(text => find(text, store.state.breakpoints));
		if (meant.length === 0) {
			throw new UsageError(
				'Name a breakpoint by its number or its place: break lists them.',
			);
		}

		for (const breakpoint of meant) {
			change(store, breakpoint);
		}

		return list(context);
	};
}

function find(text: string, breakpoints: readonly Breakpoint[]): Breakpoint {
	const found =
		breakpoints.find(({id}) => String(id) === text) ??
		breakpoints.find(breakpoint => breakpoint.text === text);
	if (!found) {
		throw new UsageError(`There is no breakpoint '${text}': break lists them.`);
	}

	return found;
}

function list({store, write}: PromptContext): Outcome {
	const {breakpoints} = store.state;
	write(
		breakpoints.length === 0
			? 'no breakpoints\n'
			: breakpoints.map(breakpoint => describe(breakpoint, store)).join(''),
	);
	return 'done';
}

function describe(
	{id, text, enabled, kind, positions, note}: Breakpoint,
	{state: {program, positions: all}}: DebuggerStore,
): string {
	const sign = enabled ? '●' : '○';
	const step = positions.length === 1 ? all[positions[0]!]!.step : null;
	const where =
		kind === 'place' && step !== null
			? `  ${describeStep(program!, step)}`
			: kind === 'miss'
				? '  each step that is not cached'
				: `  ${positions.length} ${positions.length === 1 ? 'place' : 'places'}`;
	return `${id} ${sign} ${sanitise(text)}${where}${note === null ? '' : `\n    ${sanitise(note)}`}\n`;
}
