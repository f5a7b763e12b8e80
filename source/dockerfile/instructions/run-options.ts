import {Refusal} from '../refusal.js';

/**
Splits a line of comma-separated values; a field in double quotes may hold commas and doubled quotes
(the module github.com/tonistiigi/go-csvvalue).

@param text - One line.
@returns Its fields.
@throws {Refusal} On nothing at all, or quotes that don't enclose a whole field.
*/
export function splitCsv(text: string): readonly string[] {
	if (text === '') {
		throw new Refusal('it is empty');
	}

	const fields: string[] = [];
	const field = /(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",]*))(?<end>,|$)/vy;

	for (;;) {
		const groups = field.exec(text)?.groups;
		if (groups === undefined) {
			throw new Refusal(`the quotes in ${text} don't match`);
		}

		fields.push(groups['plain'] ?? groups['quoted']!.replaceAll('""', '"'));
		if (groups['end'] === '') {
			return fields;
		}
	}
}

/** One `key=value` of a mount or a device; without `=`, the value is missing. */
export type Option = {
	readonly key: string;
	readonly value: string | undefined;
	readonly text: string;
};

/**
@param flag - `mount` or `device`, for messages.
@param text - What the flag is given.
@returns Its options; keys are in lower case.
@throws {Refusal} When the quotes don't match.
*/
export function readOptions(flag: string, text: string): readonly Option[] {
	let fields: readonly string[];
	try {
		fields = splitCsv(text);
	} catch (error) {
		throw error instanceof Refusal
			? new Refusal(`--${flag} can't be read: ${error.message}`)
			: error;
	}

	return fields.map(field => {
		const equals = field.indexOf('=');
		return equals === -1
			? {key: field.toLowerCase(), value: undefined, text: field}
			: {
					key: field.slice(0, equals).toLowerCase(),
					value: field.slice(equals + 1),
					text: field,
				};
	});
}

/**
@param options - The options of a mount.
@returns Where it is mounted from: a stage, an image or a named context; empty when nothing is said.
@throws {Refusal} When that holds a variable: BuildKit must know the stage before there are any.
*/
export function mountSource(options: readonly Option[]): string {
	let source = '';

	for (const {key, value} of options) {
		if (key === 'from' && value !== undefined) {
			const dollar = value.indexOf('$');
			if (dollar !== -1 && dollar !== value.length - 1) {
				throw new Refusal(
					`from=${value} can't hold a variable: give the image a stage of its own (FROM ${value} AS name) and mount from that`,
				);
			}

			source = value;
		}
	}

	return source;
}

/**
@param text - What `RUN --device` is given.
@throws {Refusal} When it isn't a device name, possibly with `required`.
*/
export function checkDevice(text: string): void {
	let name = '';

	for (const {key, value, text: field} of readOptions('device', text)) {
		if (key === 'required') {
			if (value !== undefined && !isBoolean(value)) {
				throw new Refusal(
					`required in --device=${text} can only be true or false`,
				);
			}
		} else if (value !== undefined && key === 'name') {
			if (name !== '') {
				throw new Refusal(`--device=${text} names two devices`);
			}

			name = value;
		} else if (name === '') {
			name = field;
		} else {
			throw new Refusal(`--device=${text} has an unknown option "${field}"`);
		}
	}
}

/**
@param text - Any text.
@returns Whether Go's `strconv.ParseBool` reads it.
*/
export function isBoolean(text: string): boolean {
	return /^(?:[01tTfF]|true|True|TRUE|false|False|FALSE)$/v.test(text);
}
