import {formatSeconds} from '../../text/format.js';
import {isReached} from '../../debugger/machine/steps.js';
import {rerunNote} from '../../report/rerun-note.js';
import {DockerfileError, UsageError} from '../../errors.js';
import {isAtEnd} from '../../debugger/machine/transition.js';
import {
	pausePolicies,
	policyText,
} from '../../debugger/machine/pause-policy.js';
import type {DebuggerEvent} from '../../debugger/machine/state.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	parseStep,
	programOf,
	settled,
	stepMeant,
} from '../command.js';

/** What lets the build go on. */
export const buildCommands: readonly PromptCommand[] = [
	{
		name: 'continue',
		key: 'c',
		usage: 'continue',
		description:
			'run to the next pause, after a failure again; at the end, finish the build',
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
	{
		name: 'pause',
		preparesBuild: true,
		key: 'p',
		usage: 'pause [POLICY]',
		description: `choose when the build pauses (${pausePolicies.join(', ')}); without a word, say when it does`,
		completions: () => pausePolicies,
		run: choosePolicy,
	},
	{
		name: 'rerun',
		key: 'R',
		usage: 'rerun [STEP] [onward]',
		description:
			'run a step again without cache; with onward, everything from it on',
		run: rerun,
	},
	{
		name: 'retrace',
		key: 't',
		usage: 'retrace [STEP]',
		description:
			'run a failed RUN again in a container of its own, and tell which part of its command fails',
		run: retrace,
	},
	{
		name: 'reload',
		key: 'r',
		usage: 'reload',
		description: 'load the Dockerfile and the build context again',
		completions: () => [],
		run: async (_words, context) => carryOut(context, {type: 'reload'}),
	},
	{
		name: 'edit',
		key: 'E',
		usage: 'edit',
		description:
			'edit the Dockerfile, at the step that is meant, and load it again',
		completions: () => [],
		run: edit,
	},
];

async function proceed(
	context: PromptContext,
	type: 'continue' | 'next' | 'end-of-stage',
): Promise<Outcome> {
	const {state} = context.store;
	if (state.phase.kind === 'finished') {
		if (type !== 'continue') {
			throw new UsageError('The build is finished: reload builds again.');
		}

		context.write('the build is finished; reload builds again\n');
		return 'done';
	}

	if (type !== 'continue' && isAtEnd(state)) {
		throw new UsageError('Everything is built: continue finishes the build.');
	}

	return carryOut(context, {type});
}

function choosePolicy(
	words: readonly string[],
	{store, write}: PromptContext,
): Outcome {
	const [word] = words;
	const policy = pausePolicies.find(name => name === word);
	if (words.length > 1 || (word !== undefined && !policy)) {
		throw new UsageError(
			`The build can pause at ${pausePolicies.join(', ')}: pause instruction.`,
		);
	}

	if (policy) {
		store.dispatch({type: 'set-policy', policy});
	}

	write(`The build pauses ${policyText(store.state.policy)}.\n`);
	return 'done';
}

async function rerun(
	words: readonly string[],
	context: PromptContext,
): Promise<Outcome> {
	const names = words.filter(word => word !== 'onward');
	if (names.length > 1) {
		throw new UsageError('Name one step: rerun builder:3, or rerun onward.');
	}

	const step = stepMeant(names[0], context);
	const before = context.store.state;
	const outcome = await carryOut(context, {
		type: 'rerun',
		step,
		onward: names.length < words.length,
	});
	if (context.store.state === before) {
		throw new UsageError(
			'Nothing of that is run: name a step that runs something, in a stage that the target needs.',
		);
	}

	const note = rerunNote(context.store.state.engine);
	if (note !== null && isReached(context.store.state.steps[step]!)) {
		context.write(`${note}\n`);
	}

	return outcome;
}

async function retrace(
	[text]: readonly string[],
	{store, signal, terminal, write}: PromptContext,
): Promise<Outcome> {
	const {phase, failures, program} = store.state;
	const failed = phase.kind === 'failed' ? phase.failure.step : null;
	const step = text === undefined ? failed : parseStep(text, programOf(store));
	if (step === null || !failures.some(failure => failure.step === step)) {
		throw new UsageError(
			'Only an instruction that has failed can be run again for that: failures lists them.',
		);
	}

	if (program!.steps[step]!.keyword !== 'RUN') {
		throw new UsageError('Only a RUN has a command that can be run again.');
	}

	if (terminal) {
		const {seconds = null} =
			failures.find(failure => failure.step === step) ?? {};
		write(
			`It runs again in a container of its own${seconds === null ? '' : ` (at first it took ${formatSeconds(seconds)})`}; Ctrl-C stops it.\n`,
		);
	}

	store.dispatch({type: 'retrace', step, at: Date.now()});
	await new Promise<void>(resolve => {
		const end = (): void => {
			stop();
			signal.removeEventListener('abort', end);
			resolve();
		};

		const stop = store.onEvent(event => {
			if (event.type === 'retraced' && event.step === step) {
				end();
			}
		});
		signal.addEventListener('abort', end);
	});
	return 'done';
}

async function edit(
	_words: readonly string[],
	context: PromptContext,
): Promise<Outcome> {
	const {store, terminal} = context;
	if (!terminal) {
		throw new UsageError(
			'Without a terminal there is no editor: edit the Dockerfile elsewhere, then reload.',
		);
	}

	const {phase, program, reload} = store.state;
	const error = phase.kind === 'broken' ? phase.error : reload?.error;
	const line =
		(error instanceof DockerfileError ? error.line : null) ??
		program?.steps[stepMeant(undefined, context)]!.lines[0];
	await context.edit(line ?? 1);
	return carryOut(context, {type: 'reload'});
}

/** Who lets the build go on looks at where it gets to. */
async function carryOut(
	{store, signal, selection}: PromptContext,
	event: DebuggerEvent,
): Promise<Outcome> {
	selection.step = null;
	store.dispatch(event);
	await settled(store, signal);
	return 'done';
}
