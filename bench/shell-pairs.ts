import {
	buildxShell,
	type Conversation,
	mstageScreen,
	mstageShell,
} from './contenders.js';
import {failureProbe, type Probe, startProbes} from './milestones.js';
import type {MeasureOptions, Pair} from './pairs.js';
import {RunError} from './processes.js';
import type {Measure} from './rounds.js';
import {converse} from './terminal.js';

/**
@returns From the start of the program to the prompt of a shell in the instruction that failed: straight from the
command line, and by a key on the screen.
*/
export function shellPairs(options: MeasureOptions): readonly Pair[] {
	const {contexts, contenders, efforts, signal} = options;
	const context = contexts.failing;
	const untilPrompt = async ({command, exchanges, names}: Conversation) => {
		const seen = await converse(command, exchanges, signal);
		return seen[names.length - 1]!;
	};

	const theirs = async () =>
		despiteCrashes(async () => untilPrompt(buildxShell(contenders, context)));

	const pair = (name: string, conversation: Conversation): Pair => ({
		name,
		target: 1,
		effort: efforts.shell,
		ours: async () => untilPrompt(conversation),
		theirs,
		probes: [
			...startProbes(context, options),
			failureProbe(['debug', '--pause', 'error', context], options),
			conversationProbe(conversation, signal),
		],
	});

	return [
		pair('shell prompt, mstage shell failed', mstageShell(contenders, context)),
		pair('shell prompt, screen and key s', mstageScreen(contenders, context)),
	];
}

/** How often `buildx debug` may crash in a row: it does so once in a while (seen with 0.13.1), and the next run works. */
const crashLimit = 2;

async function despiteCrashes(measure: Measure): Promise<number> {
	for (let crashes = 0; ; crashes++) {
		try {
			// eslint-disable-next-line no-await-in-loop -- again only after a crash
			return await measure();
		} catch (error) {
			if (!(
				error instanceof RunError &&
				error.crashed &&
				crashes < crashLimit
			)) {
				throw error;
			}

			console.error('buildx crashed: that run is measured again');
		}
	}
}

function conversationProbe(
	{command, exchanges, names}: Conversation,
	signal: AbortSignal,
): Probe {
	return {
		names,
		async measure() {
			const seen = await converse(command, exchanges, signal);
			return seen.slice(0, names.length);
		},
	};
}
