import type {Explanation} from '../../debugger/machine/explanation.js';
import {sanitise} from '../../text/sanitise.js';
import {describeCause} from './cause.js';

/** @returns Why a program couldn't be started, in a few sentences on one line; `null` when nothing is known of it. */
export function notStartedText(explanation: Explanation | null): string | null {
	const words = (explanation?.causes ?? []).flatMap(cause => {
		const {message, advice} = describeCause(cause);
		return [message, ...[advice ?? []].flat()];
	});
	return words.length === 0 ? null : sanitise(words.join(' '));
}

/** @returns The sentence for a program that wasn't started at all: which, and why. */
export function cannotStart(program: string, reason: string): string {
	return `${program} can't be started here: ${reason}`;
}
