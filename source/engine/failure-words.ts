import type {NamedStage} from '../dockerfile/stage-graph.js';
import type {FailureKind} from './port.js';

/** What is told of a failure. */
export type FailureWords = {
	readonly kind: FailureKind;
	readonly message: string;
	readonly advice: string | null;
};

/**
@param message - What the engine says when it can't get an image.
@param reference - Of the image.
@param meant - The stage that has a name like it.
*/
export function explainImage(
	message: string,
	reference: string,
	meant: NamedStage | null = null,
): FailureWords {
	return meant === null
		? imageWords(message, reference)
		: {
				// Newer BuildKit asks the same question, without the line.
				...imageWords(
					message.replace(/ \(did you mean [^\)]+\?\)$/v, ''),
					reference,
				),
				advice: `Did you mean the stage ${meant.name} (line ${meant.line})? Correct the name.`,
			};
}

function imageWords(message: string, reference: string): FailureWords {
	const image = reference.replace(/^docker\.io\/(?:library\/)?/v, '');
	const registry = /^(?<host>[^\/]*[.:][^\/]*)\//v.exec(reference)?.groups![
		'host'
	];
	const from = registry ?? 'docker.io';
	if (
		/denied|unauthorized|insufficient_scope|authentication|forbidden|no basic auth/iv.test(
			message,
		)
	) {
		return {
			kind: 'image',
			message: `The registry ${from} doesn't give the image ${image}: it isn't there, or this user may not have it.`,
			advice: `Correct its name, or log in with docker login ${from}.`,
		};
	}

	if (
		/not found|manifest unknown|does not exist|no match for platform/iv.test(
			message,
		)
	) {
		return {
			kind: 'image',
			message: /no match for platform/iv.test(message)
				? `The image ${image} isn't made for this platform.`
				: `There is no image ${image} in the registry ${from}.`,
			advice: 'Correct the name or the tag.',
		};
	}

	return {
		kind: 'image',
		message: `The image ${image} can't be had from the registry ${from}: ${lastReason(message)}.`,
		advice: 'Check the network and the proxy of the engine, then try again.',
	};
}

/** @returns The last part of a chain of reasons: `connection refused`. */
export function lastReason(message: string): string {
	const parts = shortened(message).trim().split(': ');
	return parts.at(-1)!.replace(/\.$/v, '');
}

/** @returns The message without where an engine mounted the filesystem that a path is in: its own affair. */
export function withoutMounts(message: string): string {
	return message.replaceAll(
		/\/[^\s:]*\/(?:buildkit-mount\d+|merged|diff|fs)(?=\/)/gv,
		'',
	);
}

/** @returns The message without what an engine puts before the reason: where it was on the way, and the ids of what it looked at. */
export function shortened(message: string): string {
	return withoutMounts(message).replace(
		/^(?:failed to (?:solve|compute cache key|load cache key|prepare \S+ as \S+|copy files|copy directory|create new directory)(?: with frontend \S+)?: |failed to calculate checksum of ref \S+: |rpc error: code = \w+ desc = )*/v,
		'',
	);
}

/** @returns The text with a full stop, unless it ends with a sign of its own. */
export function sentence(text: string): string {
	const trimmed = text.trim();
	return /[.!?]$/v.test(trimmed) ? trimmed : `${trimmed}.`;
}
