import {isDiskFull} from '../disk-full.js';
import type {NamedStage} from '../../dockerfile/stage-graph.js';
import {explainAnswer} from '../download-words.js';
import {explainExit} from '../exit-words.js';
import {
	explainImage,
	type FailureWords,
	lastReason,
	sentence,
	shortened,
} from '../failure-words.js';
import {lookalikeWords} from '../lookalike-words.js';
import {explainOwner} from '../owner-words.js';
import type {Failure, FailureKind, Step} from '../port.js';
import {isRefusedName} from './run/request-events.js';

/** What the builder ends a request with. */
export type BuilderError = {
	readonly message: string;
	readonly code: number | null;
};

/**
@param step - The step that failed, or `null` when it was none.
@param options - `seconds` is how long it ran; `kept` tells whether its container is still there; `image` is the one that it
needs from a registry, as FROM names it.
*/
export function failureOf(
	step: Step | null,
	{message, code}: BuilderError,
	{
		seconds,
		kept,
		image,
		meant = null,
		isOutOfMemory = null,
	}: {
		readonly seconds: number | null;
		readonly kept: boolean;

		/** Whether the engine says that the memory of the RUN's container ran out; default: it doesn't say. */
		readonly isOutOfMemory?: boolean | null;
		readonly image: string | null;

		/** The stage that the image was written instead of. */
		readonly meant?: NamedStage | null;
	},
): Failure {
	const kind = kindOf(step, message, code);
	const words = isRefusedName({message})
		? sameName(message)
		: {kind, message: sentence(shortened(message)), advice: advice[kind]};
	return {
		step: step?.id ?? null,
		...(kind === 'image' && image !== null
			? explainImage(message, image, meant)
			: (explainCopy(step, message, meant) ??
				explainCommand(kind, {message, code}, isOutOfMemory) ??
				words)),
		...(step && kind === 'command' && lookalikeWords(step, code)),
		missing: null,
		exitCode: code,
		seconds,
		state: kept
			? {kept}
			: {
					kept,
					reason:
						step === null
							? 'No step of the Dockerfile was running.'
							: `A failed ${step.keyword} changes nothing.`,
				},
		rerun: false,
	};
}

/** Of a COPY or ADD, what its message says besides that something isn't there. */
function explainCopy(
	step: Step | null,
	message: string,
	meant: NamedStage | null,
): FailureWords | undefined {
	if (step === null || (step.keyword !== 'COPY' && step.keyword !== 'ADD')) {
		return undefined;
	}

	const {answered, asked} =
		/^ADD failed: (?:failed to GET (?<answered>\S+) with status |Get "(?<asked>[^"]+)": )/v.exec(
			message,
		)?.groups ?? {};
	if (asked !== undefined) {
		return {
			kind: 'network',
			message: `${asked} can't be fetched: ${lastReason(message)}.`,
			advice:
				'Check the address and the network of the engine, then try again.',
		};
	}

	const from = /^invalid from flag value (?<name>[^:\s]+(?::[^:\s]+)?): /v.exec(
		message,
	)?.groups!['name'];
	if (from !== undefined) {
		return explainImage(message, from, meant);
	}

	return answered === undefined
		? explainOwner(message, step.text)
		: explainAnswer(message, answered);
}

/** Of a process that runc can't start the builder tells no code (moby/moby daemon/start.go). */
function explainCommand(
	kind: FailureKind,
	{message, code}: BuilderError,
	isOutOfMemory: boolean | null,
): FailureWords | null {
	if (kind !== 'command') {
		return null;
	}

	if (code !== null) {
		return explainExit({
			exitCode: code,
			output: '',
			isOutOfMemory,
			command: [],
		});
	}

	const {name, answer} = runcRefusal.exec(message)!.groups!;
	return {
		kind,
		message: `The program ${name!} couldn't be started: the answer was "${answer!}".`,
		advice: null,
	};
}

const runcRefusal = /exec: "(?<name>[^"]+)": (?<answer>.+?)(?:: unknown)?$/v;

const advice: Readonly<Record<FailureKind, string | null>> = {
	command: null,
	source: 'Correct the path.',
	image: 'Correct the name of the image, log in, or pull it.',
	dockerfile: 'Correct the instruction.',
	secret: null,
	network: 'See whether the address can be reached from the engine.',
	disk: 'Make room on the engine: docker system df shows what takes it.',
	other: null,
};

function sameName(
	message: string,
): Pick<Failure, 'kind' | 'message' | 'advice'> {
	const [name] = message.split(' ', 1);
	return {
		kind: 'dockerfile',
		message: `An earlier stage is called ${name} too, which the legacy builder refuses.`,
		advice: 'Give one of them another name, or use --builder buildkit.',
	};
}

/** By the words of the builder, which has nothing else (moby/moby builder/dockerfile, copy.go and dispatchers.go). */
function kindOf(
	step: Step | null,
	message: string,
	code: number | null,
): FailureKind {
	if (isDiskFull(message)) {
		return 'disk';
	}

	if (step === null) {
		return /dockerfile parse error/iv.test(message) ? 'dockerfile' : 'other';
	}

	switch (step.keyword) {
		case 'RUN': {
			return code === null && !runcRefusal.test(message) ? 'other' : 'command';
		}

		case 'FROM': {
			return isRefusedName({message}) ? 'dockerfile' : 'image';
		}

		case 'COPY':
		case 'ADD': {
			return /unauthorized|no basic auth credentials|denied: |manifest unknown/v.test(
				message,
			)
				? 'image'
				: /^ADD failed: .*(?:Get "|status code)/v.test(message)
					? 'network'
					: /not found|no such file|does not exist|no source files|forbidden path/v.test(
								message,
						  )
						? 'source'
						: 'other';
		}

		default: {
			return 'dockerfile';
		}
	}
}
