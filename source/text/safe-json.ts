import {withoutCredentials} from './credentials.js';

/** What JSON leaves as it is although it controls a terminal, isn't seen, or piles up; a line feed is only ever between values. */
const unsafe =
	/[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\n]]|(?<=[\p{Mn}\p{Me}]{8})[\p{Mn}\p{Me}]/gv;

/**
@param indent - How many spaces each level is indented by; with 0, all is on one line.
@returns The value as JSON, in which whatever a terminal could act on is escaped, as JSON allows for any character; of
addresses, what lets in is not shown (see `withoutCredentials`).
*/
export function safeJson(value: unknown, indent = 0): string {
	return JSON.stringify(value, hideCredentials, indent).replaceAll(
		unsafe,
		character =>
			character
				// eslint-disable-next-line unicorn/prefer-spread -- JSON escapes code units, a spread has whole characters
				.split('')
				.map(
					unit =>
						String.raw`\u` + unit.codePointAt(0)!.toString(16).padStart(4, '0'),
				)
				.join(''),
	);
}

function hideCredentials(_key: string, value: unknown): unknown {
	return typeof value === 'string' ? withoutCredentials(value) : value;
}
