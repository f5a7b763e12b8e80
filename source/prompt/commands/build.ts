import {isAtEnd} from '../../debugger/transition.js';
import {UsageError} from '../../errors.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	settled,
} from '../command.js';

/** What lets the build go on. */
export const buildCommands: readonly PromptCommand[] = [
	{
		name: 'continue',
		key: 'c',
		usage: 'continue',
		description: 'run to the next pause; at the end, finish the build',
		completions: () => [],
		run: async (_words, context) => proceed(context, 'continue'),
	},
	{
		name: 'next',
		key: 'n',
		usage: 'next',
		description: 'run one instruction',
		completions: () => [],
		run: async (_words, context) => proceed(context, 'next'),
	},
	{
		name: 'end',
		key: 'e',
		usage: 'end',
		description: 'run to the end of this stage',
		completions: () => [],
		run: async (_words, context) => proceed(context, 'end-of-stage'),
	},
];

async function proceed(
	{store, signal}: PromptContext,
	type: 'continue' | 'next' | 'end-of-stage',
): Promise<Outcome> {
	const {phase} = store.state;
	if (phase.kind === 'paused' && type !== 'continue' && isAtEnd(store.state)) {
		throw new UsageError('Everything is built: continue finishes the build.');
	}

	store.dispatch({type});
	await settled(store, signal);
	return ['finished', 'broken'].includes(store.state.phase.kind)
		? 'over'
		: 'done';
}
