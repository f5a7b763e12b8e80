import {definitionOf, filesOperation} from '../program/made-files.js';
import type {Definition} from '../proto/generated/ops_pb.js';

/** Where the history of shells is mounted, writable and not part of the point. */
export const historyFolder = '/.mstage/history';

/** What bash and busybox's ash read their history from (`HISTFILE`). */
export const historyFile = `${historyFolder}/history`;

/**
@param args - What a RUN starts.
@returns Its command as a person would type it, and the shell that reads it; `null` where no shell does.
*/
export function commandOf(args: readonly string[]): {
	readonly text: string;
	readonly shell: readonly string[] | null;
} {
	return /^-\w*c$/v.test(args.at(-2) ?? '')
		? {text: args.at(-1)!, shell: args.slice(0, -1)}
		: {text: args.map(word => quote(word)).join(' '), shell: null};
}

/**
@param command - What the shell offers as its last command; `null` for nothing. One of several lines stands in a file
beside the history: a history has one line per command.
@returns A filesystem with the history in it, which any user may write.
*/
export function historyDefinition(
	command: string | null,
	platform: string,
): Definition {
	const text = command?.trim() ?? '';
	const isLong = text.includes('\n');
	const offered = isLong ? `. ${historyFolder}/command` : text;
	const encoder = new TextEncoder();
	return definitionOf(
		[
			filesOperation(
				[
					{path: '/history', mode: 0o777, data: null},
					{
						path: '/history/history',
						mode: 0o666,
						data: encoder.encode(offered === '' ? '' : `${offered}\n`),
					},
					...(isLong
						? [
								{
									path: '/history/command',
									mode: 0o644,
									data: encoder.encode(`${text}\n`),
								},
							]
						: []),
				],
				platform,
			),
		],
		'the history of the shell',
	);
}

/** As a POSIX shell reads it back. */
function quote(word: string): string {
	return /^[\w%+,.\/:=@\-]+$/v.test(word)
		? word
		: `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
