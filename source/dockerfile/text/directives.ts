import {Refusal} from '../refusal.js';
import {isBoolean} from '../instructions/run-options.js';
import type {Directives} from '../types.js';
import {trimSpace} from './words.js';

const known = ['syntax', 'escape', 'check'] as const;
type DirectiveName = (typeof known)[number];

const pattern =
	/^#\p{White_Space}*(?<name>[a-z][a-z0-9]*)[\t\n\f\r ]*=(?<value>.+)$/isv;

// BuildKit's `frontend/dockerfile/linter/linter.go`.
function refuseBadCheck(value: string): void {
	for (const option of value.split(' ')[0]!.split(';')) {
		const [name = '', setting] = option.split('=');
		const isKnown = ['skip', 'error', 'experimental'].includes(name.trim());

		if (
			setting === undefined ||
			!isKnown ||
			(name.trim() === 'error' && !isBoolean(setting.trim()))
		) {
			throw new Refusal(
				`the directive "check" can't have the option "${option}": it can be skip=…, error=true or experimental=…`,
			);
		}
	}
}

/**
Reads the parser directives, which only the comments at the very top can be: the first line that is none ends them
(BuildKit's `frontend/dockerfile/parser/directives.go`).
*/
export class DirectiveReader {
	readonly #values = new Map<DirectiveName, string>();
	#ended = false;

	/**
	@param line - The next line, without its line end and leading space.
	@throws {Refusal} When it repeats a directive or sets an impossible escape character.
	*/
	read(line: string): void {
		if (this.#ended) {
			return;
		}

		const {name, value: spaced = ''} = pattern.exec(line)?.groups ?? {};
		// Of a value that is only space, a space is left.
		const value = trimSpace(spaced) || ' ';
		const directive = known.find(each => each === name?.toLowerCase());

		if (directive === undefined) {
			this.#ended = true;
			return;
		}

		if (this.#values.has(directive)) {
			throw new Refusal(
				`the directive "${directive}" is given twice: keep one`,
			);
		}

		if (directive === 'escape' && value !== '\\' && value !== '`') {
			throw new Refusal(
				`the escape character can only be \\ or \`, not "${value}"`,
			);
		}

		if (directive === 'check') {
			refuseBadCheck(value);
		}

		this.#values.set(directive, value);
	}

	/** What was read up to here. */
	get directives(): Directives {
		const syntax = this.#values.get('syntax');

		return {
			syntax: syntax === undefined ? null : syntax.split(' ')[0]!,
			escape: this.#values.get('escape') === '`' ? '`' : '\\',
		};
	}
}
