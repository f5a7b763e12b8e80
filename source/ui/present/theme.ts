import {type Signs, signsFor} from '../../report/signs.js';
import {isUnicodeTerminal} from '../../text/locale.js';
import {escape} from '../../text/escape.js';

/** What a piece of text means; the theme says what that looks like. */
export type Style =
	| 'plain'
	| 'strong'
	| 'faint'
	| 'accent'
	| 'title'
	| 'good'
	| 'bad'
	| 'warn'
	| 'match'
	| 'key'
	/** Of a text that is written in some language. */
	| 'comment'
	| 'string'
	| 'number'
	| 'keyword'
	| 'name';

/** How a terminal is drawn on. */
export type Theme = {
	readonly unicode: boolean;
	readonly signs: Signs;

	/** The escape sequences before and after a text of each style. */
	readonly styles: Readonly<
		Record<Style, readonly [open: string, close: string]>
	>;

	/** The spinner of `ink-spinner` that suits the signs. */
	readonly spinner: 'dots' | 'line';
};

/** SGR attributes (ECMA-48, 8.3.117): what switches each on, and what switches exactly it off. */
const attributes: Readonly<
	Record<Style, ReadonlyArray<readonly [on: number, off: number]>>
> = {
	plain: [],
	strong: [[1, 22]],
	faint: [[2, 22]],
	accent: [[36, 39]],
	title: [
		[1, 22],
		[36, 39],
	],
	good: [[32, 39]],
	bad: [
		[1, 22],
		[31, 39],
	],
	warn: [[33, 39]],
	match: [[7, 27]],
	key: [[1, 22]],
	comment: [[2, 22]],
	string: [[32, 39]],
	number: [[33, 39]],
	keyword: [[35, 39]],
	name: [[36, 39]],
};

const defaultForeground = 39;

/**
@param env - `NO_COLOR` (no-color.org) takes the colours away and leaves bold, faint and inverse; a locale other than
UTF-8, or a terminal of which little can be expected, gets signs in ASCII.
@returns How to draw on the terminal that the variables describe.
*/
export function themeFor(
	env: Readonly<Record<string, string | undefined>>,
): Theme {
	const plain = env['TERM'] === 'dumb';
	const colors = !plain && !env['NO_COLOR'];
	const unicode = isUnicodeTerminal(env);
	const look = (style: Style): readonly [string, string] => {
		const used = plain
			? []
			: attributes[style].filter(
					([, off]) => colors || off !== defaultForeground,
				);
		return [
			used.map(([on]) => sgr(on)).join(''),
			used.map(([, off]) => sgr(off)).join(''),
		];
	};

	return {
		unicode,
		signs: signsFor(unicode),
		styles: {
			plain: look('plain'),
			strong: look('strong'),
			faint: look('faint'),
			accent: look('accent'),
			title: look('title'),
			good: look('good'),
			bad: look('bad'),
			warn: look('warn'),
			match: look('match'),
			key: look('key'),
			comment: look('comment'),
			string: look('string'),
			number: look('number'),
			keyword: look('keyword'),
			name: look('name'),
		},
		spinner: unicode ? 'dots' : 'line',
	};
}

function sgr(code: number): string {
	return `${escape}[${code}m`;
}
