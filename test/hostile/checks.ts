import {forged, mark} from './payloads.js';

/** What a surface gave, and what it has to be. */
export type Told = {
	readonly text: string;
	readonly as: 'lines' | 'line' | 'json' | 'json-lines' | 'mermaid' | 'dot';
};

/*
Told without the sanitiser's own patterns: pictures as Unicode lists them, then every character of a kind that a terminal acts
on or that isn't seen.
*/
const pictures = /\p{RGI_Emoji}|\p{Extended_Pictographic}[\uFE0E\uFE0F]/gv;
const raw =
	/[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\n\t]]|[\p{Mn}\p{Me}]{9}/v;

const quotedByBackslash = /"(?:\\.|[^"\\])*"/gv;
const quoted = /"[^"]*"/gv;

/** @returns What is wrong with it, or `null`. */
export function faultOf({text, as}: Told): string | null {
	const found = raw.exec(text.replaceAll(pictures, ''));
	if (found) {
		return `raw: ${JSON.stringify(found[0])}`;
	}

	if (text.split('\n').some(line => line.startsWith(forged))) {
		return 'a line of its own';
	}

	switch (as) {
		case 'line': {
			return /[\n\t]/v.test(text) ? 'more than a line' : null;
		}

		case 'json': {
			return isJson(text) ? null : 'no JSON';
		}

		case 'json-lines': {
			return text
				.split('\n')
				.filter(line => line !== '')
				.every(line => isJson(line))
				? null
				: 'no JSON on each line';
		}

		case 'mermaid': {
			return text.replaceAll(quoted, '').includes(mark)
				? 'text outside of quotes'
				: null;
		}

		case 'dot': {
			return text.replaceAll(quotedByBackslash, '').includes(mark)
				? 'text outside of quotes'
				: null;
		}

		default: {
			return null;
		}
	}
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
