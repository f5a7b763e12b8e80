import type {Cause} from '../../debugger/machine/explanation.js';
import {formatBytes} from '../../text/format.js';
import type {CauseWords} from './cause-words.js';

type Of<Kind extends Cause['kind']> = Extract<Cause, {readonly kind: Kind}>;

/** @returns What is told of a shell that was given something of bash's. */
export function otherShell({
	word,
	instead,
	script,
	shell,
	real,
	bash,
	made,
}: Of<'other-shell'>): CauseWords {
	const of = real === shell ? shell : `${shell}, which is ${real},`;
	if (made !== null) {
		return {
			message: `There is ${made} instead, as its name was written: braces are bash's, and ${of} doesn't know them.`,
			advice: `Name each by itself where it is made${bash === null ? '' : `, or put SHELL ["${bash}", "-c"] before that instruction`}.`,
		};
	}

	const use =
		script === null
			? `put SHELL ["${bash}", "-c"] before the instruction`
			: `let the first line of ${script} be #!${bash}`;
	const ways = [
		...(bash === null ? [] : [use]),
		...(instead === null ? [] : [`write ${instead}`]),
	];
	return {
		message: `${word} is bash's: ${of} doesn't know it.`,
		advice:
			ways.length === 0
				? 'There is no bash here: write it without that.'
				: `${asSentence(ways.join(', or '))}.`,
	};
}

function asSentence(words: string): string {
	return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** How little is as good as none: an engine keeps some for its own. */
const nearlyFull = 0.05;

/** @returns What is told of a filesystem that is full. */
export function noSpace({
	path,
	mounted,
	type,
	size,
	free,
	limit,
}: Of<'no-space'>): CauseWords {
	if (limit !== null && path !== null) {
		return {
			message: `${path} is in the ${type} mount at ${mounted}, which holds as much as the instruction says: size=${limit}.`,
			advice: null,
		};
	}

	const where = path === null ? '' : `${path} is in `;
	const state = `${formatBytes(size)}, of which ${formatBytes(free)} are free now`;
	if (mounted !== '/') {
		return {
			message: `${where}${where === '' ? 'There is ' : ''}a filesystem of its own at ${mounted} (${type}): ${state}.`,
			advice: null,
		};
	}

	return {
		message: `${where === '' ? 'The files are on' : where.replace(/ is in $/v, ' is on')} the engine's disk: ${state}.`,
		advice:
			free < size * nearlyFull
				? 'docker system df shows what takes it: free some, then try again.'
				: null,
	};
}
