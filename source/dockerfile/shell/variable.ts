import {Refusal} from '../refusal.js';
import {replaceMatches, trimPrefix, trimSuffix} from './pattern.js';

/** A `${name:?…}` or `${name?…}` whose variable has no value. */
export class UnsetVariable extends Refusal {
	override readonly name = 'UnsetVariable';
}

/** What follows the name in `${name…}`, with its words expanded. */
export type Modifier =
	| {
			readonly kind: '-' | '+' | '?';

			/** Whether a colon makes an empty value count as none. */
			readonly emptyIsUnset: boolean;
			readonly word: string;
	  }
	| {readonly kind: '#' | '%'; readonly word: string}
	| {
			readonly kind: '/';
			readonly all: boolean;
			readonly pattern: string;
			readonly replacement: string;
	  };

/**
@param modifier - A modifier.
@returns It as it stands in a Dockerfile.
*/
export function showModifier(modifier: Modifier): string {
	switch (modifier.kind) {
		case '-':
		case '+':
		case '?': {
			return `${modifier.emptyIsUnset ? ':' : ''}${modifier.kind}${modifier.word}`;
		}

		case '#':
		case '%': {
			return `${modifier.kind}${modifier.word}`;
		}

		case '/': {
			return `/${modifier.pattern}/${modifier.replacement}`;
		}
	}
}

function alternative(
	name: string,
	value: string | undefined,
	{kind, emptyIsUnset, word}: Extract<Modifier, {kind: '-' | '+' | '?'}>,
): string {
	const isSet = value !== undefined && !(emptyIsUnset && value === '');

	if (kind === '+') {
		return isSet ? word : '';
	}

	if (isSet) {
		return value;
	}

	if (kind === '-') {
		return word;
	}

	const fault = value === undefined ? 'it must be set' : 'it must not be empty';
	throw new UnsetVariable(
		`${name}: ${word || fault} (give it with --build-arg ${name}=…)`,
	);
}

/**
@param name - The name of a variable.
@param value - Its value, when it has one.
@param modifier - What to do with it.
@returns What `${name…}` stands for.
@throws {Refusal} When a pattern is invalid.
@throws {UnsetVariable} When the value is required.
*/
export function modify(
	name: string,
	value: string | undefined,
	modifier: Modifier,
): string {
	switch (modifier.kind) {
		case '-':
		case '+':
		case '?': {
			return alternative(name, value, modifier);
		}

		case '#':
		case '%': {
			const {kind, word} = modifier;
			const greedy = word.startsWith(kind);
			const trim = kind === '#' ? trimPrefix : trimSuffix;
			return trim(value ?? '', greedy ? word.slice(1) : word, greedy);
		}

		case '/': {
			const {pattern, replacement, all} = modifier;
			return replaceMatches(value ?? '', pattern, replacement, all);
		}
	}
}
