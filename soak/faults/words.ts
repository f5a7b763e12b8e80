import {stripVTControlCharacters} from 'node:util';

/** What only a defect shows: stack traces, words of Node and its libraries. */
const forbidden: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
	['a stack trace', /^\s+at .+:\d+:\d+\)?$/mv],
	['"a defect of mstage"', /a defect of mstage/v],
	[
		'a code of Node',
		/\b(?:ERR_[A-Z0-9_]{4,}|ECONNRESET|ECONNREFUSED|ENOTCONN|EPIPE|ECONNABORTED|ECANCELED)\b/v,
	],
	[
		'words of Node',
		/node:internal|Node\.js v\d|UnhandledPromise|Detected unsettled|socket hang up|Protocol error|[Pp]remature close|AbortError|The operation was aborted|write after end|MaxListenersExceeded|Object\.<anonymous>|\[object Object\]|other side closed|Parse Error|NGHTTP2/v,
	],
	[
		'words of a library',
		/ConnectError|\[(?:unknown|internal|canceled|unavailable|aborted|deadline_exceeded)\]|Yoga|React/v,
	],
	['a missing value', /\bundefined\b|\bNaN\b/v],
];

/**
@param printed - All that a program printed.
@returns What of it is wrong, in words.
*/
export function wrongWords(printed: string): readonly string[] {
	const text = stripVTControlCharacters(printed).replaceAll('\r', '');
	return forbidden.flatMap(([name, pattern]) => {
		const found = pattern.exec(text);
		return found
			? [`it shows ${name}: ${JSON.stringify(found[0].slice(0, 120))}`]
			: [];
	});
}

/** @returns How many sentences the program ended with: lines that begin with its name, but for the greetings of shells. */
export function countSentences(text: string): number {
	return [...text.matchAll(/^mstage: (?!a shell|back in the shell)/gmv)].length;
}
